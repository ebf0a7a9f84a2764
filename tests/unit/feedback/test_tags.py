"""Which tags of a mail are kept, and how."""

from typing import Any

import pytest

from ses_reputation.feedback.tags import is_other, kept_tags, name_of_tag, other_of

TAGS: dict[str, Any] = {
    "ses:configuration-set": ["newsletter"],
    "ses:tenant-name": ["acme"],
    "ses:from-domain": ["mail.example.com"],
    "campaign": ["spring", "summer"],
    "list": [],
}


def test_the_first_value_of_each_chosen_tag_is_kept_sorted() -> None:
    assert kept_tags(TAGS, ["ses:tenant-name", "campaign", "ses:from-domain"]) == (
        "campaign=spring",
        "ses:from-domain=mail.example.com",
        "ses:tenant-name=acme",
    )


def test_what_a_mail_does_not_have_is_left_out() -> None:
    assert kept_tags(TAGS, ["list", "season"]) == ()


@pytest.mark.parametrize(
    "values",
    [["a b"], ["a\nb"], ["a\x1b[31m"], ["v" * 257], [""], [7], [None], ["é"], ["(other)"], "ab", {}, None],
)
def test_what_ses_takes_for_no_value_is_left_out(values: Any) -> None:
    assert kept_tags({"campaign": values, "list": ["l-1_x"]}, ["campaign", "list"]) == ("list=l-1_x",)


def test_values_that_there_is_no_room_for_stand_together_under_their_name() -> None:
    assert other_of("ses:tenant-name") == "ses:tenant-name=(other)"
    assert is_other("campaign=(other)")
    assert not is_other("campaign=other")
    assert name_of_tag("campaign=a=b") == "campaign"
