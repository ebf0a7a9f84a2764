"""One entity in full and in a line, and which is of most concern."""

from dataclasses import replace

from ses_reputation.findings.finding import FindingKind
from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.entities import account_entity, identity_entity
from ses_reputation.standing.state import DecisionState, EntityState, FindingState
from ses_reputation.statement.facts.entities import Subject, view_entity, view_line
from ses_reputation.statement.facts.evaluated import evaluate_part, evaluated_entity
from ses_reputation.statement.inputs import StatementInputs
from ses_reputation.statistics.decisions import SesDecision
from tests.support.assessed_world import MINE, THEIRS, assessed, daily_mail, inputs_of
from tests.support.evaluated import ACCOUNT, IDENTITY, bounces, complaints, deferral
from tests.support.mail import NOW, REGION, delayed_mail, mail
from tests.support.notifications import DELEGATE
from tests.support.stood import stood

COM = identity_entity("example.com")
NORTH = account_entity(DELEGATE, REGION)


def whole(inputs: StatementInputs, state: EntityState) -> Subject:
    """All of an entity's mail."""
    senders = [
        sender
        for sender in inputs.senders
        if state.entity in (identity_entity(sender.identity), account_entity(*sender[:2]))
    ]
    return Subject("whole", state.entity, senders, evaluated_entity(state.entity, state), state)


def part(inputs: StatementInputs) -> Subject:
    """What the delegate sends with example.com."""
    mail_of_part = evaluate_part(COM, inputs.days_of([MINE]), inputs.rules, NOW)
    return Subject("part", COM, [MINE], mail_of_part, part_of=DELEGATE)


def test_what_ses_stops_is_of_more_concern_than_any_standing() -> None:
    def decided(status: str) -> EntityState:
        decision = SesDecision(ACCOUNT.name, ACCOUNT.region, NOW, status, True, True)
        return EntityState(ACCOUNT, 1, NOW, decision=DecisionState(decision, NOW))

    well, bad = stood(ACCOUNT, bounces(Standing.HEALTHY)), stood(ACCOUNT, bounces(Standing.PAUSE))
    review = stood(IDENTITY, bounces(Standing.REVIEW))
    # 513 of 10,021 are 1.02 of the mark for bounces, 12 are 1.20 of that for complaints.
    nearer = stood(IDENTITY, complaints(Standing.REVIEW))
    in_order = [
        Subject("", ACCOUNT, [], well, decided("SHUTDOWN")),
        Subject("", ACCOUNT, [], bad, decided("HEALTHY")),
        Subject("", ACCOUNT, [], review),
        Subject("", IDENTITY, [], nearer, part_of=DELEGATE),
        Subject("", IDENTITY, [], review, part_of=DELEGATE),
        Subject("", ACCOUNT, [], well, decided("HEALTHY")),
        Subject("", ACCOUNT, [], evaluated_entity(ACCOUNT, None)),
    ]

    # From the least: what were of as much concern would stay as it is.
    turned = in_order[::-1]
    assert sorted(turned, key=lambda each: each.concern, reverse=True) == in_order


def test_a_part_is_named_by_who_sends_it_and_its_commands_are_of_its_mail() -> None:
    inputs = inputs_of(assessed(daily_mail(MINE, 10, 0, range(2))))

    view = view_entity(part(inputs), inputs)

    assert (view.title, view.is_part) == (f"identity example.com, as {DELEGATE} sends with it", True)
    of_part = f"--identity example.com --account {DELEGATE}"
    assert view.commands["days"] == f"ses-reputation balances {of_part} --stack reputation"
    assert view.commands["day"] == (
        f"ses-reputation balances {of_part} --from DAY --to DAY --stack reputation"
    )
    assert view.bounces.command == f"ses-reputation standing explain {of_part} --stack reputation"


def test_a_whole_entity_is_explained_over_all_its_mail() -> None:
    inputs = inputs_of(assessed(daily_mail(MINE, 10, 0, range(2))))

    view = view_entity(whole(inputs, inputs.states[COM]), inputs)

    assert view.bounces.command == (
        "ses-reputation standing explain --identity example.com --stack reputation"
    )


def test_mail_on_its_way_is_that_of_the_assessment_and_of_a_part_what_is_counted() -> None:
    hours = [delayed_mail(1, 100, 30, sender=MINE), delayed_mail(1, 100, 7, sender=THEIRS)]
    inputs = inputs_of(assessed(hours))
    state = inputs.states[COM]
    earlier = replace(state, view={**state.view, "open": {"delayed": 2, "without_outcome": 1}})

    of_all, of_part = view_entity(whole(inputs, earlier), inputs), view_entity(part(inputs), inputs)

    assert (of_all.delayed, of_all.without_outcome) == (2, 1)
    assert of_part.delayed == 30


def test_findings_of_an_entity_are_those_of_its_state() -> None:
    """A deferral that its assessment did not find is none of an identity, whatever its mail looks like."""
    inputs = inputs_of(assessed([delayed_mail(1, 400, 300, sender=MINE)]))
    quiet = replace(inputs.states[COM], findings={})

    assert view_entity(whole(inputs, quiet), inputs).findings == ()
    assert [each.kind for each in view_entity(part(inputs), inputs).findings] == ["provider_deferral"]


def test_of_an_account_its_deferrals_are_looked_for_and_its_findings_are_stored() -> None:
    """Deferrals are found in identities: an account's page shows those of its mail by provider."""
    inputs = inputs_of(assessed([delayed_mail(1, 400, 300, sender=MINE)]))
    stored = FindingState(
        FindingKind.PROVIDER_DEFERRAL, "gmail", "2026-11-20T08", NOW, None, deferral().evidence_json or {}
    )
    state = replace(inputs.states[NORTH], findings={stored.key: stored})

    view = view_entity(whole(inputs, state), inputs)

    assert [each.since for each in view.findings] == ["2026-11-20T08"]
    (microsoft,) = view.providers
    assert microsoft.deferral is not None
    assert microsoft.deferral.since == "2026-11-22T09"


def test_a_line_has_the_sums_of_thirty_days_and_the_rates_of_the_window() -> None:
    """31 days ago is no part of it; of the 1,000 newest sends 50 bounced and none was complained about."""
    mails = [mail(f"2026-{day}T09", 500, 25, sender=MINE) for day in ("10-23", "10-24", "11-21", "11-22")]
    inputs = inputs_of(assessed(mails))
    state = inputs.states[COM]

    line = view_line(whole(inputs, state), inputs, None)

    assert (line.sends, line.hard_bounces) == (1_500, 75)
    assert (line.bounces.value, line.complaints.value) == (0.05, 0.0)
    assert (line.standing, line.since) == (state.standing, NOW)
    assert (line.has_detail, line.open_findings) == (False, 0)


def test_a_line_counts_the_findings_that_are_open_or_were_looked_for() -> None:
    inputs = inputs_of(assessed([delayed_mail(1, 400, 300, sender=MINE)]))
    entity, of_part = whole(inputs, inputs.states[COM]), part(inputs)

    assert view_line(entity, inputs, None).open_findings == 1
    assert view_line(of_part, inputs, None).open_findings is None
    detailed = view_line(of_part, inputs, view_entity(of_part, inputs))
    assert (detailed.open_findings, detailed.has_detail) == (1, True)
