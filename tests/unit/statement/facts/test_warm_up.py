"""Which configuration sets warm up, through which pool, and since when."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from ses_reputation.hours import day_of
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.statement.facts.warm_up import view_warm_up_rows
from ses_reputation.statement.inputs import StatementInputs
from ses_reputation.statistics.diagnoses import PlaceDiagnoses
from tests.support.assessed_world import MINE, assessed, inputs_of
from tests.support.mail import NOW, REGION, mail
from tests.support.notifications import DELEGATE

KINDS = {"ses-shared-pool": "shared", "marketing": "managed", "leased": "standard"}


def inputs(hours: Iterable[HourBalance], set_pools: Mapping[str, str] | None = None) -> StatementInputs:
    """What statements are made of, where the doctor read the pools of sets."""
    read = PlaceDiagnoses(DELEGATE, REGION, NOW, (), set_pools=set_pools or {}, pool_kinds=KINDS)
    return replace(inputs_of(assessed(hours)), diagnoses=[read])


def mail_of(
    configuration_set: str, ages: Iterable[int], sender: SenderIdentity = MINE, hour: str = "09"
) -> list[HourBalance]:
    """Ten mails of a set on each day, so many days ago."""
    return [
        mail(
            f"{NOW - timedelta(days=age):%Y-%m-%d}T{hour}",
            10,
            0,
            sender=sender,
            name=configuration_set,
            provider="gmail",
        )
        for age in ages
    ]


def test_a_set_warms_up_by_provider_over_two_weeks() -> None:
    mails = [
        *(mail(f"2026-11-{day}T10", 100 + day, 2, provider="gmail") for day in (20, 21)),
        mail("2026-11-08T10", 999, 0, provider="gmail"),
    ]

    (row,), _ = view_warm_up_rows([MINE], inputs(mails))

    assert (row.configuration_set, row.provider_title) == ("newsletter", "Gmail")
    assert (row.days[0], row.days[-1]) == ("2026-11-09", "2026-11-22")
    assert row.sends[-3:] == (120, 121, 0)
    assert row.bounced[-3:] == (2, 2, 0)
    assert sum(row.sends) == 241


@pytest.mark.parametrize(("age", "first_day"), [(44, "2026-10-09"), (45, None)])
def test_a_set_is_new_for_45_days(age: int, first_day: str | None) -> None:
    rows, warm_sets = view_warm_up_rows([MINE], inputs(mail_of("receipts", (age, 1))))

    assert [row.first_day for row in rows] == ([first_day] if first_day else [])
    assert warm_sets == (0 if first_day else 1)
    assert day_of(NOW - timedelta(days=44)) == "2026-10-09"


def test_a_set_on_a_managed_pool_is_shown_however_old_it_is() -> None:
    mails = [*mail_of("marketing-set", range(60)), *mail_of("leased-set", range(60), hour="10")]

    rows, warm_sets = view_warm_up_rows(
        [MINE], inputs(mails, {"marketing-set": "marketing", "leased-set": "leased"})
    )

    assert [(row.configuration_set, row.pool, row.pool_kind, row.first_day) for row in rows] == [
        ("marketing-set", "marketing", "managed", "")
    ]
    assert warm_sets == 1


@pytest.mark.parametrize(
    ("set_pools", "pool", "kind"),
    [
        ({"news": "leased"}, "leased", "standard"),
        ({"news": "ses-shared-pool"}, "ses-shared-pool", "shared"),
        ({"news": "gone"}, "gone", ""),
        ({"news": ""}, "", "none"),
        ({"receipts": "leased"}, "", ""),
    ],
)
def test_a_pool_is_named_with_its_kind_as_far_as_both_are_known(
    set_pools: Mapping[str, str], pool: str, kind: str
) -> None:
    (row,), _ = view_warm_up_rows([MINE], inputs(mail_of("news", (1,)), set_pools))

    assert (row.pool, row.pool_kind) == (pool, kind)


def test_mail_of_a_set_with_other_identities_does_not_make_it_older() -> None:
    """An owner sees of an account what it sends with the owner's identities, and nothing else."""
    other = SenderIdentity(DELEGATE, REGION, "example.net")
    mails = [*mail_of("news", (1,)), *mail_of("news", (60,), other)]

    assert [row.first_day for row in view_warm_up_rows([MINE], inputs(mails))[0]] == ["2026-11-21"]
    assert view_warm_up_rows([MINE, other], inputs(mails)) == ((), 1)
