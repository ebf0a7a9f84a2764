"""Delegates side by side: what each account sends with the identities of a domain, the worst first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ses_reputation.rates.thresholds import Measure, severity_of
from ses_reputation.rollup.entities import SenderIdentity, identity_entity
from ses_reputation.statement.facts.evaluated import evaluate_part
from ses_reputation.statement.facts.measures import rate_view_of
from ses_reputation.statement.facts.series import view_sparkline
from ses_reputation.statement.inputs import StatementInputs
from ses_reputation.statement.naming import shown
from ses_reputation.statement.view.statement import DelegateView
from ses_reputation.tallies import group_by, total_by_key

MOST_DELEGATES = 200


def view_delegates(
    senders: Iterable[SenderIdentity], domains: Mapping[str, str], owner: str, inputs: StatementInputs
) -> list[DelegateView]:
    """Return the accounts that send with an owner's identities; domains: that of each identity.

    Only mail with these identities is looked at: what else an account sends is not the owner's to see. Those
    that harm most come first: by standing, then by hard bounces, then by mail.
    """
    parts = group_by(senders, lambda sender: (sender.account, domains[sender.identity]))
    views = [_view(account, domain, own, owner, inputs) for (account, domain), own in parts.items()]
    return sorted(_with_shares(views), key=_harm)


def _view(
    account: str, domain: str, senders: Sequence[SenderIdentity], owner: str, inputs: StatementInputs
) -> DelegateView:
    mail = evaluate_part(identity_entity(domain), inputs.days_of(senders), inputs.rules, inputs.now)
    sparkline = view_sparkline(inputs.totals_of(senders), inputs.now)
    identities = {sender.identity for sender in senders}
    return DelegateView(
        account=account,
        display_name=inputs.naming.display_name(account),
        domain=shown(domain),
        is_owner=account == owner,
        standing=mail.standing,
        sends=sum(sparkline.sends),
        hard_bounces=sum(sparkline.hard_bounces),
        complaints_30_days=sum(sparkline.complaints),
        share_of_hard_bounces=None,
        bounces=rate_view_of(mail, Measure.BOUNCES),
        complaints=rate_view_of(mail, Measure.COMPLAINTS),
        sparkline=sparkline,
        identities=tuple(sorted(map(shown, identities))),
        command=inputs.naming.command(
            # A domain by itself leaves out its subdomains and addresses, whose mail is in the row.
            "standing explain" if identities == {domain} else "standing explain --with-subdomains",
            {"identity": domain, "account": account},
        ),
    )


def _with_shares(views: Sequence[DelegateView]) -> Iterator[DelegateView]:
    of_domain = total_by_key((view.domain, view.hard_bounces) for view in views)
    for view in views:
        of = of_domain[view.domain]
        yield replace(view, share_of_hard_bounces=round(view.hard_bounces / of, 6) if of else None)


def _harm(view: DelegateView) -> tuple[int, int, int, str, str]:
    return -severity_of(view.standing), -view.hard_bounces, -view.sends, view.account, view.domain
