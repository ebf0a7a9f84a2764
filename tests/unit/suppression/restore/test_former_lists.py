"""Lists of former providers, as their exports look, and as people damage them."""

import json

import pytest

from ses_reputation.suppression.errors import ListUnreadableError
from ses_reputation.suppression.restore.former_formats import EntryKind
from ses_reputation.suppression.restore.former_lists import (
    FileRepairs,
    FormerList,
    KindRules,
    read_former_list,
)

BOUNCE, COMPLAINT = EntryKind.BOUNCE, EntryKind.COMPLAINT
UNSUBSCRIBED, TEMPORARY, UNKNOWN = EntryKind.UNSUBSCRIBED, EntryKind.TEMPORARY, EntryKind.UNKNOWN


def read(text: str) -> FormerList:
    return read_former_list(text.encode())


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "SendGrid bounces",
            "status,reason,email,created\n"
            '5.1.1,"550 5.1.1 unknown user, sorry",ann@example.com,1700000000\n'
            "4.2.2,mailbox full,bob@example.com,1700000001\n",
            {"ann@example.com": BOUNCE, "bob@example.com": TEMPORARY},
        ),
        (
            "SendGrid spam reports",
            "ip,email,created\n198.51.100.7,ann@example.com,1700000000\n",
            {"ann@example.com": COMPLAINT},
        ),
        (
            "SendGrid invalid addresses",
            "reason,email,created\nMail domain has no MX,ann@example.com,1700000000\n",
            {"ann@example.com": BOUNCE},
        ),
        (
            "Mailchimp cleaned contacts",
            '"Email Address","First Name",CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,LEID\n'
            'ann@example.com,Ann,"2026-01-02 10:00:00",May,1\n',
            {"ann@example.com": BOUNCE},
        ),
        (
            "Mailchimp unsubscribed contacts",
            '"Email Address",UNSUB_TIME,UNSUB_REASON\n'
            "ann@example.com,2026-01-02,NORMAL\n"
            'bob@example.com,2026-01-02,"The emails are spam and should be reported"\n',
            {"ann@example.com": UNSUBSCRIBED, "bob@example.com": COMPLAINT},
        ),
        (
            "Postmark suppressions",
            "EmailAddress,SuppressionReason,Origin,CreatedAt\n"
            "ann@example.com,HardBounce,Recipient,2026-01-02T10:00:00-05:00\n"
            "bob@example.com,SpamComplaint,Recipient,2026-01-02T10:00:00-05:00\n"
            "cy@example.com,ManualSuppression,Customer,2026-01-02T10:00:00-05:00\n",
            {"ann@example.com": BOUNCE, "bob@example.com": COMPLAINT, "cy@example.com": UNKNOWN},
        ),
        (
            "Mailgun bounces",
            "address,code,error,created_at\n"
            'ann@example.com,550,"No such mailbox","Fri, 02 Jan 2026 10:00:00 UTC"\n'
            'bob@example.com,421,"Try again","Fri, 02 Jan 2026 10:00:00 UTC"\n',
            {"ann@example.com": BOUNCE, "bob@example.com": TEMPORARY},
        ),
        (
            "Mailgun unsubscribes",
            'address,tags,created_at\nann@example.com,*,"Fri, 02 Jan 2026 10:00:00 UTC"\n',
            {"ann@example.com": UNSUBSCRIBED},
        ),
        (
            "SparkPost suppressions",
            "recipient,type,source,description,created,updated\n"
            "ann@example.com,transactional,Bounce Rule,550,2026-01-02,2026-01-02\n"
            "bob@example.com,non_transactional,Spam Complaint,,2026-01-02,2026-01-02\n"
            "cy@example.com,non_transactional,List Unsubscribe,,2026-01-02,2026-01-02\n"
            "dee@example.com,transactional,Manually Added,,2026-01-02,2026-01-02\n",
            {
                "ann@example.com": BOUNCE,
                "bob@example.com": COMPLAINT,
                "cy@example.com": UNSUBSCRIBED,
                "dee@example.com": UNKNOWN,
            },
        ),
        (
            "addresses",
            "E-Mail;Reason\nann@example.com;hard bounce\nbob@example.com;Spam\n",
            {"ann@example.com": BOUNCE, "bob@example.com": COMPLAINT},
        ),
        ("addresses", "ann@example.com\nbob@example.com\n", dict.fromkeys(
            ("ann@example.com", "bob@example.com"), UNKNOWN)),
        (
            "addresses",
            "ann@example.com,BOUNCE\nbob@example.com,COMPLAINT\n",
            {"ann@example.com": BOUNCE, "bob@example.com": COMPLAINT},
        ),
    ],
)  # fmt: skip
def test_each_providers_list_is_known_by_its_columns(
    name: str, text: str, expected: dict[str, EntryKind]
) -> None:
    found = read(text)

    assert (found.format_name, found.entries, found.unreadable) == (name, expected, [])


