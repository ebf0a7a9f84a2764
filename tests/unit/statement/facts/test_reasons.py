"""Why mail bounced, and what people complained of."""

from ses_reputation.statement.facts.reasons import view_reasons
from tests.support.mail import days_of, mail_by_outcome


def test_kinds_of_bounces_come_first_and_of_each_those_with_most_events() -> None:
    """7 + 2 + 1 hard bounces and 4 + 3 complaints of two days; a soft bounce is no reason."""
    days = days_of(
        [
            mail_by_outcome(
                "2026-11-20T10",
                {
                    "sent": 100,
                    "bounced_permanent_general": 3,
                    "bounced_permanent_no_email": 1,
                    "bounced_permanent_suppressed": 2,
                    "bounced_transient_mailbox_full": 30,
                    "complained_abuse": 3,
                    "complained_virus": 4,
                },
            ),
            mail_by_outcome("2026-11-21T10", {"sent": 100, "bounced_permanent_general": 4}),
        ]
    )

    assert [(each.kind, each.name, each.events, each.events_of_all) for each in view_reasons(days)] == [
        ("bounce", "bounced_permanent_general", 7, 10),
        ("bounce", "bounced_permanent_suppressed", 2, 10),
        ("bounce", "bounced_permanent_no_email", 1, 10),
        ("complaint", "complained_virus", 4, 7),
        ("complaint", "complained_abuse", 3, 7),
    ]


def test_reasons_with_as_many_events_are_sorted_by_name() -> None:
    days = days_of(
        [
            mail_by_outcome("2026-11-20T10", {"sent": 9, "bounced_permanent_no_email": 2}),
            mail_by_outcome("2026-11-21T10", {"sent": 9, "bounced_permanent_general": 2}),
        ]
    )

    found = view_reasons(days)

    assert [each.name for each in found] == ["bounced_permanent_general", "bounced_permanent_no_email"]
