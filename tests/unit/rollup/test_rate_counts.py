"""What of the ledger's counts enters rates: worked by hand from what SES says that it counts."""

import pytest

from ses_reputation.feedback.outcomes import COMPLAINED, Outcome
from ses_reputation.ledger.balance import Counts
from ses_reputation.rollup.rate_counts import (
    EVERYTHING,
    Dimension,
    RateCounts,
    Slice,
    add_tables,
    break_down,
    without_owner_only,
)


def everything(counts: Counts) -> RateCounts:
    return break_down(counts)[EVERYTHING]


# Of 100 mails reported as sent to one provider, this became of some: how many are eligible, and how many
# count as hard bounces, as complaints and as bounces of any kind.
OF_A_HUNDRED = [
    ({}, (100, 0, 0, 0)),
    ({"delivered_within_10s": 100}, (100, 0, 0, 0)),
    ({"bounced_permanent_general": 1, "bounced_permanent_no_email": 2}, (100, 3, 0, 3)),
    # By SES's global list: SES counts it.
    ({"bounced_permanent_suppressed": 4}, (100, 4, 0, 4)),
    ({"bounced_permanent_other": 5}, (100, 5, 0, 5)),
    # By lists of the account, the tenant, the recipient: neither bounces nor sends.
    ({"bounced_permanent_on_account_suppression_list": 10}, (90, 0, 0, 10)),
    ({"bounced_permanent_on_tenant_suppression_list": 10}, (90, 0, 0, 10)),
    ({"bounced_permanent_email_validation_suppressed": 10}, (90, 0, 0, 10)),
    ({"bounced_permanent_unsubscribed_recipient": 10}, (90, 0, 0, 10)),
    ({"complaint_suppressed_on_account_list": 10}, (90, 0, 0, 0)),
    ({"complaint_suppressed_on_tenant_list": 10}, (90, 0, 0, 0)),
    # Reported as sent first, then rejected.
    ({"rejected": 7}, (93, 0, 0, 0)),
    # Never reported as sent.
    ({"rendering_failed": 7}, (100, 0, 0, 0)),
    ({"bounced_transient_mailbox_full": 8, "bounced_undetermined": 1}, (100, 0, 0, 9)),
    ({"delayed_ip_failure": 50}, (100, 0, 0, 0)),
    ({"complained_abuse": 1, "complained_fraud": 2, "complained_unspecified": 3}, (100, 0, 6, 0)),
    ({"complained_not_spam": 9}, (100, 0, 0, 0)),
    ({"complaint_suspected": 9}, (100, 0, 0, 0)),
]


@pytest.mark.parametrize(("outcomes", "expected"), OF_A_HUNDRED)
def test_what_counts_of_a_hundred_sends(
    outcomes: dict[str, int], expected: tuple[int, int, int, int]
) -> None:
    figures = everything({"newsletter": {"microsoft": {"sent": 100, **outcomes}}})

    assert (figures.sends, figures.hard_bounces, figures.complaints, figures.bounced) == expected
    assert figures.sent == 100


def test_every_complaint_but_not_spam_counts_once() -> None:
    outcomes = {outcome.wire_name: 1 for outcome in COMPLAINED}

    assert everything({"newsletter": {"yahoo": {"sent": 50, **outcomes}}}).complaints == len(outcomes) - 1


@pytest.mark.parametrize("provider", ["simulator", "own_domains"])
def test_the_simulator_and_own_domains_are_in_no_rate(provider: str) -> None:
    outcomes = {"sent": 100, "bounced_permanent_no_email": 30, "complained_abuse": 20}
    table = break_down({"newsletter": {provider: outcomes}})

    assert table[EVERYTHING] == RateCounts(sent=100, bounced=30)
    assert table[Slice(Dimension.PROVIDER, provider)] == RateCounts(sent=100, bounced=30)
    assert not {mail_slice.kind for mail_slice in table} & {Dimension.BOUNCE, Dimension.COMPLAINT}


