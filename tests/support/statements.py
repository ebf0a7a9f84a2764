"""Statements made by hand, one for each state that the page has to show: /docs/statement.md names them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ses_reputation.hours import day_of, hours_back
from ses_reputation.parties import PartyKind
from ses_reputation.rates.rates import Rate, rate_of
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules, Thresholds
from ses_reputation.rollup.entities import EntityKind
from ses_reputation.statement.facts.delegates import MOST_DELEGATES
from ses_reputation.statement.facts.feeds import MOST_FEEDS
from ses_reputation.statement.facts.suppression_lists import MOST_LISTS
from ses_reputation.statement.facts.timeline import MOST_EVENTS
from ses_reputation.statement.making import MOST_DETAILED
from ses_reputation.statement.view.entity import (
    AdvicePart,
    AdviceStep,
    EntityLine,
    EntityView,
    FindingView,
    LabelledText,
    SesView,
)
from ses_reputation.statement.view.mail import (
    DeferralView,
    MailSeries,
    ProviderLine,
    RateColumns,
    Sparkline,
    WarmUpRow,
)
from ses_reputation.statement.view.rates import (
    NO_SENDS,
    HeadroomView,
    MeasureView,
    OfficialRateView,
    RateView,
    SliceView,
    ThresholdView,
    WindowView,
    view_rate,
)
from ses_reputation.statement.view.statement import (
    DelegateView,
    DomainGroup,
    DriftLine,
    DriftView,
    FeedLine,
    ListSize,
    ReconciledDayView,
    ReconciliationView,
    Statement,
    StatementParty,
    SuppressionListView,
    TimelineEvent,
)

NOW = datetime(2026, 11, 27, 10, 5, tzinfo=UTC)
OWNER, DELEGATE = "111122223333", "444455556666"
HOSTILE = "<img src=x onerror=alert(1)>\u05e9\u05dc\u05d5\u05dd" + "-very" * 40
"""Text of others: HTML, right-to-left letters, and very long."""
LONGEST_SET = "transactional_mail_of_the_shop_and_of_all_of_its_partners_abroad"
"""A configuration set's name of 64 letters, as SES takes it (API reference, CreateConfigurationSet)."""
_TODAY = day_of(NOW)
_DAYS = tuple(day_of(NOW - timedelta(days=back)) for back in range(89, -1, -1))
_HOURS = tuple(reversed(hours_back(NOW, 48)))
_NOUNS = {Measure.BOUNCES: "hard bounces", Measure.COMPLAINTS: "complaints"}


