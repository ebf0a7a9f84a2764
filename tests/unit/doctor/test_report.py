"""Each cause stands once, with what follows from it beneath, the worst first."""

from dataclasses import replace

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.listing import Listing
from ses_reputation.doctor.flows import Flow, flows_of
from ses_reputation.doctor.report import arrange, examine, exit_code
from tests.support.doctor_facts import DELEGATE_TOPIC, OWNER_TOPIC, QUEUE, sound_setup, topic


def diagnosis(name: str, severity: Severity = Severity.ERROR, **fields: frozenset[str]) -> Diagnosis:
    found = Diagnosis(name, severity, "111111111111", "eu-west-1", name, f"{name}.", "", "")
    return replace(found, **fields)  # type: ignore[arg-type]


FLOW = Flow("source", "111111111111", "pear.example", "topic", "eventType", ("Send",), ("s", "t", "q"))


def test_a_sound_setup_has_no_cause() -> None:
    assert examine(sound_setup()) == []
    assert exit_code([]) == 0


def test_what_is_explained_is_no_cause() -> None:
    cause = diagnosis("cause", cuts=frozenset({"t"}))
    symptom = diagnosis("symptom", explained_by=frozenset({"t"}))

    (found,) = arrange([symptom, cause], [])

    assert (found.diagnosis, found.consequences) == (cause, ("symptom.",))


def test_what_nothing_explains_is_a_cause_itself() -> None:
    symptom = diagnosis("symptom", explained_by=frozenset({"t"}))
    other = diagnosis("other", cuts=frozenset({"elsewhere"}))

    assert [each.diagnosis.name for each in arrange([symptom, other], [])] == ["other", "symptom"]


def test_a_flow_that_two_causes_cut_follows_from_both() -> None:
    causes = [diagnosis("first", cuts=frozenset({"t"})), diagnosis("second", cuts=frozenset({"q"}))]

    arranged = arrange(causes, [FLOW])

    lost = ("The ledger gets no Send of pear.example.",)
    assert [each.consequences for each in arranged] == [lost, lost]


def test_errors_come_before_warnings_and_decide_the_exit_code() -> None:
    arranged = arrange([diagnosis("a", Severity.WARNING), diagnosis("b")], [])

    assert [each.diagnosis.name for each in arranged] == ["b", "a"]
    assert exit_code(arranged) == 2
    assert exit_code(arranged[1:]) == 1


def test_every_link_of_a_flow_is_named_from_ses_to_the_queue() -> None:
    owner, delegate = flows_of(sound_setup())

    assert owner.links == (
        f"arn:aws:ses:eu-west-1:111111111111:identity/orchard.example -> {OWNER_TOPIC}",
        OWNER_TOPIC,
        f"{OWNER_TOPIC} -> {QUEUE}",
        QUEUE,
    )
    assert delegate.publishing == (
        f"arn:aws:ses:eu-west-1:222222222222:configuration-set/mail/feedback -> {DELEGATE_TOPIC}"
    )


def test_what_could_not_be_read_is_not_taken_as_absent() -> None:
    unread = Listing({OWNER_TOPIC: topic(OWNER_TOPIC)}, frozenset({DELEGATE_TOPIC}))

    assert examine(sound_setup(topics=unread, queue=None)) == []


def test_what_was_read_and_is_not_there_is_absent() -> None:
    absent = Listing({OWNER_TOPIC: topic(OWNER_TOPIC)})

    (cause,) = examine(sound_setup(topics=absent))

    assert (cause.diagnosis.name, cause.diagnosis.subject) == ("topic_missing", DELEGATE_TOPIC)
