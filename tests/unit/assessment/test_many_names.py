"""An account may have thousands of configuration sets, most of them invented: its state stays small."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ses_reputation.aws.dynamodb import Row
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.findings.finding import FindingKind
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.standing.rows import row_of_state
from tests.support.mail import NOW, SENDER, hour_ago, mail
from tests.unit.assessment.test_assessment import ACCOUNT, IDENTITY, World

SETS = 400
# Far below the 400 KB of an item. With a finding for each of these sets, a state was 172 KB.
MOST_BYTES = 100_000


def item_bytes(row: Row) -> int:
    return sum(len(value) for named in row.values() for value in named.values())


def set_name(number: int) -> str:
    return f"invented-{number:04}".ljust(64, "x")


def mail_of_many_sets(counts: Mapping[str, int], coverage: Mapping[str, Mapping[str, int]]) -> HourBalance:
    """One hour's mail; each set has the same, and the last of them one delivery more."""
    hour = replace(mail(hour_ago(5), 1_000, 0), coverage={})
    for number in range(SETS):
        more = {name: facts + (number == SETS - 1) for name, facts in counts.items()}
        hour.counts[set_name(number)] = {"gmail": more}
        hour.coverage[set_name(number)] = {kind: dict(feeds) for kind, feeds in coverage.items()}
    return hour


def assessed(hour: HourBalance) -> tuple[World, Row, Row]:
    world = World(hour)
    outcome = world.assess()
    assert outcome.failed == {}
    states = {state.entity: state for state in outcome.states}
    assert outcome.published == len(outcome.transitions)
    return world, row_of_state(states[ACCOUNT]), row_of_state(states[IDENTITY])


def of_kind(world: World, kind: FindingKind) -> list[Any]:
    return [each for each in world.announced.published if each.detail.get("kind") == kind]


def test_the_gravest_sets_without_sends_are_findings_and_the_others_a_number() -> None:
    delivered = {Outcome.DELIVERED_WITHIN_10S.wire_name: 30}
    hour = mail_of_many_sets(delivered, {"delivered": {"sender_only": 30}})
    hour.coverage[set_name(SETS - 1)] = {"delivered": {"sender_only": 31}}

    world, of_account, _ = assessed(hour)

    assert item_bytes(of_account) < MOST_BYTES
    opened = of_kind(world, FindingKind.SENDS_MISSING)
    assert len(opened) == 20
    assert opened[0].detail["scope"] == set_name(SETS - 1)
    (state,) = (each for each in world.table.read_states().values() if each.entity == ACCOUNT)
    assert state.view["findings_left_out"] == {"sends_missing": SETS - 20}


def test_findings_that_are_open_stay_so_and_others_open_when_there_is_room() -> None:
    """Twenty other sets have more mail by now; and one of those that are open reports its sends again."""
    delivered = {Outcome.DELIVERED_WITHIN_10S.wire_name: 30}
    hour = mail_of_many_sets(delivered, {"delivered": {"sender_only": 30}})
    world, _, _ = assessed(hour)
    first = {each.detail["scope"] for each in of_kind(world, FindingKind.SENDS_MISSING)}
    later = mail_of_many_sets({}, {})
    later = replace(later, sender_hour=later.sender_hour._replace(send_hour=hour_ago(4)))
    for number in range(300, 320):
        later.coverage[set_name(number)] = {"delivered": {"sender_only": 50}}
    later.counts[min(first)] = {"gmail": {"sent": 100, **delivered}}
    world.post(later, NOW)

    outcome = world.assess(NOW + timedelta(minutes=5))

    changed = [(str(each.kind), each.name.partition("#")[2]) for each in outcome.transitions]
    resolved = [name for kind, name in changed if kind == "finding_resolved"]
    opened = [name for kind, name in changed if kind == "finding_opened"]
    assert resolved == [min(first)]
    assert len(opened) == 1
    assert opened[0] in {set_name(number) for number in range(300, 320)}


def test_the_gravest_gaps_of_a_feed_are_findings_and_the_others_a_number() -> None:
    """The owner's feed reports bounces that the sets of a delegate never do."""
    bounced = {"sent": 100, Outcome.BOUNCED_PERMANENT_GENERAL.wire_name: 8}
    hour = mail_of_many_sets(bounced, {"bounced": {"owner_only": 8}, "delivered": {"sender_only": 80}})

    world, of_account, of_identity = assessed(hour)

    assert max(item_bytes(of_account), item_bytes(of_identity)) < MOST_BYTES
    assert len(of_kind(world, FindingKind.COVERAGE_GAP)) == 20
    assert {each.entity for each in of_kind(world, FindingKind.COVERAGE_GAP)} == {IDENTITY}


def test_a_feed_that_is_missing_names_the_sets_with_most_mail() -> None:
    hour = mail_of_many_sets({"sent": 1}, {"bounced": {"owner_only": 8}})
    yesterday = replace(
        mail_of_many_sets({"sent": 1}, {"bounced": {"both": 8}}),
        sender_hour=hour.sender_hour._replace(send_hour=hour_ago(30)),
    )
    hour.counts.clear()
    world = World(yesterday, hour)

    world.assess()

    (opened,) = of_kind(world, FindingKind.COVERAGE_GAP)
    assert opened.detail["scope"] == SENDER.account
    assert len(opened.detail["evidence"]["configuration_sets"]) == 20


def test_mail_without_an_outcome_names_the_sets_that_lack_most_and_adds_up_the_others() -> None:
    hour = mail_of_many_sets({"sent": 30}, {})
    hour.followed.update({name: {"gmail": {"sent_without_outcome": 30}} for name in hour.counts})
    hour = replace(hour, sender_hour=hour.sender_hour._replace(send_hour=hour_ago(60)))

    world, of_account, _ = assessed(hour)

    assert item_bytes(of_account) < MOST_BYTES
    (opened,) = of_kind(world, FindingKind.MISSING_OUTCOMES)
    evidence = opened.detail["evidence"]
    assert len(evidence["undelivered_sets"]) <= 20
    by_set = evidence["by_configuration_set"]
    assert len(by_set) == 21
    assert sum(each["without_outcome"] for each in by_set.values()) == evidence["without_outcome"]


def test_a_deferral_names_the_streams_that_it_delays_most_and_adds_up_the_others() -> None:
    hour = mail_of_many_sets({"sent": 3, Outcome.DELAYED_IP_FAILURE.wire_name: 2}, {})

    world, _, of_identity = assessed(hour)

    assert item_bytes(of_identity) < MOST_BYTES
    (opened,) = of_kind(world, FindingKind.PROVIDER_DEFERRAL)
    delayed = opened.detail["evidence"]["delayed_by_sender"]
    assert len(delayed) == 21
    assert sum(delayed.values()) == opened.detail["evidence"]["recent"]["delayed"]
