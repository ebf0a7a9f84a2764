"""Why SES refuses a send, whose turn it is, and what mends it.

`explain_refusal` is pure: from the error, the mail, and what is known besides. One code stands for faults of
both accounts; the resource in its message, the identities that failed, and the identity's policies tell.
"""

from ses_reputation.verification.denials import CODES, explain_denial
from ses_reputation.verification.explanation import ActingSide, KnownOfSends, RefusalExplanation
from ses_reputation.verification.refusal_text import without_addresses
from ses_reputation.verification.rejections import explain_by_code, explain_unverified
from ses_reputation.verification.sending import RefusedMail

_NOTHING_KNOWN = KnownOfSends()
_UNKNOWN = RefusalExplanation(
    "SES refused the mail for a reason that this command cannot explain.",
    ActingSide.SENDER,
    "Read what SES says of it.",
)


def explain_refusal(refused: RefusedMail, known: KnownOfSends = _NOTHING_KNOWN) -> RefusalExplanation:
    """Return the explanation of a refused mail; of an error that nobody has met, it is SES's own text."""
    mail, message = refused.mail, refused.message
    denied = explain_denial(mail, message, known) if refused.code in CODES else None
    return (
        denied
        or explain_unverified(mail, message, known)
        or explain_by_code(refused.code, mail, message)
        or _UNKNOWN
    )


def quote_refusal(refused: RefusedMail) -> str:
    """Return a refusal as SES worded it, as one line, without addresses that are not the operator's own."""
    party = refused.mail.party
    known = (party.from_address, party.identity.name, refused.mail.recipient)
    return without_addresses(f"{refused.code}: {refused.message}", known)
