"""Arguments are checked, and written as the ledger and the template have them."""

import pytest
import typer

from console.options import (
    check_account,
    check_accounts,
    check_domains,
    check_hour,
    check_identities,
    check_identity,
)


def test_an_account_id_has_twelve_digits() -> None:
    assert check_account("111122223333") == "111122223333"
    assert check_account(None) is None
    assert check_accounts(["111122223333", "444455556666"]) == ["111122223333", "444455556666"]
    assert check_accounts(None) == []
    for text in ("", "12345", "1111222233334", "11112222333a"):
        with pytest.raises(typer.BadParameter, match="give 12 digits"):
            check_account(text)


def test_domains_are_written_as_a_labels_in_lower_case() -> None:
    assert check_domains(["Corp.Example.com", "b\u00fccher.example"]) == [
        "corp.example.com",
        "xn--bcher-kva.example",
    ]
    with pytest.raises(typer.BadParameter, match="is no domain"):
        check_domains(["localhost"])


@pytest.mark.parametrize("hour", [None, "2026-11-22", "2026-11-22T10"])
def test_an_hour_or_a_day_is_taken_as_it_is(hour: str | None) -> None:
    assert check_hour(hour) == hour


@pytest.mark.parametrize("hour", ["", "2026-11", "2026-11-22T10:00", "22.11.2026"])
def test_what_is_neither_hour_nor_day_is_refused(hour: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no hour"):
        check_hour(hour)


@pytest.mark.parametrize(("given", "identity"), [(" Example.COM ", "example.com"), ("", None), (None, None)])
def test_identities_are_in_lower_case(given: str | None, identity: str | None) -> None:
    assert check_identity(given) == identity


def test_an_identity_to_register_is_one_that_the_accounts_template_takes() -> None:
    named = ["example.com", "Ann@example.com"]
    assert check_identities(named) == named
    assert check_identities(None) == []
    for text in ("not a name", "a,b.example", "bücher.example", ""):
        with pytest.raises(typer.BadParameter, match="is no identity"):
            check_identities([text])
