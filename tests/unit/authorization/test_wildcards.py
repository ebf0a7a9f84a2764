"""Patterns of resources and ARNs, by tables worked by hand from the IAM user guide."""

import pytest

from ses_reputation.authorization.wildcards import arn_fits, fits, resource_fits

ARN = "arn:aws:ses:eu-west-1:111111111111:identity/orchard.example"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (ARN, True),
        ("*", True),
        ("arn:aws:ses:*", True),
        ("arn:aws:ses:*:111111111111:identity/*", True),
        ("arn:aws:ses:eu-west-?:111111111111:identity/orchard.example", True),
        # A star inside a part keeps to it; the last of a part matches colons too.
        ("arn:aws:*identity/orchard.example", False),
        ("arn:*:identity/orchard.example", True),
        ("arn:aws:ses:eu-west-1:111111111111:identity/ORCHARD.example", False),
        ("arn:aws:ses:eu-west-1:111111111111:identity/orchardXexample", False),
    ],
)
def test_a_resource_fits_by_the_parts_of_its_arn(pattern: str, *, expected: bool) -> None:
    assert resource_fits(pattern, ARN) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (ARN, True),
        ("arn:*:ses:*:*:*", True),
        ("arn:aws:ses:*", False),
        ("*", False),
        ("arn:aws:ses:*:*:configuration-set/*", False),
    ],
)
def test_an_arn_condition_compares_all_six_parts(pattern: str, *, expected: bool) -> None:
    assert arn_fits(pattern, ARN) is expected


def test_text_fits_a_pattern_as_a_whole_over_lines_and_brackets() -> None:
    assert fits("a*c", "a\nb[c")
    assert fits("[ab]?", "[ab]x")
    assert not fits("[ab]", "a")
    assert not fits("b", "abc")
