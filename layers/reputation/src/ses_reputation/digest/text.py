"""A digest in words: a dozen lines of plain text."""

from datetime import datetime

from ses_reputation.digest.facts import Digest
from ses_reputation.notifications.texts.finding import word_finding
from ses_reputation.notifications.texts.layout import Alert, Section, make_alert, open_statement, rows
from ses_reputation.notifications.texts.render import render
from ses_reputation.parties import PartyId
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.state import FindingState

MOST_RATES, MOST_FINDINGS = 3, 2
"""How many of each are named, those that matter most; of the others the number is given."""


def alert_of_digest(digest: Digest, shown: PartyId, stack_name: str, statement_base_url: str) -> Alert:
    """Return a party's digest as a mail, and as a chat shows it.

    shown: on whose statement to see more. statement_base_url: where the folder of statements is served; ""
    where it is nowhere.
    """
    headlines = [(finding, _headline(entity, finding, digest.at)) for entity, finding in digest.findings]
    parts = render(
        "digest", digest=digest, headlines=headlines, most_rates=MOST_RATES, most_findings=MOST_FINDINGS
    )
    return make_alert(
        parts,
        Section("", rows(parts.figures)),
        Section("", open_statement(shown, stack_name, statement_base_url)),
    )


def _headline(entity: ReputationEntity, finding: FindingState, at: datetime) -> str:
    """Return a finding's headline, which names the entity that it is of."""
    headline = word_finding(entity, finding, at).headline
    return headline if entity.name in headline else f"{entity.title}: {headline}"
