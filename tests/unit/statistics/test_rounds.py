"""A place that no run can read whole is read run by run; what was found stays until it is read again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from ses_reputation.doctor.reading.scope import SetupScope
from ses_reputation.statistics.diagnoses import KeptDiagnosis, PlaceDiagnoses
from ses_reputation.statistics.diagnosing import MOST_SETS
from ses_reputation.statistics.rounds import go_on_from, join_rounds
from ses_reputation.statistics.send_statistics import AccountRegion
from tests.support.doctor_facts import LEDGER, OWNER, QUEUE, READ_AT, REGION

PLACE = AccountRegion(OWNER, REGION)
HOUR = timedelta(hours=1)


def found(name: str, severity: int = 2, **fields: Any) -> KeptDiagnosis:
    """A diagnosis of an identity of this name."""
    kept = KeptDiagnosis("topics_missing", severity, *PLACE, f"{name} has no topics.", "Set them.", "aws", ())
    return replace(kept, subject=f"identity/{name}", **fields)


def run(hour: int, *names: str) -> PlaceDiagnoses:
    """What one run found, before it is joined with what was found before."""
    return PlaceDiagnoses(*PLACE, READ_AT + hour * HOUR, tuple(map(found, names)))


def names_in(diagnoses: PlaceDiagnoses) -> list[str]:
    return [each.subject.removeprefix("identity/") for each in diagnoses.found]


def test_what_other_parts_were_found_to_lack_stays_through_a_round() -> None:
    first = join_rounds(run(0, "a"), None, {"identity/a", "identity/b"}, "identity/b")
    second = join_rounds(run(1, "d"), first, {"identity/c", "identity/d"}, "identity/d")
    third = join_rounds(run(2), second, {"identity/e"}, "")

    assert [names_in(each) for each in (first, second, third)] == [["a"], ["d", "a"], ["d", "a"]]
    assert [each.found_at for each in third.found] == [READ_AT + HOUR, READ_AT]
    assert (third.resume_after, third.round_began_at) == ("", None)


def test_what_was_mended_goes_when_its_resource_is_read_again() -> None:
    first = join_rounds(run(0, "a", "b"), None, {"identity/a", "identity/b"}, "identity/b")
    second = join_rounds(run(1), first, {"identity/c"}, "")
    third = join_rounds(run(2), second, {"identity/a"}, "identity/a")

    assert [names_in(each) for each in (second, third)] == [["a", "b"], ["b"]]


def test_what_a_whole_round_did_not_find_again_goes() -> None:
    # `a` was deleted: it is never read again, and so never found to be mended.
    first = join_rounds(run(0, "a"), None, {"identity/a"}, "identity/a")
    second = join_rounds(run(1), first, {"identity/b"}, "")
    third = join_rounds(run(2), second, {"identity/b"}, "identity/b")
    fourth = join_rounds(run(3), third, {"identity/c"}, "")

    assert [names_in(each) for each in (second, third, fourth)] == [["a"], ["a"], []]


def test_a_place_that_is_read_whole_keeps_nothing_of_before() -> None:
    assert join_rounds(run(1, "b"), run(0, "a"), set(), "") == run(1, "b")


def test_of_all_parts_the_most_severe_are_kept() -> None:
    first = replace(run(0), found=tuple(found(f"old-{number}", severity=1) for number in range(20)))
    joined = join_rounds(run(1, "new"), replace(first, resume_after="identity/m"), set(), "identity/z")

    assert (len(joined.found), joined.found[0].subject) == (20, "identity/new")


def test_places_that_were_not_read_for_longest_come_first() -> None:
    read_at = {"us-east-1": READ_AT, "eu-west-1": READ_AT - HOUR}
    previous = {
        AccountRegion(OWNER, region): PlaceDiagnoses(OWNER, region, at, (), "identity/m")
        for region, at in read_at.items()
    }
    places = tuple((OWNER, region) for region in ("us-east-1", "eu-west-1", "eu-west-2"))
    scope = SetupScope(LEDGER, frozenset(), frozenset(), places, QUEUE, "https://q")

    ordered = go_on_from(scope, previous)

    assert [region for _, region in ordered.places] == ["eu-west-2", "eu-west-1", "us-east-1"]
    assert ordered.resume_after == dict.fromkeys(previous, "identity/m")


def pools(hour: int, set_pools: dict[str, str], kinds: dict[str, str]) -> PlaceDiagnoses:
    """What one run read of sets and of pools."""
    return replace(run(hour), set_pools=set_pools, pool_kinds=kinds)


def test_one_run_of_a_round_reads_sets_and_another_their_pools() -> None:
    first = join_rounds(pools(0, {"a": "x", "b": ""}, {}), None, (), "configuration-set/b")
    second = join_rounds(pools(1, {"c": "x"}, {"x": "managed"}), first, (), "")
    third = join_rounds(pools(2, {"a": "y"}, {"y": "standard"}), second, (), "configuration-set/a")

    assert (second.set_pools, second.pool_kinds) == ({"a": "x", "b": "", "c": "x"}, {"x": "managed"})
    assert third.set_pools == {"a": "y", "b": "", "c": "x"}
    assert third.pool_kinds == {"x": "managed", "y": "standard"}


def test_a_set_that_is_gone_goes_where_a_place_is_read_whole() -> None:
    before = pools(0, {"a": "x", "gone": "x"}, {"x": "managed"})

    assert join_rounds(pools(1, {"a": ""}, {}), before, (), "").set_pools == {"a": ""}


def test_no_more_sets_are_kept_of_a_round_than_of_a_run() -> None:
    first = pools(0, {f"a{number}": "x" for number in range(MOST_SETS)}, {})
    second = pools(1, {f"b{number}": "x" for number in range(MOST_SETS)}, {})

    assert len(join_rounds(second, first, (), "configuration-set/b9").set_pools) == MOST_SETS