def test_mail_of_an_unrated_set_is_in_no_rate_and_its_events_are_kept() -> None:
    # The owner's feed reports its bounces, and nobody how much of it there was.
    outcomes = {"bounced_permanent_no_email": 30, "complained_abuse": 20}
    sent = {"sent": 100, "bounced_permanent_no_email": 1}
    table = break_down(
        {"newsletter": {"yahoo": sent}, "(none)": {"yahoo": outcomes, "simulator": outcomes}},
        unrated=frozenset({"(none)"}),
    )

    assert table[EVERYTHING] == RateCounts(100, 1, 0, 100, 0, 100, 61)
    assert table[Slice(Dimension.CONFIGURATION_SET, "(none)")] == RateCounts(bounced=60)
    assert table[Slice(Dimension.BOUNCE, "bounced_permanent_no_email")] == RateCounts(hard_bounces=1)
    assert table[Slice(Dimension.UNRATED, "(none)")] == RateCounts(0, 30, 20, 0, 20)


def test_mail_known_by_its_outcome_alone_is_among_the_sends() -> None:
    """Of 50 mails to Yahoo and 30 to Gmail without a Send event, 2 bounced and 1 was complained about."""
    counts: Counts = {
        "(none)": {
            "yahoo": {"delivered_within_10s": 48, "bounced_permanent_no_email": 2, "complained_abuse": 1},
            "gmail": {"delivered_within_10s": 30},
        },
        "newsletter": {"yahoo": {"sent": 100}},
    }
    followed: Counts = {
        "(none)": {"yahoo": {"outcome_without_send": 50}, "gmail": {"outcome_without_send": 30}}
    }

    table = break_down(counts, followed=followed)

    assert table[EVERYTHING] == RateCounts(180, 2, 1, 150, 1, 100, 2)
    assert table[Slice(Dimension.WITHOUT_SEND, "(none)")] == RateCounts(sends=80, fbl_sends=50)
    # The owner alone reports it: by the senders' own feeds there are the newsletter's 100.
    assert without_owner_only(table)[EVERYTHING] == RateCounts(100, 0, 0, 100, 0, 100, 0)


def test_a_mail_whose_send_event_came_months_after_its_outcome_counts_once() -> None:
    counts: Counts = {"(none)": {"yahoo": {"delivered_within_10s": 7}}, "newsletter": {"yahoo": {"sent": 10}}}
    followed: Counts = {
        "(none)": {"yahoo": {"outcome_without_send": 7}},
        "newsletter": {"yahoo": {"send_after_outcome": 7}},
    }

    assert break_down(counts, followed=followed)[EVERYTHING].sends == 10


def test_a_tag_whose_events_report_no_sends_is_rated_by_its_deliveries() -> None:
    tags: Counts = {
        "campaign=spring": {"yahoo": {"delivered_within_10s": 95, "bounced_permanent_general": 5}}
    }

    assert break_down({}, tags)[Slice(Dimension.TAG, "campaign=spring")] == RateCounts(95, 5, 0, 95, 0, 0, 5)


def test_mail_to_gmail_is_not_among_that_to_providers_with_feedback_loops() -> None:
    outcomes = {"sent": 10, "complained_abuse": 1}
    providers = ("gmail", "yahoo", "other", "simulator")

    figures = everything({"newsletter": {provider: dict(outcomes) for provider in providers}})

    # Complaints of 3 x 10 rated sends; loops: Yahoo's and others'.
    assert (figures.sends, figures.complaints) == (30, 3)
    assert (figures.fbl_sends, figures.fbl_complaints) == (20, 2)


def test_more_stopped_than_sent_leaves_no_sends_rather_than_fewer_than_none() -> None:
    stopped = {"sent": 3, "bounced_permanent_on_account_suppression_list": 5}
    sent = {"sent": 10}

    # The Send events of two were lost; they are not taken from another provider's sends.
    assert everything({"newsletter": {"yahoo": stopped, "other": sent}}).sends == 10


def test_figures_are_broken_down_by_set_provider_bounce_and_complaint() -> None:
    table = break_down(
        {
            "newsletter": {
                "gmail": {"sent": 100, "bounced_permanent_general": 2},
                "yahoo": {"sent": 50, "bounced_permanent_general": 1, "complained_abuse": 1},
            },
            "receipts": {"gmail": {"sent": 10, "bounced_permanent_suppressed": 3}},
        }
    )

    assert table == {
        EVERYTHING: RateCounts(160, 6, 1, 50, 1, 160, 6),
        Slice(Dimension.CONFIGURATION_SET, "newsletter"): RateCounts(150, 3, 1, 50, 1, 150, 3),
        Slice(Dimension.CONFIGURATION_SET, "receipts"): RateCounts(10, 3, 0, 0, 0, 10, 3),
        Slice(Dimension.PROVIDER, "gmail"): RateCounts(110, 5, 0, 0, 0, 110, 5),
        Slice(Dimension.PROVIDER, "yahoo"): RateCounts(50, 1, 1, 50, 1, 50, 1),
        Slice(Dimension.BOUNCE, "bounced_permanent_general"): RateCounts(hard_bounces=3),
        Slice(Dimension.BOUNCE, "bounced_permanent_suppressed"): RateCounts(hard_bounces=3),
        Slice(Dimension.COMPLAINT, "complained_abuse"): RateCounts(complaints=1),
    }


