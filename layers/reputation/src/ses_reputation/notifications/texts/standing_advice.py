"""What to do about a standing or a protection step, said so that somebody can begin at once.

It follows SES's developer guide ("Reputation metrics", "Sending review process FAQs") and the rules that
Gmail and Yahoo give to bulk senders (one-click unsubscribing, RFC 8058).
"""

from collections.abc import Iterable, Sequence
from functools import partial

from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.rates.causes import Cause
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import EntityKind, ReputationEntity
from ses_reputation.rollup.rate_counts import Dimension, Slice
from ses_reputation.standing.changes import StandingChange
from ses_reputation.standing.state import ProtectionStep
from ses_reputation.wording import slice_title

_SUBTYPES = {
    "bounced_permanent_no_email": "Most of these mailboxes do not exist: look for an old, bought or guessed "
    "list, an import, or a form that takes any address.",
    "bounced_permanent_suppressed": "Most of these addresses are on SES's global suppression list: they "
    "bounced for other senders too, so the list is old or bought.",
    "bounced_permanent_general": "Most were refused for good without naming the mailbox: read what the "
    "providers answered; a block of the domain or the content looks like this too.",
}
_FEEDBACK_TYPES = {
    "complained_abuse": "Most people pressed the spam button: they did not ask for this mail, no longer "
    "want it, or did not find how to leave.",
    "complained_fraud": "Most complaints speak of fraud: see whether somebody sends in your name.",
    "complained_virus": "Most complaints speak of viruses: look at links and attachments at once.",
}


def advise_on_standing(change: StandingChange, entity: ReputationEntity) -> list[str]:
    """Return what to do about a changed standing, most urgent first."""
    if change.after.standing is Standing.HEALTHY:
        return ["Nothing has to be done. Keep to what helped: the rate says what was, not what comes."]
    if not change.is_worse:
        return ["Go on with what helped: the rate falls as clean mail takes the place of the old."]
    where = _where(change.evaluation.causes, entity)
    return _sentences(change, entity, where)


def advise_on_protection(act: ProtectionAction) -> list[str]:
    """Return what to do about a step that protection took."""
    name = act.configuration_set
    if name == NO_CONFIGURATION_SET:
        return [
            "Stop bulk mail by hand, now.",
            "Name a configuration set on every send, one for each kind of mail: only then can the mail that "
            "does harm be stopped without the rest.",
        ]
    match act.step:
        case ProtectionStep.WOULD_PAUSE:
            return [
                f"Stop what is sent through {name}, by hand.",
                "To let the stack do it the next time, set its parameter Protection to enforce.",
            ]
        case ProtectionStep.PAUSED:
            return [
                f"Tell those who send: SES now rejects what is sent through {name}.",
                "Clean its list before anything else; then resume it with the command below.",
            ]
        case ProtectionStep.FAILED:
            return [
                f"Stop what is sent through {name}, by hand, now.",
                "See that the stack may call ses:PutConfigurationSetSendingOptions there: the parameter "
                "ProtectionRoleName names its role in other accounts.",
            ]
        case ProtectionStep.RESUMED:
            return ["Send in small lots first, and watch the rate."]


def delegate_of(causes: Iterable[Cause], entity: ReputationEntity) -> str:
    """Return the sending account that most of an identity's events come from, else nothing."""
    if entity.kind is not EntityKind.IDENTITY:
        return ""
    return next(
        (cause.mail_slice.name for cause in causes if cause.mail_slice.kind is Dimension.SENDING_ACCOUNT), ""
    )


def configuration_set_of(causes: Iterable[Cause]) -> str:
    """Return the configuration set that most events come from, by its own name; nothing without a cause."""
    sets = (cause.mail_slice.name for cause in causes if cause.mail_slice.kind is Dimension.CONFIGURATION_SET)
    return next(sets, "").rpartition("/")[2]