def make_series(periods: Sequence[str], sends: Sequence[int], bounces: Sequence[int]) -> MailSeries:
    """Return mail by period; of a thousand sends to providers with feedback loops one is complained about."""
    fbl = [number // 2 for number in sends]
    complaints = [number // 1000 for number in fbl]
    return MailSeries(tuple(periods), tuple(sends), _columns(sends, bounces), _columns(fbl, complaints))


def _columns(sends: Sequence[int], events: Sequence[int]) -> RateColumns:
    rates = [rate_of(*pair) for pair in zip(events, sends, strict=True)]
    plain = [rate.to_json() if rate else None for rate in rates]
    values, lows, highs = (
        [each[name] if each else None for each in plain] for name in ("value", "low", "high")
    )
    return RateColumns(tuple(sends), tuple(events), tuple(values), tuple(lows), tuple(highs))


NO_MAIL = make_series(_DAYS, [0] * 90, [0] * 90)
NO_HOURS = make_series(_HOURS, [0] * 48, [0] * 48)


def make_measure(
    measure: Measure, standing: Standing | None, rate: Rate | None, causes: Sequence[SliceView] = ()
) -> MeasureView:
    """Return a measure over a full window of 10,000 sends, or without mail."""
    thresholds = StandingRules().thresholds[measure]
    return MeasureView(
        measure=measure,
        headline=f"{measure} are {standing}" if standing else "no mail in its window",
        standing=standing,
        since=datetime(2026, 11, 23, tzinfo=UTC) if standing else None,
        rate=view_rate(rate),
        window=WindowView("2026-11-20T08", "2026-11-27T10", 171, True, rate.denominator, rate.numerator)
        if rate
        else WindowView("", "", 0, False, 0, 0),
        thresholds=tuple(ThresholdView(each, float(at)) for each, at in thresholds.items()),
        headroom=_headroom(measure, rate, thresholds) if rate else (),
        all_mail=view_rate(rate) if measure is Measure.COMPLAINTS else None,
        official=None,
        basis="",
        causes=tuple(causes),
        slices=tuple(causes),
        slices_left_out=0,
        command="ses-reputation standing explain --identity example.com --stack ses-reputation",
    )


def _headroom(measure: Measure, rate: Rate, thresholds: Thresholds) -> tuple[HeadroomView, ...]:
    return tuple(
        HeadroomView(
            standing,
            float(at),
            more := max(0, -int(-at * rate.denominator // 1) - rate.numerator),
            0 if more else int(rate.numerator / (at * 9 / 10)) + 1 - rate.denominator,
            f"{more:,} more {_NOUNS[measure]} reach {standing.upper()}"
            if more
            else f"out of {standing.upper()}",
        )
        for standing, at in thresholds.items()
    )


def make_slice(kind: str, name: str, title: str, sends: int, events: int, of: int) -> SliceView:
    """Return a part of the mail."""
    return SliceView(
        kind, name, title, sends, events, of, view_rate(rate_of(events, sends)), Standing.HEALTHY
    )


def make_advice(*steps: str) -> tuple[AdviceStep, ...]:
    """Return steps; what stands between backticks is a command."""
    return tuple(
        AdviceStep(
            tuple(AdvicePart(text, place % 2 == 1) for place, text in enumerate(step.split("`")) if text)
        )
        for step in steps
    )


def make_entity(
    kind: EntityKind,
    name: str,
    standing: Standing | None = Standing.HEALTHY,
    daily: int = 1_000,
    bounced: int = 4,
    days: int = 90,
) -> EntityView:
    """Return an entity that sent `daily` mails on each of the latest days, of which so many bounced."""
    is_account, sends = kind is EntityKind.ACCOUNT, [0] * (90 - days) + [daily] * days
    rate = rate_of(min(10_000, daily * days) * bounced // max(daily, 1), min(10_000, daily * days))
    return EntityView(
        id=f"{kind}-{name}-us-east-1" if is_account else f"{kind}-{len(name)}{name[0]}",
        kind=kind,
        name=name,
        region="us-east-1" if is_account else "",
        title=f"account {name} in us-east-1" if is_account else f"identity {name}",
        is_part=False,
        headline=f"{name} is at {standing.upper()}" if standing else f"{name} has sent nothing yet",
        standing=standing,
        since=datetime(2026, 11, 23, tzinfo=UTC) if standing else None,
        bounces=make_measure(Measure.BOUNCES, standing, rate, _providers() if rate else ()),
        complaints=make_measure(
            Measure.COMPLAINTS,
            Standing.HEALTHY if standing else None,
            Rate(2 if rate.denominator == 10_000 else 0, rate.denominator // 2) if rate else None,
        ),
        ses=make_ses() if is_account else None,
        delayed=3 if rate else 0,
        without_outcome=12 if rate else 0,
        days=make_series(_DAYS, sends, [bounced if each else 0 for each in sends]),
        hours=make_series(_HOURS, [daily // 24] * 48, [bounced // 24] * 48),
        providers=make_providers() if rate else (),
        warm_up=make_warm_up() if rate else (),
        findings=(),
        advice=(),
        protection=(),
        commands={
            "days": "ses-reputation balances --identity example.com --stack ses-reputation",
            "providers": "ses-reputation providers --identity example.com --stack ses-reputation",
            "warm_up": "ses-reputation providers --warm-up --identity example.com --stack ses-reputation",
            "feeds": "ses-reputation feeds --identity example.com --stack ses-reputation",
            "reasons": "ses-reputation balances --json --identity example.com --from 2026-10-29 --stack prod",
            "day": "ses-reputation balances --identity example.com --from DAY --to DAY --stack prod",
        },
        reasons=make_reasons() if rate else (),
    )


def make_reasons() -> tuple[SliceView, ...]:
    """Return why 40 mails bounced, and what two people complained of."""
    lines = (
        ("bounce", "bounced_permanent_no_email", "bounces: no such mailbox (Permanent, NoEmail)", 30, 40),
        ("bounce", "bounced_permanent_general", "bounces: Permanent, General", 10, 40),
        ("complaint", "complained_abuse", "complaints: abuse", 2, 2),
    )
    return tuple(
        SliceView(kind, name, title, 0, events, of, view_rate(None, NO_SENDS), None)
        for kind, name, title, events, of in lines
    )


def _providers() -> tuple[SliceView, ...]:
    return (
        make_slice("provider", "gmail", "mail to Gmail", 6_000, 40, 40),
        make_slice("provider", "yahoo", "mail to Yahoo", 2_000, 0, 40),
        make_slice("provider", "apple", "mail to Apple", 2_000, 0, 40),
    )


def make_ses(status: str = "healthy", *troubles: str) -> SesView:
    """Return what SES says of an account."""
    since = datetime(2026, 11, 1, tzinfo=UTC)
    words = {"healthy": "SES counts the account as healthy.", "paused": "SES has paused all sending."}[status]
    advice = ("Reputation: verify with DKIM (sub.example.com)",) if troubles else ()
    return SesView(status, words, troubles, since, NOW, True, 0.0041, NOW, 0.0002, NOW, advice)


def make_providers(deferring: str = "") -> tuple[ProviderLine, ...]:
    """Return four providers, of which one may defer."""
    named = {"gmail": "Gmail", "microsoft": "Microsoft", "yahoo": "Yahoo", "other": "other providers"}
    calm = [
        ProviderLine(
            name, title, 400, 390, 8, 4, 6, 400, 0.02, 2_800, 0.019, "within 10 s", "within 1 min", None
        )
        for name, title in named.items()
    ]
    deferral = DeferralView("2026-11-27T03", "Microsoft defers 61.00 % of the mail", ("General", "IPFailure"))
    return tuple(
        replace(each, delivered=120, delayed=244, waiting=200, delayed_share=0.61, deferral=deferral)
        if each.provider == deferring
        else each
        for each in calm
    )


def make_warm_up(pool_title: str = "newsletter") -> tuple[WarmUpRow, ...]:
    """Return a new set's mail to two providers through a managed pool, which doubles each few days."""
    days, sends = _DAYS[-14:], tuple(50 * 2 ** (day // 3) for day in range(14))
    return tuple(
        WarmUpRow(
            DELEGATE,
            "us-east-1",
            pool_title,
            f"{pool_title}, {DELEGATE} us-east-1",
            provider,
            title,
            days,
            sends,
            tuple(number // 20 for number in sends),
            tuple(number // 200 for number in sends),
            "campaigns",
            "managed",
            days[0],
        )
        for provider, title in {"gmail": "Gmail", "microsoft": "Microsoft"}.items()
    )


def make_line(entity: EntityView) -> EntityLine:
    """Return the line of an entity that is shown in full."""
    return EntityLine(
        entity.id, entity.kind, entity.name, entity.region, entity.standing, entity.since,
        sum(entity.days.sends[-30:]), sum(entity.days.bounces.events[-30:]),
        entity.bounces.rate, entity.complaints.rate, len(entity.findings), True,
    )  # fmt: skip


def make_delegate(
    account: str, name: str = "", standing: Standing = Standing.HEALTHY, sends: int = 3_000, bounced: int = 12
) -> DelegateView:
    """Return what a delegate sent in 30 days; the domain had 1,000 hard bounces."""
    return DelegateView(
        account, name, "example.com", account == OWNER, standing, sends, bounced, 1, bounced / 1_000,
        view_rate(rate_of(bounced, sends)), view_rate(rate_of(1, sends // 2)),
        Sparkline(_DAYS[-30:], (sends // 30,) * 30, (bounced // 30,) * 30, (0,) * 30),
        ("example.com",),
        f"ses-reputation balances --identity example.com --account {account} --stack ses-reputation",
    )  # fmt: skip


def make_feed(account: str = DELEGATE, *, silent: bool = False) -> FeedLine:
    """Return what is known of both feeds of a sender's mail."""
    words = (
        "The sender's topic has reported nothing since 2026-11-24."
        if silent
        else "The sender's topic reports.",
        "The owner's topic reports.",
    )
    last = "2026-11-24" if silent else "2026-11-27T09"
    return FeedLine(account, "us-east-1", "example.com", not silent, words, last, "2026-11-27T09")


def make_reconciliation(account: str) -> ReconciliationView:
    """Return 14 days of 1,000 sends that SES counted; the ledger misses 138 of one of them."""
    days = tuple(
        ReconciledDayView(day, held, 1_000, held / 1_000, held < 900)
        for day, held in zip(_DAYS[-14:], [1_000] * 6 + [862] + [1_000] * 7, strict=True)
    )
    words = (
        f"SES counted 14,000 sends of account {account} in us-east-1 since 2026-11-14 10:00 UTC; "
        "the ledger holds 13,862 (99.0 %). They differ on 2026-11-20 (86.2 %)."
    )
    command = f"ses-reputation feeds --account {account} --region us-east-1 --stack ses-reputation"
    return ReconciliationView(account, "us-east-1", words, NOW, 13_862, 14_000, 0.9901, days, command)


def make_drift() -> DriftView:
    """Return that 31 who complained are not on the owner's list, as was counted an hour ago."""
    words = f"31 recipients complained and are not on the list of account {OWNER} in us-east-1."
    command = "ses-reputation suppression drift --stack ses-reputation"
    compared = f"Compared with the ledger of the last 90 days: the lists of {OWNER} in us-east-1."
    line = DriftLine("unprotected", OWNER, "us-east-1", 31, words)
    return DriftView(NOW - timedelta(hours=1), (line,), command, (compared,))


def make_list() -> SuppressionListView:
    """Return a list that grows by forty addresses a week."""
    sizes = tuple(
        ListSize(
            NOW - timedelta(weeks=back),
            900 - 40 * back,
            {"BOUNCE": 700 - 30 * back, "COMPLAINT": 200 - 10 * back},
            52,
            12,
        )
        for back in range(12, -1, -1)
    )
    return SuppressionListView(
        OWNER, "us-east-1", "", f"account {OWNER} in us-east-1", sizes,
        {"after a hard bounce": 40, "not known": 24},
        "ses-reputation suppression changes --stack ses-reputation",
    )  # fmt: skip


def make_statement(
    *entities: EntityView, kind: PartyKind = PartyKind.OWNER, delegates: Sequence[DelegateView] = ()
) -> Statement:
    """Return a statement of entities, the first of which is of most concern."""
    party = StatementParty(kind, OWNER if kind is PartyKind.OWNER else DELEGATE, "Example Ltd")
    accounts = tuple(make_line(each) for each in entities if each.kind is EntityKind.ACCOUNT)
    lines = tuple(make_line(each) for each in entities if each.kind is EntityKind.IDENTITY)
    standings = [each.standing for each in entities if each.standing]
    worst = max(standings, key=lambda standing: standing.severity, default=None)
    group = DomainGroup(
        "example.com",
        worst,
        sum(each.sends for each in lines),
        sum(each.hard_bounces for each in lines),
        lines,
    )
    return Statement(
        party=party,
        stack_name="ses-reputation",
        made_at=NOW,
        assessed_at=NOW,
        complete_until=NOW - timedelta(minutes=5),
        headline=entities[0].headline if entities else "Nothing has been sent yet.",
        incomplete=(),
        standing=worst,
        lead=entities[0].id if entities else "",
        accounts=accounts,
        groups=(group,) if lines else (),
        delegates=tuple(delegates),
        entities=entities,
        entities_left_out=0,
        feeds=(make_feed(),) if entities else (),
        feeds_left_out=0,
        suppression=(make_list(),) if entities else (),
        timeline=_timeline(entities[0]) if entities else (),
        drift=make_drift() if entities else None,
        reconciliations=tuple(make_reconciliation(each.name) for each in accounts),
        assumptions=("SES does not publish how it computes its rates: ours are estimates of them.",),
    )


def _timeline(entity: EntityView) -> tuple[TimelineEvent, ...]:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    title = f"{entity.title} is at {entity.standing or 'no standing'}"
    return (
        TimelineEvent(at, "standing_changed", entity.id, entity.title, title, entity.standing, True),
        TimelineEvent(
            at - timedelta(days=20), "standing_changed", entity.id, entity.title, title, None, False
        ),
    )


def healthy() -> Statement:
    """An owner, healthy for as long as the page looks back."""
    domain = make_entity(EntityKind.IDENTITY, "example.com")
    own = make_entity(EntityKind.ACCOUNT, OWNER)
    return make_statement(
        domain, own, delegates=[make_delegate(OWNER), make_delegate(DELEGATE, "Agency North")]
    )


def nothing_sent() -> Statement:
    """A party that has sent nothing yet."""
    return replace(make_statement(), assessed_at=None, complete_until=None)


def one_day_old() -> Statement:
    """A delegate whose first mail is of yesterday."""
    entity = make_entity(EntityKind.ACCOUNT, DELEGATE, daily=4_000, bounced=30, days=1)
    return make_statement(entity, kind=PartyKind.DELEGATE)


def too_little_mail() -> Statement:
    """A delegate with 40 sends, two of which bounced."""
    entity = make_entity(EntityKind.ACCOUNT, DELEGATE, daily=40, bounced=2, days=1)
    return make_statement(entity, kind=PartyKind.DELEGATE)


def one_delegate_at_pause() -> Statement:
    """An owner with ten delegates, one of which sends badly."""
    accounts = [f"4444555566{number:02}" for number in range(66, 76)]
    bad = make_slice("sending_account", DELEGATE, f"sending account {DELEGATE}", 3_680, 404, 440)
    domain = make_entity(EntityKind.IDENTITY, "example.com", Standing.REVIEW, 1_000, 62)
    domain = replace(
        domain,
        headline=f"Delegate {DELEGATE} (Agency North) sends example.com to REVIEW by its bounces",
        bounces=make_measure(Measure.BOUNCES, Standing.REVIEW, Rate(620, 10_000), [bad]),
        advice=make_advice(
            f"Have account {DELEGATE} stop configuration set import until its list is clean.",
            "Draft the policy that no longer lets it send: "
            f"`ses-reputation authorize revoke example.com --delegate {DELEGATE}`.",
        ),
    )
    delegates = [
        make_delegate(DELEGATE, "Agency North", Standing.PAUSE, 3_680, 404),
        *(make_delegate(account) for account in accounts[1:]),
    ]
    return make_statement(domain, make_entity(EntityKind.ACCOUNT, OWNER), delegates=delegates)


def provider_deferring() -> Statement:
    """A delegate whose mail Microsoft defers."""
    finding = FindingView(
        "provider_deferral", "Microsoft defers 61.00 % of the mail, 2 % usually", "2026-11-27T03", NOW, False,
        (LabelledText("delayed", "244 of 400"), LabelledText(f"configuration set {LONGEST_SET}", "200")),
        make_advice("Send less to Microsoft until it accepts again, and the most engaged first."),
        f"ses-reputation providers --account {DELEGATE} --stack ses-reputation",
    )  # fmt: skip
    entity = make_entity(EntityKind.ACCOUNT, DELEGATE)
    entity = replace(entity, providers=make_providers("microsoft"), findings=(finding,))
    return make_statement(entity, kind=PartyKind.DELEGATE)


def feed_silent() -> Statement:
    """An owner one of whose feeds is silent: the figures are incomplete."""
    return replace(
        healthy(),
        incomplete=(f"The topic of account {DELEGATE} has reported nothing since 2026-11-24.",),
        feeds=(make_feed(silent=True), make_feed(OWNER)),
    )


def paused_by_ses() -> Statement:
    """A delegate whose account SES has paused."""
    entity = make_entity(EntityKind.ACCOUNT, DELEGATE, Standing.PAUSE, 1_000, 120)
    official = OfficialRateView(0.118, NOW, True)
    trouble = "SES has paused all sending, since 2026-11-26 08:00 UTC or before."
    entity = replace(
        entity,
        headline=f"SES has paused all sending of account {DELEGATE}",
        ses=make_ses("paused", trouble),
        bounces=replace(entity.bounces, official=official),
        protection=("Configuration set import was paused on 2026-11-26 07:55 UTC.",),
    )
    return make_statement(entity, kind=PartyKind.DELEGATE)


def complaints_by_ses_alone() -> Statement:
    """A delegate whose complaints are at REVIEW by SES's own rate; the ledger has none, as all is Gmail's."""
    entity = make_entity(EntityKind.ACCOUNT, DELEGATE)
    complaints = replace(
        make_measure(Measure.COMPLAINTS, Standing.REVIEW, None), official=OfficialRateView(0.0012, NOW, True)
    )
    return make_statement(replace(entity, complaints=complaints), kind=PartyKind.DELEGATE)


def many_senders() -> Statement:
    """An identity with 200 senders."""
    delegates = [make_delegate(f"{444455556000 + number}") for number in range(200)]
    return make_statement(make_entity(EntityKind.IDENTITY, "example.com"), delegates=delegates)


def a_thousand_identities() -> Statement:
    """An owner of 1,000 identities, with as much of everything as a statement may have."""
    names = [f"brand-{number:04}.a-name-of-some-length.example.com" for number in range(1_000)]
    entities = [
        replace(make_entity(EntityKind.IDENTITY, name, Standing.PAUSE, 9_000, 990), id=f"identity-{name}")
        for name in names
    ]
    detailed = [replace(each, warm_up=make_warm_up() * 6) for each in entities[:MOST_DETAILED]]
    delegates = [
        replace(
            make_delegate(f"{444455556000 + number}", sends=90_000, bounced=9_900), identities=(name,) * 4
        )
        for number, name in enumerate(names[:MOST_DELEGATES])
    ]
    made = make_statement(*detailed, delegates=delegates)
    others = tuple(replace(make_line(each), has_detail=False) for each in entities[MOST_DETAILED:])
    return replace(
        made,
        groups=(replace(made.groups[0], entities=(*made.groups[0].entities, *others)),),
        entities_left_out=len(others),
        feeds=made.feeds * MOST_FEEDS,
        suppression=made.suppression * MOST_LISTS,
        timeline=made.timeline * (MOST_EVENTS // 2),
    )


def hostile_names() -> Statement:
    """Names with HTML, right-to-left letters, and no end."""
    entity = make_entity(EntityKind.IDENTITY, HOSTILE)
    part = make_slice("configuration_set", HOSTILE, f"configuration set {HOSTILE}", 500, 3, 40)
    entity = replace(
        entity,
        bounces=make_measure(Measure.BOUNCES, Standing.HEALTHY, Rate(40, 10_000), [part]),
        warm_up=make_warm_up(HOSTILE),
        advice=make_advice(f"Ask {HOSTILE} what is new."),
    )
    made = make_statement(entity, delegates=[make_delegate(DELEGATE, HOSTILE)])
    return replace(made, party=replace(made.party, display_name=HOSTILE))


def a_delegates_own() -> Statement:
    """A delegate that sees itself alone: its account, and its part of an identity."""
    account = make_entity(EntityKind.ACCOUNT, DELEGATE)
    part = replace(make_entity(EntityKind.IDENTITY, "example.com"), is_part=True)
    return make_statement(account, part, kind=PartyKind.DELEGATE)


STATES: Mapping[str, Statement] = {
    made.__name__: made()
    for made in (
        healthy, nothing_sent, one_day_old, too_little_mail, one_delegate_at_pause, provider_deferring,
        feed_silent, paused_by_ses, complaints_by_ses_alone, many_senders, hostile_names, a_delegates_own,
    )
}  # fmt: skip
"""Every state by its name."""


def rate_view(numerator: int, denominator: int) -> RateView:
    """Return a rate as a statement shows it."""
    return view_rate(rate_of(numerator, denominator))
