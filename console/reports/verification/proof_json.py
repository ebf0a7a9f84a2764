"""What proof by mail found, as `verify --json` prints it."""

from collections.abc import Mapping, Sequence
from typing import Any

from ses_reputation.hours import format_timestamp
from ses_reputation.verification.expectation import Expectation
from ses_reputation.verification.explanation import RefusalExplanation
from ses_reputation.verification.feed_setup import FeedSetup
from ses_reputation.verification.missing import MissingFeedback
from ses_reputation.verification.proof import PartyProof, Proof
from ses_reputation.verification.refusals import quote_refusal
from ses_reputation.verification.sending import RefusedMail


def describe_proof(
    proof: Proof, missing: Sequence[MissingFeedback], quarantined: Mapping[str, int]
) -> dict[str, Any]:
    """Return the fields of `--json`."""
    return {
        "is_proven": proof.is_complete,
        "marker": proof.marker,
        "began_at": format_timestamp(proof.began_at),
        "parties": [_describe_party(proof, each) for each in proof.parties],
        "missing": [_describe_missing(each) for each in missing],
        "quarantined": dict(quarantined),
    }


def _describe_party(proof: Proof, proven: PartyProof) -> dict[str, Any]:
    party = proven.party
    return {
        "account": party.account,
        "region": party.region,
        "identity": party.identity.name,
        "owner_account": party.identity.account,
        "configuration_set": party.configuration_set,
        "tenant": party.tenant,
        "feeds": {setup.feed: _describe_setup(setup) for setup in proven.setups},
        "observations": [_describe_expectation(proof, each) for each in proof.expected_of(party)],
        "refused": [_describe_refusal(*each) for each in proven.refused],
    }


def _describe_setup(setup: FeedSetup) -> dict[str, Any]:
    kinds = {"kinds": sorted(setup.kinds), "lacking": sorted(setup.lacking)}
    return kinds | ({"obstacle": setup.obstacle} if setup.obstacle else {})


def _describe_expectation(proof: Proof, expectation: Expectation) -> dict[str, Any]:
    accepted, came = expectation.accepted, proof.watch.came.get(expectation)
    return {
        "mail": accepted.mail.outcome,
        "way": accepted.mail.way,
        "message_id": accepted.message_id,
        "feed": expectation.feed,
        "kind": expectation.kind,
        "seconds": None if came is None else round(max(came.total_seconds(), 0), 1),
    }


def _describe_refusal(refused: RefusedMail, explanation: RefusalExplanation) -> dict[str, Any]:
    return {
        "mail": refused.mail.outcome,
        "way": refused.mail.way,
        "code": refused.code,
        "message": quote_refusal(refused),
        "cause": explanation.cause,
        "side": explanation.side,
        "mend": explanation.mend,
        "paste": list(explanation.paste),
    }


def _describe_missing(missing: MissingFeedback) -> dict[str, Any]:
    return {
        "account": missing.party.account,
        "region": missing.party.region,
        "feed": missing.feed,
        "reporter": missing.reporter,
        "observations": len(missing.expectations),
        "causes": list(missing.causes),
    }
