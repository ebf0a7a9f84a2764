"""A delegate's digest says nothing of another sender: worlds that differ only in others read alike."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.digest.facts import DigestFigures, KeptRate, compose
from ses_reputation.digest.list_sizes import ListTotal
from ses_reputation.digest.party import OWNERS, DigestParty
from ses_reputation.digest.text import alert_of_digest
from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.entities import account_entity, identity_entity
from ses_reputation.standing.state import EntityState
from tests.support.digests import MONDAY, size_of, state_of
from tests.support.evaluated import NOW, OWNERSHIP, bounces, complaints, coverage_gap, deferral

OWN = "444455556666"
OTHERS = ("777788889999", "111122223333")
STANDINGS = st.sampled_from(Standing)
REGIONS = st.sampled_from(["us-east-1", "eu-west-1"])


@st.composite
def worlds_of_others(draw: st.DrawFn) -> tuple[list[EntityState], list[ListTotal], DigestFigures]:
    """Whatever others send, and whatever is known of the identities that all send with."""
    states = [
        state_of(
            bounces(draw(STANDINGS)),
            complaints(draw(STANDINGS)),
            entity=account_entity(account, draw(REGIONS)),
            detections=(deferral(),) if draw(st.booleans()) else (),
        )
        for account in draw(st.sets(st.sampled_from(OTHERS)))
    ]
    for identity in draw(st.sets(st.sampled_from(["example.com", "example.org", "news@example.com"]))):
        entity = identity_entity(identity)
        open_here = (deferral(share=draw(st.integers(6, 90))),) if draw(st.booleans()) else ()
        states.append(state_of(bounces(draw(STANDINGS)), entity=entity, detections=open_here))
    sizes = [
        size_of(draw(st.integers(0, 10**9)), account) for account in draw(st.sets(st.sampled_from(OTHERS)))
    ]
    rates = {each.entity.key: {"bounces": KeptRate(draw(st.integers(0, 9)), 10)} for each in states}
    return states, sizes, DigestFigures(NOW, rates, {each.place: 3 for each in sizes})


def told(party: DigestParty, states: list[EntityState], sizes: list[ListTotal], before: DigestFigures) -> str:
    digest, shown = compose(party, states, sizes, MONDAY, before), OWNERSHIP.party_of_account(party.account)
    return "\n".join(map(str, alert_of_digest(digest, shown, "prod", "")))


@settings(max_examples=60)
@given(worlds_of_others(), worlds_of_others(), STANDINGS)
def test_worlds_that_differ_in_others_only_give_a_delegate_one_digest(
    one: tuple[list[EntityState], list[ListTotal], DigestFigures],
    other: tuple[list[EntityState], list[ListTotal], DigestFigures],
    standing: Standing,
) -> None:
    own = [
        state_of(bounces(standing), entity=account_entity(OWN, "us-east-1")),
        state_of(entity=identity_entity("shared.example"), detections=(coverage_gap(),)),
    ]
    sizes = [size_of(12, OWN)]

    first, second = (
        told(DigestParty(OWN), [*states, *own], [*lists, *sizes], before)
        for states, lists, before in (one, other)
    )

    assert first == second
    assert not any(account in first for account in OTHERS)
    # Whoever may see them can tell these worlds apart.
    seen = [compose(OWNERS, [*states, *own], [], MONDAY, None).standings for states, _, _ in (one, other)]
    assert (seen[0] == seen[1]) is (_standings(one[0]) == _standings(other[0]))


def _standings(states: list[EntityState]) -> dict[str, Standing | None]:
    return {each.entity.key: each.standing for each in states}