def test_tags_are_slices_beside_the_whole() -> None:
    """A mail may have several, so they do not divide it."""
    outcomes = {"sent": 5, "bounced_permanent_general": 1, "complained_abuse": 2}
    counts, tags = {"newsletter": {"yahoo": outcomes}}, {"campaign=spring": {"yahoo": outcomes}}

    spring = {Slice(Dimension.TAG, "campaign=spring"): RateCounts(5, 1, 2, 5, 2, 5, 1)}
    assert break_down(counts, tags) == break_down(counts) | spring


def test_what_only_the_owner_reported_is_told_apart_by_configuration_set() -> None:
    """The owner's word are 3 of 4 bounces, a complaint, and that a list stopped 2."""
    stopped = "bounced_permanent_on_account_suppression_list"
    counts: Counts = {
        "newsletter": {
            "yahoo": {"sent": 100, "bounced_permanent_general": 4, stopped: 2, "complained_abuse": 1},
            "simulator": {"sent": 9, "bounced_permanent_general": 9},
        },
        "receipts": {"gmail": {"sent": 50, "bounced_permanent_general": 1}},
    }
    table = break_down(
        counts,
        owner_only={
            "newsletter": {
                "yahoo": {"bounced_permanent_general": 3, stopped: 2, "complained_abuse": 1},
                "simulator": {"bounced_permanent_general": 9},
            },
            "receipts": {"gmail": {"bounced_transient_general": 0}},
        },
    )

    of_set = {"newsletter": RateCounts(-2, 3, 1, -2, 1, 0, 5)}
    assert table == break_down(counts) | {
        Slice(Dimension.OWNER_ONLY, name): figures for name, figures in of_set.items()
    }
    # In all 159 were sent, 9 of them to the simulator; 98 + 50 were eligible, 100 + 50 by the senders' word.
    assert table[EVERYTHING] == RateCounts(148, 5, 1, 98, 1, 159, 16)
    assert without_owner_only(table) == {
        EVERYTHING: RateCounts(150, 2, 0, 100, 0, 159, 11),
        Slice(Dimension.CONFIGURATION_SET, "newsletter"): RateCounts(100, 1, 0, 100, 0, 109, 10),
        Slice(Dimension.CONFIGURATION_SET, "receipts"): RateCounts(50, 1, 0, 0, 0, 50, 1),
    }


def test_every_outcome_is_known_to_the_table() -> None:
    """One that SES adds must be put on a side: sends that it takes away, or bounces and complaints."""
    outcomes = {outcome.wire_name: 1 for outcome in Outcome} | {"sent": 1_000}

    figures = everything({"newsletter": {"yahoo": outcomes}})

    # Stopped or rejected: 4 subtypes of bounces, 3 suppressed complaints, 1 rejected. Bounces: 8 permanent, 7
    # transient, 2 of no known type; of the 8 4 are by a list of the sender's. Complaints: 8, one not-spam.
    assert figures == RateCounts(992, 4, 7, 992, 7, 1_000, 17)


def test_tables_add_up_part_by_part() -> None:
    first = break_down({"newsletter": {"gmail": {"sent": 5, "bounced_permanent_general": 1}}})
    second = break_down({"receipts": {"gmail": {"sent": 7}}})

    total = add_tables([first, second])

    assert total[EVERYTHING] == RateCounts(12, 1, 0, 0, 0, 12, 1)
    assert total[Slice(Dimension.PROVIDER, "gmail")] == total[EVERYTHING]
    assert total[Slice(Dimension.CONFIGURATION_SET, "receipts")].sends == 7
    assert first[EVERYTHING].sends == 5
    assert add_tables([]) == {}
