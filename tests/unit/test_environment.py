"""Settings are read in one way, and refused in one tone."""

from enum import StrEnum
from fractions import Fraction

import botocore.session
import pytest

from ses_reputation.environment import (
    is_region,
    read_choice,
    read_list,
    read_number,
    read_percentage,
    read_role_name,
    read_text,
)
from ses_reputation.errors import SettingsError


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


def test_spaces_around_a_value_are_not_of_it() -> None:
    environment = {"TEXT": " a b ", "LIST": " a, b ,,", "ROLE": " reader ", "NUMBER": " 7 ", "CHOICE": " red"}
    assert read_text(environment, "TEXT") == "a b"
    assert read_list(environment, "LIST") == ["a", "b"]
    assert read_role_name(environment, "ROLE") == "reader"
    assert read_number(environment, "NUMBER", 0, 9) == 7
    assert read_choice(environment, "CHOICE", Colour) is Colour.RED


@pytest.mark.parametrize("environment", [{}, {"N": ""}, {"N": "  "}])
def test_what_is_not_set_has_its_default_or_is_missed(environment: dict[str, str]) -> None:
    assert read_list(environment, "N") == []
    assert read_role_name(environment, "N") == ""
    assert read_number(environment, "N", 1, 9, default=5) == 5
    with pytest.raises(SettingsError, match=r"^the environment variable N is not set: template"):
        read_number(environment, "N", 1, 9)


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("1000", 1_000)])
def test_both_bounds_of_a_number_are_allowed(text: str, number: int) -> None:
    assert read_number({"N": text}, "N", 1, 1_000) == number


@pytest.mark.parametrize("text", ["0", "1001", "-1", "1.0", "1e2", "٢", "²", "9" * 5_000])
def test_a_number_beyond_its_bounds_is_refused_with_them(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^N is '.*': it takes a whole number from 1 to 1000$"):
        read_number({"N": text}, "N", 1, 1_000)


def test_a_percentage_is_an_exact_fraction_of_1() -> None:
    assert read_percentage({"P": "0.05"}, "P") == Fraction(5, 10_000)


def test_a_choice_is_refused_with_all_there_are() -> None:
    with pytest.raises(SettingsError, match=r"^C is 'blue': it takes one of red, green"):
        read_choice({"C": "blue"}, "C", Colour)


# Of several partitions (botocore, data/endpoints.json).
REGIONS = "us-east-1 ap-southeast-5 us-gov-west-1 cn-northwest-1 us-isob-east-1 eusc-de-east-1"
NO_REGIONS = (
    "- 1 us-east-1- -us-east-1 us--east-1 us-east us-east- us-east-1a US-EAST-1 * us_east_1 aws-global"
)
NOT_EVEN_WORDS = ["", "us-east-1\n", " us-east-1", "us-east-\u0661", "us-east-1.evil.example", "x" * 41]


@pytest.mark.parametrize("name", REGIONS.split())
def test_regions_of_all_partitions_have_names_of_one_form(name: str) -> None:
    assert is_region(name)


@pytest.mark.parametrize("name", [*NO_REGIONS.split(), *NOT_EVEN_WORDS])
def test_what_botocore_would_refuse_or_mistake_for_a_host_is_no_region(name: str) -> None:
    assert not is_region(name)


def test_every_region_that_botocore_knows_is_one() -> None:
    session = botocore.session.Session()
    names = {
        name
        for partition in session.get_available_partitions()
        for name in session.get_available_regions("sns", partition)
    }

    assert len(names) > 30
    assert [name for name in names if not is_region(name)] == []
