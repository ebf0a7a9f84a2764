"""What would change in a list, checked against set arithmetic that shares no code with the plan."""

from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.suppression.forgotten import ForgottenPeople, hidden
from ses_reputation.suppression.restore.actions import ListChange, Operation
from ses_reputation.suppression.restore.plan import (
    ChangePlan,
    PlanCounts,
    PlanRules,
    plan_changes,
    plan_removal,
)
from ses_reputation.suppression.targets import Target

TARGET = Target("222222222222", "eu-west-1")
NO_RULES = PlanRules()
addresses = st.sampled_from([f"{name}@example.com" for name in ("ann", "Ann", "bob", "a/b", "jörg", "z")])
lists = st.dictionaries(addresses, st.sampled_from(["BOUNCE", "COMPLAINT"]))


def plan(wanted: dict[str, str], current: dict[str, str], rules: PlanRules = NO_RULES) -> ChangePlan:
    return plan_changes(TARGET, wanted.items(), current, rules)


def carry_out(current: dict[str, str], changes: tuple[ListChange, ...]) -> dict[str, str]:
    """What SES makes of changes: a PUT replaces, a DELETE removes."""
    result = dict(current)
    for change in changes:
        if change.operation == "PUT":
            result[change.email_address] = change.reason
        else:
            del result[change.email_address]
    return result


@given(lists, lists)
def test_a_restore_adds_what_is_missing_and_weakens_and_removes_nothing(
    wanted: dict[str, str], current: dict[str, str]
) -> None:
    result = carry_out(current, plan(wanted, current).changes)

    assert set(result) == set(wanted) | set(current)
    complaints = {a for each in (wanted, current) for a, reason in each.items() if reason == "COMPLAINT"}
    assert {a for a, reason in result.items() if reason == "COMPLAINT"} == complaints


@given(lists, lists)
def test_an_exact_restore_makes_the_identical_list(wanted: dict[str, str], current: dict[str, str]) -> None:
    exact = plan(wanted, current, PlanRules(weakens=True, removes_others=True))

    assert carry_out(current, exact.changes) == wanted


@given(lists)
def test_a_restore_into_an_empty_list_makes_the_identical_list(wanted: dict[str, str]) -> None:
    assert carry_out({}, plan(wanted, {}).changes) == wanted


@given(lists, lists)
def test_the_counts_are_those_of_set_arithmetic(wanted: dict[str, str], current: dict[str, str]) -> None:
    both = set(wanted) & set(current)
    differing = {a for a in both if wanted[a] != current[a]}
    counts = plan(wanted, current).counts

    assert counts.added == len(set(wanted) - set(current))
    assert counts.others == len(set(current) - set(wanted))
    assert counts.unchanged == len(both - differing)
    assert counts.strengthened == len({a for a in differing if wanted[a] == "COMPLAINT"})
    assert counts.kept_stronger == len({a for a in differing if wanted[a] == "BOUNCE"})
    assert (counts.weakened, counts.removed) == (0, 0)


@given(lists, lists)
def test_what_was_carried_out_need_not_be_done_again(wanted: dict[str, str], current: dict[str, str]) -> None:
    once = carry_out(current, plan(wanted, current).changes)

    assert plan(wanted, once).changes == ()


@given(lists, lists)
def test_changes_are_in_the_order_of_addresses_each_once(
    wanted: dict[str, str], current: dict[str, str]
) -> None:
    made = plan(wanted, current, PlanRules(weakens=True, removes_others=True)).changes
    named = [change.email_address.removesuffix("@example.com") for change in made]

    assert len(named) == len(set(named))
    # By hand: all spellings of an address together, the one in small letters first.
    assert named == [each for each in ("a/b", "ann", "Ann", "bob", "jörg", "z") if each in named]


def test_a_complaint_becomes_a_bounce_only_where_somebody_asks_for_it() -> None:
    wanted, current = {"ann@example.com": "BOUNCE"}, {"ann@example.com": "COMPLAINT"}

    assert plan(wanted, current).counts == PlanCounts(kept_stronger=1)
    assert plan(wanted, current, PlanRules(weakens=True)).changes == (
        ListChange("ann@example.com", Operation.PUT, "BOUNCE"),
    )


def test_what_cannot_be_restored_is_counted_by_cause() -> None:
    wanted = [(hidden("0" * 32), "BOUNCE"), (hidden("1" * 32), "COMPLAINT"), ("ann@example.com", "MANUAL")]

    assert plan_changes(TARGET, wanted, {}, NO_RULES) == ChangePlan(
        TARGET, (), PlanCounts(forgotten=2, unknown_reason=1)
    )


def test_nobody_who_was_forgotten_is_put_on_a_list_strengthened_or_taken_off() -> None:
    key = b"key"
    people = ForgottenPeople(
        key, frozenset(map(ForgottenPeople(key).hash_of, ("ann@example.com", "bob@x.example")))
    )
    current = {"Ann@example.com": "BOUNCE", "z@example.com": "BOUNCE"}
    wanted = [("ANN@example.com", "COMPLAINT"), ("bob@x.example", "BOUNCE"), ("new@example.com", "BOUNCE")]

    made = plan_changes(TARGET, wanted, current, PlanRules(removes_others=True), people)

    assert made.changes == (
        ListChange("new@example.com", Operation.PUT, "BOUNCE"),
        ListChange("z@example.com", Operation.DELETE),
    )
    assert made.counts == PlanCounts(added=1, removed=1, others=1, forgotten=2)


def test_an_address_that_is_suppressed_in_another_spelling_is_not_added_but_strengthened() -> None:
    current = {"Ann@example.com": "BOUNCE", "BOB@example.com": "COMPLAINT"}
    wanted = {"ann@example.com": "COMPLAINT", "bob@example.com": "BOUNCE", "new@example.com": "BOUNCE"}
    made = plan(wanted, current, PlanRules(ignores_case=True))

    assert made.changes == (
        ListChange("Ann@example.com", Operation.PUT, "COMPLAINT"),
        ListChange("new@example.com", Operation.PUT, "BOUNCE"),
    )
    assert made.counts == PlanCounts(strengthened=1, kept_stronger=1, added=1)


def test_a_restore_keeps_each_spelling_by_itself() -> None:
    made = plan({"ann@example.com": "BOUNCE"}, {"Ann@example.com": "BOUNCE"})

    assert made.changes == (ListChange("ann@example.com", Operation.PUT, "BOUNCE"),)


def test_a_removal_names_each_spelling_once() -> None:
    made = plan_removal(TARGET, ["ann@example.com", "Ann@example.com", "ann@example.com"])

    assert [change.email_address for change in made.changes] == ["ann@example.com", "Ann@example.com"]
    assert made.counts == PlanCounts(removed=2)
