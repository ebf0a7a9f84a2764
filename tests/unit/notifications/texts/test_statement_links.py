"""Alerts of a stack whose statements are served: the link stands below the command that opens one."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from ses_reputation.notifications.publisher import chat_notification
from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.state import Transition
from tests.support.evaluated import IDENTITY, bounces, complaints, coverage_gap, deferral, seen
from tests.unit.notifications.texts.test_alerts import (
    EXPECTED,
    OVER,
    SES,
    decided,
    last_alert,
    of_identity,
    written,
)

LINK = "https://statements.example.com/of/everybody/"
LONGEST = "https://" + "s" * 900
"""The longest that template.yaml takes."""
_DEFERRAL = seen(detections=(deferral(),), entity=IDENTITY)
_LASTING = seen(bounces(Standing.REVIEW), complaints(Standing.WATCH), detections=(coverage_gap(),))
_DAY = timedelta(days=1)

WITH_A_LINK: Mapping[str, Callable[[str], Transition]] = {
    "account_to_review": lambda link: last_alert(
        seen(bounces(Standing.WATCH)), seen(bounces(Standing.REVIEW), view=SES), link=link
    ),
    "identity_to_pause": lambda link: last_alert(of_identity(Standing.PAUSE), link=link),
    "deferral_found": lambda link: last_alert(_DEFERRAL, link=link),
    "ses_has_paused": lambda link: decided(link=link, enforcement_status="SHUTDOWN"),
    "reminder": lambda link: last_alert(_LASTING, _LASTING, wait=_DAY + timedelta(hours=2), link=link),
    "reminder_of_a_finding": lambda link: last_alert(_DEFERRAL, _DEFERRAL, wait=_DAY, link=link),
}


@pytest.mark.parametrize("name", WITH_A_LINK)
def test_the_partys_page_is_the_line_below_the_command(name: str) -> None:
    before, command, after = (
        (EXPECTED / f"{name}.txt").read_text().partition("  ses-reputation statement open")
    )
    options, _, rest = after.partition("\n")

    page = {
        " 444455556666 --stack ses-reputation": "delegate-444455556666/statement.html",
        " 111122223333 --stack ses-reputation": "owner-111122223333/statement.html",
    }[options]
    assert written(WITH_A_LINK[name](LINK)) == f"{before}{command}{options}\n  {LINK}{page}\n{rest}"


def test_what_is_over_names_neither() -> None:
    over = last_alert(_DEFERRAL, seen(detections=(OVER,), entity=IDENTITY), link=LINK)

    assert written(over) == (EXPECTED / "deferral_over.txt").read_text()


@pytest.mark.parametrize("name", WITH_A_LINK)
def test_the_longest_link_fits_a_chat(name: str) -> None:
    description = chat_notification(WITH_A_LINK[name](LONGEST)).to_json()["content"]["description"]

    assert len(description) <= 3_000
    assert f"\n  {LONGEST}/" in description
    assert not description.endswith("...\n```")
