"""Mail that only the owner's feed reports was sent without a set that publishes."""

from dataclasses import replace

from ses_reputation.doctor.facts.setup import SeenSender
from ses_reputation.doctor.report import examine
from tests.support.doctor_facts import DELEGATE, REGION, delegate_place, publishing_set, sound_setup

SENDER = SeenSender(DELEGATE, REGION, "orchard.example", without_set=1_200, reported_by_set=80)


def test_it_is_a_cause_where_every_set_publishes() -> None:
    (cause,) = examine(sound_setup(senders=(SENDER,)))

    assert cause.diagnosis.name == "mail_without_set"
    assert "1,200 outcomes" in cause.diagnosis.problem


def test_it_follows_where_a_set_publishes_nothing() -> None:
    silent = publishing_set("mail", destinations=())
    setup = sound_setup(senders=(SENDER,))

    (cause,) = examine(replace(setup, places=(setup.places[0], delegate_place(silent))))

    assert cause.diagnosis.name == "set_without_topic"
    assert len(cause.consequences) == 2


def test_a_sender_whose_sets_report_everything_is_no_finding() -> None:
    assert examine(sound_setup(senders=(replace(SENDER, without_set=0),))) == []
