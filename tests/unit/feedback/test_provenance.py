"""Who is believed about what, worked out by hand from invariant 3 and the roles of the accounts."""

import pytest

from ses_reputation.feedback.provenance import Dialect, Feed, Registry, account_of_topic

OWNER, SECOND_OWNER = "111122223333", "222233334444"
DELEGATE, SECOND_DELEGATE = "444455556666", "777788889999"
FOREIGN = "999900001111"
REGISTRY = Registry(frozenset({OWNER, SECOND_OWNER}), frozenset({DELEGATE, SECOND_DELEGATE}))

IDENTITY, PUBLISHING = Dialect.IDENTITY, Dialect.PUBLISHING
NOBODY = None


@pytest.mark.parametrize(
    ("topic", "dialect", "sender", "owner", "feed"),
    [
        # Delegated mail: the topic's account reports its own side, whatever the dialect.
        (OWNER, IDENTITY, DELEGATE, OWNER, Feed.OWNER),
        (OWNER, PUBLISHING, DELEGATE, OWNER, Feed.OWNER),
        (DELEGATE, PUBLISHING, DELEGATE, OWNER, Feed.SENDER),
        (DELEGATE, IDENTITY, DELEGATE, OWNER, Feed.SENDER),
        # Own mail: one account, two feeds, which the dialect distinguishes.
        (OWNER, IDENTITY, OWNER, OWNER, Feed.OWNER),
        (OWNER, PUBLISHING, OWNER, OWNER, Feed.SENDER),
        (DELEGATE, IDENTITY, DELEGATE, DELEGATE, Feed.OWNER),
        (DELEGATE, PUBLISHING, DELEGATE, DELEGATE, Feed.SENDER),
        # SES did not say whose the identity is: only the sender can know.
        (DELEGATE, PUBLISHING, DELEGATE, None, Feed.SENDER),
        (DELEGATE, IDENTITY, DELEGATE, None, Feed.OWNER),
        (OWNER, IDENTITY, DELEGATE, None, NOBODY),
        (OWNER, PUBLISHING, DELEGATE, None, NOBODY),
        # A delegate may also use an identity of somebody who is not registered.
        (DELEGATE, PUBLISHING, DELEGATE, FOREIGN, Feed.SENDER),
        # An owner is believed about whoever sends from its identities, registered or not.
        (OWNER, IDENTITY, FOREIGN, OWNER, Feed.OWNER),
        # One owner may send from another's identity.
        (SECOND_OWNER, PUBLISHING, SECOND_OWNER, OWNER, Feed.SENDER),
        (OWNER, IDENTITY, SECOND_OWNER, OWNER, Feed.OWNER),
        # A delegate's word on its own identity counts for its own sending only.
        (DELEGATE, IDENTITY, SECOND_DELEGATE, DELEGATE, NOBODY),
        # Neither side of the mail.
        (DELEGATE, PUBLISHING, SECOND_DELEGATE, OWNER, NOBODY),
        (DELEGATE, IDENTITY, OWNER, OWNER, NOBODY),
        (OWNER, IDENTITY, DELEGATE, SECOND_OWNER, NOBODY),
        (OWNER, IDENTITY, FOREIGN, FOREIGN, NOBODY),
    ],
)
def test_an_account_reports_its_side_of_a_mail_and_nothing_else(
    topic: str, dialect: Dialect, sender: str, owner: str | None, feed: Feed | None
) -> None:
    assert REGISTRY.feed_of(topic, dialect, sender, owner) is feed


def test_an_account_may_be_registered_in_both_roles() -> None:
    registry = Registry(frozenset({OWNER}), frozenset({OWNER}))

    assert registry.knows(OWNER)
    assert registry.feed_of(OWNER, IDENTITY, DELEGATE, OWNER) is Feed.OWNER
    assert registry.feed_of(OWNER, PUBLISHING, OWNER, None) is Feed.SENDER


def test_only_registered_accounts_are_known() -> None:
    assert [REGISTRY.knows(account) for account in (OWNER, DELEGATE, FOREIGN, "")] == [
        *(True, True),
        *(False, False),
    ]


@pytest.mark.parametrize(
    ("arn", "account"),
    [
        ("arn:aws:sns:us-east-1:111122223333:ses-feedback", OWNER),
        ("arn:aws-us-gov:sns:us-gov-west-1:111122223333:ses-feedback", OWNER),
        ("arn:aws-cn:sns:cn-north-1:111122223333:ses-feedback", OWNER),
        ("arn:aws:sqs:us-east-1:111122223333:queue", ""),
        ("arn:aws:sns:us-east-1:111122223333", ""),
        ("arn:aws:sns:us-east-1:111122223333:topic:subscription", ""),
        ("urn:aws:sns:us-east-1:111122223333:ses-feedback", ""),
        ("arn:aws:sns:us-east-1:11112222333:ses-feedback", ""),
        ("arn:aws:sns::111122223333:ses-feedback", ""),
        ("arn:aws:sns:us#east:111122223333:ses-feedback", ""),
        ("arn:aws:sns:us-east-1:recipient-1@example.com:ses-feedback", ""),
        ("111122223333", ""),
        ("", ""),
    ],
)
def test_the_account_of_a_topic_stands_in_its_arn(arn: str, account: str) -> None:
    assert account_of_topic(arn) == account
