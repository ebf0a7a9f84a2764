"""What the ledger counted, as the doctor compares it with what is set up."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from console.commands import doctor
from console.stack.connection import Connection
from ses_reputation.doctor.facts.setup import SeenSender
from ses_reputation.rollup.day_balance import day_balances_of
from tests.support.mail import NOW, SENDER, Reported, hour_ago, reported_mail


def test_mail_that_only_the_owners_feed_reported_is_mail_without_a_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hour = hour_ago(72)
    with_set = Reported(10, bounced=1)
    without_set = Reported(5, bounced=2, name="", sender=())
    days = day_balances_of([reported_mail(hour, with_set, without_set)])
    today = reported_mail(hour_ago(1), Reported(3, bounced=1, name="", sender=()))
    asked: list[Any] = []

    def read_mail(*arguments: Any) -> SimpleNamespace:
        asked.append(arguments)
        return SimpleNamespace(days=days, hours=[today])

    monkeypatch.setattr(doctor, "read_mail", read_mail)
    connection = cast("Connection", SimpleNamespace(assessments="table"))

    seen = doctor._seen(connection, [SENDER], NOW)

    assert asked == [("table", [SENDER], NOW, 31)]
    # By the set: nine deliveries and a bounce. By the identity's topic alone: the other two bounces.
    # Today's mail counts only for when the owner's feed reported last: the set's feed may only be late.
    last_of_sets = {"newsletter": "2026-11-19", "(none)": ""}
    assert seen == [SeenSender(*SENDER, 2, 10, "2026-11-22T09", last_of_sets)]
