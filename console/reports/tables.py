"""The tables that commands print."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.table import Table

from console.reports.message_tally import MessageTally
from console.reports.outcome_columns import OutcomeKind, count_kinds
from console.terminal.tables import make_table
from console.terminal.wording import capital, number
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.wording import count, provider_title

_COLUMNS = tuple(kind for kind in OutcomeKind if kind is not OutcomeKind.OTHER_REPORTS)
_HYPHENATED = {OutcomeKind.COMPLAINTS: "com- plaints", OutcomeKind.SUPPRESSED: "sup- pressed"}
_LEGEND = (
    "hard: permanent, as in SES's bounce rate. soft: transient or unclear. suppressed: stopped by a "
    "suppression list. never left: rejected, or not rendered."
)
_FOLLOWED = ("delayed_then_delivered", "delayed_then_bounced", "delayed_still_open")


def draw_balances(hours: Sequence[HourBalance]) -> Table:
    """Balances by party: under each sending account (and Region) a row for each identity.

    `hours` are sorted.
    """
    table = make_table("sent by", *(_HYPHENATED.get(kind, kind) for kind in _COLUMNS))
    regions = {hour.sender_hour.region for hour in hours}
    for (account, region), of_account in groupby(hours, key=lambda hour: hour.sender_hour[:2]):
        table.add_row(f"{account} {region}" if len(regions) > 1 else account)
        for identity, of_identity in groupby(of_account, key=lambda hour: hour.sender_hour.identity):
            kinds = count_kinds(of_identity)
            table.add_row(f"  {identity}", *(number(kinds[kind]) for kind in _COLUMNS))
    total = count_kinds(hours)
    table.add_row("together", *(number(total[kind]) for kind in _COLUMNS), style="bold")
    table.caption, table.caption_justify, table.caption_style = _LEGEND, "left", "dim"
    return table


def draw_coverage(hours: Iterable[HourBalance]) -> Table:
    """How many deliveries, bounces and complaints each feed reported."""
    feeds: dict[str, Counter[str]] = {"delivered": Counter(), "bounced": Counter(), "complained": Counter()}
    for hour in hours:
        for kinds in hour.coverage.values():
            for kind, counts in kinds.items():
                feeds[kind].update(counts)
    table = make_table("", "both feeds", "owner's only", "sender's only")
    for kind, counts in feeds.items():
        table.add_row(kind, *(number(counts[name]) for name in ("both", "owner_only", "sender_only")))
    return table


def draw_delays(hours: Sequence[HourBalance]) -> Table:
    """Delays by mailbox provider, and what became of the delayed dispatches; most delays first."""
    delays, followed = _delays_by_provider(hours), _followed_by_provider(hours)
    table = make_table("mailbox provider", "delays", "then delivered", "then bounced", "still open")
    for provider in sorted(delays, key=lambda name: (-delays[name], name)):
        row = (delays[provider], *(followed[provider][figure] for figure in _FOLLOWED))
        table.add_row(capital(provider_title(provider)), *(number(each) for each in row))
    return table


def _delays_by_provider(hours: Iterable[HourBalance]) -> Counter[str]:
    delays: Counter[str] = Counter()
    for hour in hours:
        for providers in hour.counts.values():
            for provider, outcomes in providers.items():
                delayed = sum(count for name, count in outcomes.items() if name.startswith("delayed_"))
                delays.update({provider: delayed} if delayed else {})
    return delays


def _followed_by_provider(hours: Iterable[HourBalance]) -> dict[str, Counter[str]]:
    followed: dict[str, Counter[str]] = defaultdict(Counter)
    for hour in hours:
        for providers in hour.followed.values():
            for provider, figures in providers.items():
                followed[provider].update(figures)
    return followed


def draw_messages(tally: MessageTally) -> Table:
    """What became of messages: ignored by kind, quarantined by reason."""
    table = make_table("", "", "messages", numbers_from=2)
    table.add_row("journaled", "", number(tally.journaled))
    for fate, kinds in (("ignored", tally.ignored), ("quarantined", tally.quarantined)):
        for kind, messages in sorted(kinds.items()):
            table.add_row(fate, kind, number(messages))
    table.add_row("failed", "", number(tally.failed))
    if tally.missing > 0:
        table.add_row("in no column", "", number(tally.missing), style="bold red")
    table.add_row("together", "", number(tally.accounted_for), style="bold")
    return table


def draw_manifest(manifest: Manifest) -> Table:
    """What a snapshot holds."""
    table = make_table("", "", numbers_from=2)
    table.columns[0].no_wrap = True
    for name, value in _manifest_rows(manifest):
        table.add_row(name, value)
    return table


def draw_snapshots(manifests: Iterable[Manifest]) -> Table:
    """Finished snapshots, a row each."""
    table = make_table("list", "run", "addresses", "parts", numbers_from=2)
    for manifest in manifests:
        figures = (number(manifest.total), number(len(manifest.parts)))
        table.add_row(manifest.run.target.name, manifest.run.run_id, *figures)
    return table


def draw_parts(manifest: Manifest) -> Table:
    """The files of a snapshot."""
    table = make_table("part", "rows", "bytes", "SHA-256")
    for part in manifest.parts:
        table.add_row(part.name, number(part.rows), number(part.bytes), f"{part.sha256[:16]}...")
    return table


def _manifest_rows(manifest: Manifest) -> Iterable[tuple[str, str]]:
    reasons = ", ".join(f"{name} {rows:,}" for name, rows in sorted(manifest.by_reason.items()))
    yield "snapshot", f"{manifest.run.prefix}manifest.json"
    yield "scheduled for", f"{manifest.scheduled_at:%Y-%m-%d %H:%M:%S} UTC"
    yield "addresses", f"{manifest.total:,} ({reasons})" if reasons else "0"
    yield "rows read", f"{manifest.rows_read:,}, of which {manifest.rows_repeated:,} repeated an address"
    if manifest.chains_restarted:
        yield (
            "tokens expired",
            f"{count(manifest.chains_restarted, 'time')}; each time reading began again at the first page",
        )
    seconds = (manifest.finished_at - manifest.started_at).total_seconds()
    yield "took", f"{seconds:.1f} s"
