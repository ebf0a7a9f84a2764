"""Whatever is wrong with a JSON text is one kind of error."""

import pytest

from ses_reputation.json_text import parse_json


@pytest.mark.parametrize("text", ['{"a": [1, "é"]}', b'{"a": [1, "\xc3\xa9"]}'])
def test_json_is_decoded_from_text_and_from_bytes(text: str | bytes) -> None:
    assert parse_json(text) == {"a": [1, "é"]}


@pytest.mark.parametrize("text", ["", "{", b"\xff", "[" * 100_000, '{"a":' * 100_000, "9" * 5_000])
def test_what_cannot_be_read_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)