def _where(causes: Sequence[Cause], entity: ReputationEntity) -> str:
    """Return the part of the mail that is to be looked at, as somebody who knows the sender calls it."""
    sets = [cause.mail_slice for cause in causes if cause.mail_slice.kind is Dimension.CONFIGURATION_SET]
    if not sets:
        return f"the mail of {entity.title}"
    own_name = sets[0].name.removeprefix(f"{delegate_of(causes, entity)}/")
    return slice_title(Slice(Dimension.CONFIGURATION_SET, own_name))


def _sentences(change: StandingChange, entity: ReputationEntity, where: str) -> list[str]:
    told = partial(_on_identity, entity) if entity.kind is EntityKind.IDENTITY else _on_account
    said = _on_bounces if change.measure is Measure.BOUNCES else _on_complaints
    why = _why(change)
    return [*told(change, where), *([why] if why else []), *said(change.after.standing)]


def _why(change: StandingChange) -> str:
    kinds = (Dimension.BOUNCE, Dimension.COMPLAINT)
    names = (cause.mail_slice.name for cause in change.evaluation.causes if cause.mail_slice.kind in kinds)
    titles = _SUBTYPES | _FEEDBACK_TYPES
    return titles.get(next(names, ""), "")


def _on_account(change: StandingChange, where: str) -> list[str]:
    match change.after.standing:
        case Standing.PAUSE:
            return [
                f"Stop all bulk mail now, {where} first: at this rate SES may pause the account without "
                "further notice, order confirmations and password mails included.",
                "Answer SES's notice, if one came: what went wrong, what was changed, why it stays changed. "
                "A pause by AWS is not undone by any API.",
            ]
        case Standing.REVIEW:
            return [
                f"Stop {where} until its list is clean; leave transactional mail running.",
                "Expect SES to put the account under review at this rate. Have the answer ready: what went "
                "wrong, what was changed, why it stays changed.",
            ]
        case _:
            return [f"Find out what is new about {where}: a list, an import, a form, a campaign."]


def _on_identity(entity: ReputationEntity, change: StandingChange, where: str) -> list[str]:
    delegate = delegate_of(change.evaluation.causes, entity)
    sender = f"account {delegate}" if delegate else "the sending accounts"
    match change.after.standing:
        case Standing.PAUSE:
            return [
                f"Have {sender} stop all bulk mail from {entity.name} now, {where} first. SES enforces "
                f"against the sending account; providers and blocklists remember {entity.name}.",
            ]
        case Standing.REVIEW:
            return [
                f"Have {sender} stop {where} until its list is clean: providers and blocklists remember "
                f"{entity.name}, whoever sends with it.",
            ]
        case _:
            return [f"Ask {sender} what is new about {where}: a list, an import, a form, a campaign."]


def _on_bounces(standing: Standing) -> list[str]:
    match standing:
        case Standing.PAUSE:
            return [
                "Before mailing again take out every address that bounced hard, and begin with those who "
                "opened or clicked in the last 30 days, in small lots.",
            ]
        case Standing.REVIEW:
            return [
                "Take out every address that bounced hard, and whoever has not opened, clicked or bought for "
                "a year.",
                "See that the sending account's suppression list takes bounces (aws sesv2 get-account: "
                "SuppressionAttributes).",
            ]
        case _:
            return [
                "Take out what bounced hard, and let new addresses confirm themselves (double opt-in).",
            ]


def _on_complaints(standing: Standing) -> list[str]:
    match standing:
        case Standing.PAUSE:
            return [
                "Before mailing again keep only those who asked for this mail and opened or clicked in the "
                "last 30 days, and send in small lots.",
            ]
        case Standing.REVIEW:
            return [
                "Mail only those who asked for this mail and opened or clicked in the last 90 days.",
                "See that every such mail offers one-click unsubscribing (List-Unsubscribe-Post), that it "
                "works within two days, and that the sending account's suppression list takes complaints.",
            ]
        case _:
            return [
                "See that every such mail says why it came and offers one-click unsubscribing "
                "(List-Unsubscribe-Post), and that whoever unsubscribed gets no more.",
            ]
