"""What SES counted beside what the ledger holds, as a statement says it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from ses_reputation.hours import hour_of
from ses_reputation.rollup.entities import account_entity
from ses_reputation.statement.facts.reconciliations import view_reconciliations
from ses_reputation.statement.view.statement import ReconciliationView
from ses_reputation.statistics.send_statistics import HourTotals, SendStatistics
from tests.support.assessed_world import MINE, THEIRS, assessed, daily_mail, inputs_of
from tests.support.mail import NOW, REGION, mail_by_outcome
from tests.support.notifications import DELEGATE

ACCOUNT = account_entity(DELEGATE, REGION)


def reading(*totals: int, account: str = DELEGATE) -> SendStatistics:
    """What SES counted at 09:00 of each of the last days, today first."""
    hours = {
        hour_of(NOW.replace(hour=9) - timedelta(days=ago)): HourTotals(total)
        for ago, total in enumerate(totals)
    }
    return SendStatistics(account, REGION, NOW, hours)


def view(readings: Sequence[SendStatistics]) -> ReconciliationView:
    """The reconciliation of an account with 1,000 mails at 09:00 of each of 40 days."""
    inputs = inputs_of(assessed([*daily_mail(MINE, 1_000, 2), *daily_mail(THEIRS, 500, 2)]))
    (found,) = view_reconciliations([ACCOUNT], replace(inputs, statistics=readings))
    return found


def test_both_sides_stand_in_a_sentence_with_the_days_that_differ() -> None:
    # SES keeps two weeks, from 11:00 of the 8th on: 13 days with mail, without today, whose hour 09 was not
    # over for an hour yet. On the 20th it counted 1,250, of which the ledger holds 1,000: 80 %.
    found = view([reading(1_000, 1_000, 1_250, *[1_000] * 12), reading(9, account="777788889999")])

    assert found.words == (
        f"SES counted 13,250 sends of account {DELEGATE} in us-east-1 since 2026-11-08 11:00 UTC; the ledger "
        "holds 13,000 (98.1 %). They differ on 2026-11-20 (80.0 %)."
    )
    assert (found.ledger, found.ses) == (13_000, 13_250)
    assert found.share == pytest.approx(13_000 / 13_250)
    assert [(day.day, day.ledger, day.ses) for day in found.days if day.is_apart] == [
        ("2026-11-20", 1_000, 1_250)
    ]
    assert (found.days[0].day, found.days[-1].day) == ("2026-11-08", "2026-11-22")
    assert (found.days[0].ledger, found.days[0].share) == (0, None)
    assert found.command == f"ses-reputation feeds --account {DELEGATE} --region us-east-1 --stack reputation"


def test_where_no_feed_reports_sends_none_is_missing() -> None:
    """The owner's topic reports bounces alone: twelve a day, of the 1,000 mails that SES counts each day."""
    hours = [
        mail_by_outcome(
            f"{NOW - timedelta(days=ago):%Y-%m-%d}T09", {"bounced_permanent_no_email": 12}, sender=MINE
        )
        for ago in range(40)
    ]
    inputs = replace(inputs_of(assessed(hours)), statistics=[reading(*[1_000] * 15)])

    (found,) = view_reconciliations([ACCOUNT], inputs)

    # Two weeks from 11:00 of the 8th on, without today's hour 09: 13 days with mail.
    assert found.words == (
        f"SES counted 13,000 sends of account {DELEGATE} in us-east-1 since 2026-11-08 11:00 UTC; no feed "
        "reports sends of this account, so nothing is known to be missing."
    )
    assert (found.ses, found.share) == (13_000, None)
    assert {(day.share, day.is_apart) for day in found.days} == {(None, False)}


def test_an_account_whose_statistics_nobody_read_says_so() -> None:
    found = view([])

    assert found.words.startswith(f"What SES itself counted of account {DELEGATE} in us-east-1 was not read")
    assert (found.read_at, found.share, found.days) == (None, None, ())


def test_an_account_without_a_whole_hour_says_so() -> None:
    inputs = replace(inputs_of(assessed([])), statistics=[reading(10)])

    (found,) = view_reconciliations([ACCOUNT], inputs)

    assert found.words == (
        f"SES's count of account {DELEGATE} in us-east-1 was read; no whole hour of it can be compared yet."
    )