ENTRIES = [
    {"EmailAddress": "ann@example.com", "Reason": "BOUNCE", "LastUpdateTime": "2026-01-02T10:00:00Z"},
    {"EmailAddress": "bob@example.com", "Reason": "COMPLAINT", "LastUpdateTime": "2026-01-02T10:00:00Z"},
]


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{json.dumps(entry)}\n" for entry in ENTRIES),
        json.dumps(ENTRIES, indent=4),
        json.dumps({"SuppressedDestinationSummaries": ENTRIES, "NextToken": "more"}, indent=4),
        '{"emailAddress":"ann@example.com","reason":"BOUNCE"}\n'
        '{"emailAddress":"bob@example.com","reason":"COMPLAINT"}',
    ],
    ids=["snapshot", "script", "AWS CLI", "import file"],
)
def test_lists_of_ses_itself_are_read_in_json_too(text: str) -> None:
    assert read(text).entries == {"ann@example.com": BOUNCE, "bob@example.com": COMPLAINT}


def test_what_people_do_to_files_is_put_right_and_counted() -> None:
    """Case A54. By hand: a mark, four line ends with CR, one blank line, one blank after a comma."""
    text = (
        "\ufeffemail,reason\r\nann@example.com, COMPLAINT\r\n\r\nbob@Example.COM,bounce\r\n"
        "ann@example.com,BOUNCE\n"
    )
    found = read(text)

    assert found.entries == {"ann@example.com": COMPLAINT, "bob@example.com": BOUNCE}
    assert found.repairs == FileRepairs(
        byte_order_marks=1,
        carriage_returns=4,
        blank_lines=1,
        blanks_around=1,
        reasons_respelled=1,
        domains_in_capitals=1,
    )
    assert (found.repeated, found.unreadable) == (1, [])


def test_utf_16_as_spreadsheets_save_it_is_read() -> None:
    found = read_former_list("email\treason\nann@example.com\tbounce\n".encode("utf-16"))

    assert found.entries == {"ann@example.com": BOUNCE}
    assert found.repairs.byte_order_marks == 1


def test_rows_without_an_address_are_named_by_their_lines() -> None:
    found = read('email,reason\nann@example.com,bounce\n"tele\nphone",spam\n,bounce\nbob@example.com\n')

    assert found.unreadable == [4, 5]
    assert found.entries == {"ann@example.com": BOUNCE, "bob@example.com": UNKNOWN}


def test_lines_that_are_no_json_are_named_among_those_that_are() -> None:
    found = read('{"emailAddress":"ann@example.com","reason":"BOUNCE"}\n{"emailAddr\n"text"\n')

    assert (list(found.entries), found.unreadable) == (["ann@example.com"], [2, 3])


@pytest.mark.parametrize("order", [("spam", "bounce", "optout"), ("optout", "bounce", "spam")])
def test_of_two_reasons_for_an_address_the_graver_counts(order: tuple[str, ...]) -> None:
    found = read("email,reason\n" + "".join(f"ann@example.com,{word}\n" for word in order))

    assert (found.entries, found.repeated) == ({"ann@example.com": COMPLAINT}, 2)


def test_case_is_kept_before_the_at_sign_and_lowered_after_it() -> None:
    assert list(read("Ann@Example.com\nann@example.com\n").entries) == ["Ann@example.com", "ann@example.com"]


def test_only_what_ses_has_a_reason_for_is_wanted_unless_somebody_decides() -> None:
    found = read(
        "email,reason\na@example.com,bounce\nb@example.com,spam\nc@example.com,unsubscribed\n"
        "d@example.com,soft bounce\ne@example.com,\n"
    )

    assert dict(found.wanted(KindRules())) == {"a@example.com": "BOUNCE", "b@example.com": "COMPLAINT"}
    assert dict(found.wanted(KindRules(unsubscribed="COMPLAINT", unknown="BOUNCE"))) == {
        "a@example.com": "BOUNCE",
        "b@example.com": "COMPLAINT",
        "c@example.com": "COMPLAINT",
        "e@example.com": "BOUNCE",
    }


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"name,phone\nAnn,123\n", "Line 1"),
        ("email\nj\xf6rg@example.com\n".encode("latin-1"), "UTF-8"),
    ],
)
def test_a_file_that_is_no_list_of_addresses_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(ListUnreadableError, match=said):
        read_former_list(body)


def test_a_cell_that_is_too_long_for_csv_is_refused_by_its_line() -> None:
    with pytest.raises(ListUnreadableError, match="Line 2"):
        read('email\n"' + "a" * 200_000)


@pytest.mark.parametrize(("text", "unreadable"), [("", []), ("[" * 100_000, [1]), ("[1, 2]", [1, 2])])
def test_a_file_in_which_no_address_stands_holds_nothing(text: str, unreadable: list[int]) -> None:
    found = read(text)

    assert (found.entries, found.unreadable) == ({}, unreadable)
