"""Why something did not come, as far as what did come tells."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ses_reputation.feedback.provenance import Feed
from ses_reputation.verification.expectation import Expectation
from ses_reputation.verification.marker_mail import SendingParty
from ses_reputation.verification.proof import PartyProof, Proof


@dataclass(frozen=True, slots=True)
class MissingFeedback:
    """What a feed did not report of one party's mails, and why that may be.

    reporter: the account whose SES publishes to that feed. causes: for certain where there is one way to
    explain what is seen; else what to look at, the likeliest first.
    """

    party: SendingParty
    feed: Feed
    reporter: str
    expectations: tuple[Expectation, ...]
    causes: tuple[str, ...]


Diagnose = Callable[[str, str], Sequence[str]]
"""Returns what is known to be wrong with the feedback of an account in a Region; nothing if all is well."""


def explain_missing(
    proof: Proof, diagnose: Diagnose = lambda _account, _region: ()
) -> Iterator[MissingFeedback]:
    """Yield what did not come, by party and feed, with its causes; those that are diagnosed come first."""
    for each in proof.parties:
        for feed in Feed:
            missing = proof.missing_of(each.party, feed)
            if missing:
                reporter = each.party.identity.account if feed is Feed.OWNER else each.party.account
                known = tuple(diagnose(reporter, each.party.region))
                causes = (*known, *_wrong_identity(proof, each.party, feed))
                causes = causes or _seen_causes(proof, each, feed, missing)
                yield MissingFeedback(each.party, feed, reporter, missing, causes)


def _wrong_identity(proof: Proof, party: SendingParty, feed: Feed) -> Iterator[str]:
    facts = (fact for fact in proof.watch.facts if (fact.accepted.mail.party, fact.feed) == (party, feed))
    others = sorted({fact.identity for fact in facts if not fact.is_of_its_identity})
    for identity in others:
        yield (
            f"It came, and counts to the identity {identity}: SES sent with that one, not with "
            f"{party.identity.name}. An address that was verified by itself goes before its domain."
        )


def _seen_causes(
    proof: Proof, proven: PartyProof, feed: Feed, missing: Sequence[Expectation]
) -> tuple[str, ...]:
    expected = [each for each in proof.expected_of(proven.party) if each.feed is feed]
    if len(missing) == len(expected):
        return _silent_feed(proven.party, feed)
    kinds = {each.kind for each in missing}
    came = {each.kind for each in expected if each not in missing}
    if not kinds & came:
        names = ", ".join(sorted(kinds))
        return (
            f"Of this feed nothing of the kind {names} came, and other kinds did: a filter policy of the "
            "subscription may keep it out, or its topic is another one.",
        )
    return ("Some mails' feedback came and that of others did not: it may be late. Look again later.",)


def _silent_feed(party: SendingParty, feed: Feed) -> tuple[str, ...]:
    if feed is Feed.OWNER:
        return (
            f"Nothing came of this feed. The topic of {party.identity.name} may be gone, or may not let SES "
            "publish; its subscription may be missing or unconfirmed, or deliver raw messages.",
        )
    return (
        "SES accepted the mails, and nothing came of this feed. SES accepts mail also where the topic of "
        f"the event destination is gone: look first whether that of {party.configuration_set} exists, then "
        "at its subscription: missing, unconfirmed, filtered, or with raw message delivery.",
    )
