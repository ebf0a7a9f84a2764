"""A person is found in every spelling that others write the address in, and nobody else is."""

import gzip
import json
from base64 import b64encode

import pytest

from ses_reputation.forgetting.person import Person
from ses_reputation.suppression.forgotten import ForgottenPeople

PEOPLE = ForgottenPeople(b"key")
ANN = Person.of_address("Ann.Lee@Example.com", PEOPLE)
JORG = Person.of_address("jörg@bücher.example", PEOPLE)
QUOTED = Person.of_address('"ann lee"@example.com', PEOPLE)


@pytest.mark.parametrize(
    "text",
    [
        "ann.lee@example.com",
        "ANN.LEE@EXAMPLE.COM",
        "550 5.1.1 <Ann.Lee@example.com>... User unknown",
        "rfc822;ann.lee@example.com",
        "mailto:ann.lee@example.com?subject=x",
        "to=ann.lee@example.com,",
        '"ann.lee"@example.com',
        "write to ann.lee@example.com.",
        "'ann.lee@example.com'",
    ],
)
def test_an_address_is_found_in_what_others_write(text: str) -> None:
    assert ANN.is_named_in(text)
    assert "lee" not in ANN.erase_from(text).lower()


@pytest.mark.parametrize(
    "text",
    [
        "joann.lee@example.com",
        "x.ann.lee@example.com",
        "news+ann.lee@example.com",
        "ann.lee@example.com.au",
        "ann.lee@example.community",
        "ann.lee@example.com-mail.example",
        "annalee@example.com",
        "o'ann.lee@example.com",
    ],
)
def test_another_address_that_holds_this_one_is_somebody_elses(text: str) -> None:
    assert not ANN.is_named_in(text)
    assert ANN.erase_from(text) == text


@pytest.mark.parametrize(
    "address", ["jörg@bücher.example", "JÖRG@xn--bcher-kva.example", "Jörg@BÜCHER.example"]
)
def test_all_spellings_are_of_one_person(address: str) -> None:
    assert JORG.is_behind(address)
    assert JORG.is_named_in(f"<{address}>")
    assert Person.of_address(address, PEOPLE) == JORG


def test_an_address_with_quotes_is_found_with_them_and_escaped() -> None:
    assert QUOTED.is_behind('"Ann Lee"@example.com')
    assert QUOTED.is_in(json.dumps({"Message": json.dumps({"to": '"ann lee"@example.com'})}).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"ann.lee@example.com",
        gzip.compress(b"first\n") + gzip.compress(b'{"EmailAddress":"Ann.Lee@example.com"}\n'),
        json.dumps({"Message": json.dumps({"text": "line\nann.lee@example.com"})}).encode(),
        b'{"to": "ann.lee\\u0040example.com"}',
        b'{"after": "ann.lee@example.com\\u0000Ann.Lee@example.com"}',
        json.dumps({"content": b64encode(b"From: x\r\nTo: Ann.Lee@example.com\r\n").decode()}).encode(),
        b"Content-Transfer-Encoding: base64\r\n\r\n"
        + b64encode(b"." * 30)
        + b"\r\n"
        + b64encode(b"To: ann.lee@example.com"),
    ],
    ids=["plain", "gzip", "json in json", "escaped", "index key", "base64", "lines of base64"],
)
def test_an_address_is_found_in_objects(body: bytes) -> None:
    assert ANN.is_in(body)


def test_an_address_over_the_lines_of_base64_is_found() -> None:
    lines = b64encode(b"x" * 50 + b" ann.lee@example.com ")
    assert ANN.is_in(b"\r\n".join((b"", lines[:76], lines[76:])))


def test_an_address_that_is_escaped_beyond_ascii_is_found() -> None:
    assert JORG.is_in(json.dumps({"Message": json.dumps({"to": "Jörg@Bücher.example"})}).encode())


def test_other_objects_are_not_taken_for_theirs() -> None:
    assert not ANN.is_in(gzip.compress(b'{"EmailAddress":"joann.lee@example.com"}\n'))
    assert not ANN.is_in(b"")


def test_a_compressed_object_that_is_not_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="not whole"):
        ANN.is_in(gzip.compress(b"ann.lee" * 99)[:-9])
