"""However SES writes a recipient, it has one name."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ses_reputation.feedback.addresses import domain_label, normalise_address

# Characters that decide between forms, much denser than in random text.
address_like = st.text(alphabet=' \t"<>@.,;:()\\[]+=?éßİ。\uff41bC\u200d\x00', max_size=20)
texts = st.one_of(st.text(), address_like, st.text(alphabet=st.characters(), max_size=20))


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("recipient-1@example.com", "recipient-1@example.com"),
        ("Recipient-1@EXAMPLE.Com", "recipient-1@example.com"),
        ("recipient-1+news@example.com", "recipient-1+news@example.com"),
        ("recipient-1@example.com.", "recipient-1@example.com"),
        ("  recipient-1@example.com\n", "recipient-1@example.com"),
        ("<recipient-1@example.com>", "recipient-1@example.com"),
        ("Recipient One <recipient-1@example.com>", "recipient-1@example.com"),
        ('"One, Recipient" <Recipient-1@example.com>', "recipient-1@example.com"),
        ('"a@b" <recipient-1@example.com>', "recipient-1@example.com"),
        ('"<odd> name" <recipient-1@example.com>', "recipient-1@example.com"),
        ("One, Recipient <recipient-1@example.com>", "recipient-1@example.com"),
        ("=?UTF-8?Q?Empf=C3=A4nger?= <recipient-1@example.com>", "recipient-1@example.com"),
        ("=?utf-8?B?PGE=?= <recipient-1@example.com>", "recipient-1@example.com"),
        ('"recipient-1"@example.com', "recipient-1@example.com"),
        ('"Recipient.One"@example.com', "recipient.one@example.com"),
        ('"two words"@Example.com', '"two words"@example.com'),
        ('"at@sign"@example.com', '"at@sign"@example.com'),
        ('"double..dot"@example.com', '"double..dot"@example.com'),
        ('Name <"two words"@example.com>', '"two words"@example.com'),
        ("recipient-1@bücher.example", "recipient-1@xn--bcher-kva.example"),
        ("recipient-1@BÜCHER.example", "recipient-1@xn--bcher-kva.example"),
        ("recipient-1@XN--BCHER-KVA.example", "recipient-1@xn--bcher-kva.example"),
        ("Name <recipient-1@bücher.example>", "recipient-1@xn--bcher-kva.example"),
        ("empfänger@example.com", "empfänger@example.com"),
        ("EMPFÄNGER@example.com", "empfänger@example.com"),
        ("recipient-1@localhost", "recipient-1@localhost"),
        ("recipient-1@[192.0.2.1]", "recipient-1@[192.0.2.1]"),
        ("Undisclosed Recipients:;", "undisclosed recipients:;"),
        ("", ""),
        ("<>", ""),
    ],
)
def test_every_spelling_has_its_normal_form(written: str, normal: str) -> None:
    assert normalise_address(written) == normal


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("Example.COM", "example.com"),
        (" example.com. ", "example.com"),
        ("example.com. .", "example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("bücher。example。", "xn--bcher-kva.example"),
        ("STRASSE.example", "strasse.example"),
        ("straße.example", "xn--strae-oqa.example"),
        # Longer than a label may be: kept as it is, since an odd recipient is still a recipient.
        ("é" * 80, "é" * 80),
        ("...", ""),
    ],
)
def test_a_domain_has_one_label(written: str, label: str) -> None:
    assert domain_label(written) == label


@settings(deadline=None)
@given(texts)
@example("a@b. .")
@example("a@é。")
@example('"<"@b')
@example("\ud800@\ud800")
def test_what_is_normal_stays_as_it_is(text: str) -> None:
    normal = normalise_address(text)

    assert normalise_address(normal) == normal


@settings(deadline=None)
@given(st.from_regex(r"[a-z0-9.+_-]{1,20}@[a-z0-9-]{1,10}\.example", fullmatch=True), st.data())
def test_case_and_dress_never_make_another_recipient(address: str, data: st.DataObject) -> None:
    spelt = "".join(data.draw(st.sampled_from([char, char.upper()])) for char in address)
    dress = data.draw(st.sampled_from(["{}", "<{}>", "Some Name <{}>", '"Name, <Some>" <{}>', " {} ", "{}."]))

    assert normalise_address(dress.format(spelt)) == address
