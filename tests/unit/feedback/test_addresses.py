"""However SES writes a recipient, it has one name."""

from email.utils import parseaddr

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ses_reputation.feedback.addresses import domain_label, normalise_address

# Characters that decide between forms, much denser than in random text.
address_like = st.text(alphabet=" \t\"<>@.,;:()\\[]+=?éßİ。\uff41bC\u200d\x00'", max_size=20)
# What addresses are made of, whole: quotations and comments without an end, angles in angles, odd full stops.
pieces = st.sampled_from(
    [
        '"',
        "\\",
        "<",
        ">",
        "@",
        "(",
        ")",
        " ",
        "'",
        ";",
        ".",
        "a",
        "b.c",
        "rfc822;",
        '"x y"',
        "a@b",
        "<a@b>",
        "。",
    ]
)
texts = st.one_of(
    st.text(),
    st.lists(pieces, max_size=9).map("".join),
    address_like,
    st.text(alphabet=st.characters(), max_size=20),
)


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
        ("Name <>", ""),
        ('"a@b.example" <>', ""),
        # With comments (RFC 5322, 3.2.2).
        ("recipient-1@example.com (One)", "recipient-1@example.com"),
        ("(the (first) one) recipient-1@example.com", "recipient-1@example.com"),
        ("One (a@b.example) <recipient-1@example.com>", "recipient-1@example.com"),
        ("<recipient-1 (One) @ example.com>", "recipient-1@example.com"),
        (r'"quoted \"pair\"" <recipient-1@example.com>', "recipient-1@example.com"),
        (r'"a\"b"@example.com', r'"a\"b"@example.com'),
        (r'"re\cipient-1"@example.com', "recipient-1@example.com"),
        ('"a <b@c.example>"@example.com', '"a <b@c.example>"@example.com'),
        # As reports of other servers decorate them.
        ("rfc822;recipient-1@example.com", "recipient-1@example.com"),
        ("RFC822; Recipient-1@Example.com", "recipient-1@example.com"),
        ("utf-8; recipient-1@bücher.example", "recipient-1@xn--bcher-kva.example"),
        ('rfc822;"two words"@example.com', '"two words"@example.com'),
        ("mailto:recipient-1@example.com", "recipient-1@example.com"),
        ("<mailto:recipient-1@example.com>", "recipient-1@example.com"),
        ("SMTP:recipient-1@example.com", "recipient-1@example.com"),
        ("'recipient-1@example.com'", "recipient-1@example.com"),
        ("'recipient-1@bücher.example'", "recipient-1@xn--bcher-kva.example"),
        ('"recipient-1@example.com"', "recipient-1@example.com"),
        ("'tis@example.com", "'tis@example.com"),
        ("o'neil@example.com", "o'neil@example.com"),
        ("recipient-1@example.com;", "recipient-1@example.com"),
        ("recipient-1@example.com.,", "recipient-1@example.com"),
        ("recipient-1@example.com>", "recipient-1@example.com"),
        ("<<recipient-1@example.com>>", "recipient-1@example.com"),
        ("[recipient-1@example.com]", "recipient-1@example.com"),
        ("(recipient-1@example.com)", "recipient-1@example.com"),
        ("recipient-1@example.com\x1b[31m", "recipient-1@example.com"),
    ],
)
def test_every_spelling_has_its_normal_form(written: str, normal: str) -> None:
    assert normalise_address(written) == normal


# The standard library reads these with a call for each parenthesis, and not alike in all its releases.
DEEP = 20_000
HOSTILE = [
    ("(" * 600 + ")" * 600 + " <a b@c.example>", "b@c.example"),
    ("(" * DEEP + ")" * DEEP + " a@c.example", "a@c.example"),
    ("(" * DEEP + "a@c.example", "a@c.example"),
    ("a@c.example" + "(" * DEEP, "a@c.example"),
    ("a@c.example " + ")" * DEEP, "a@c.example"),
    ("<" * DEEP + "a@c.example" + ">" * DEEP, "a@c.example"),
    ("[" * DEEP + "a@c.example", "a@c.example"),
    ("rfc822;" * DEEP + "a@c.example", "a@c.example"),
    ("'" * DEEP + "a@c.example" + "'" * DEEP, "a@c.example"),
    ('"x" ' * DEEP + "<a@c.example>", "a@c.example"),
    ('"' + '\\"' * DEEP + '" <a@c.example>', "a@c.example"),
    # A quotation or a comment without an end is none.
    ('"Name <a@c.example>', "a@c.example"),
    ('Na"me <a@c.example>', "a@c.example"),
    ("Name (cut <a@c.example>", "a@c.example"),
    ('"two words@c.example', "words@c.example"),
    ("a@c.example (cu", "a@c.example"),
    # Nobody can know who is meant: it stays as it is.
    ("a@b@c.example", "a@b@c.example"),
    ("a@b.example, c@d.example", "a@b.example, c@d.example"),
    ("@c.example", "@c.example"),
    ("a@", "a@"),
    ("a@.", "a@."),
    ("a@[192.0.2.1", "a@[192.0.2.1"),
    ("@" * DEEP, "@" * DEEP),
    ('"' * (DEEP + 1), '"' * (DEEP + 1)),
    ("\\", "\\"),
]


@pytest.mark.parametrize(("written", "normal"), HOSTILE, ids=lambda text: text[:30])
def test_a_hostile_text_is_read_by_the_same_rules(written: str, normal: str) -> None:
    assert normalise_address(written) == normal


atoms = st.from_regex(r"[a-z0-9!#$%&*+/=?^_`{|}~-]{1,8}", fullmatch=True)
dot_atoms = st.lists(atoms, min_size=1, max_size=3).map(".".join)
domains = st.from_regex(r"[a-z0-9-]{1,8}(\.[a-z0-9-]{1,8}){0,2}\.example", fullmatch=True)
quotations = st.text(alphabet="abz09 .,:;<>()[]@'!-", min_size=1, max_size=12).map('"{}"'.format)
escaped = st.tuples(atoms, st.sampled_from([r"\"", r"\\"]), atoms).map("".join).map('"{}"'.format)
phrases = st.lists(atoms | quotations | escaped, min_size=1, max_size=3).map(" ".join)
comments = st.from_regex(r"\([a-z0-9 ]{0,8}(\([a-z]{1,4}\))?\)", fullmatch=True)


@st.composite
def sane_texts(draw: st.DrawFn) -> str:
    """What RFC 5322 allows for one mailbox, without what it calls obsolete."""
    address = f"{draw(dot_atoms | quotations | escaped)}@{draw(domains)}"
    dressed = draw(st.sampled_from(["{0}", "<{0}>", "{1} <{0}>", "{0} {2}", "{2} {0}", "{1} {2} <{0}>"]))
    return dressed.format(address, draw(phrases), draw(comments))


@settings(deadline=None, max_examples=500)
@given(sane_texts())
def test_what_the_standard_library_reads_for_sure_is_read_alike(text: str) -> None:
    local, _, domain = parseaddr(text)[1].rpartition("@")
    needs_no_quotes = all(local[1:-1].split(".")) and not set(local[1:-1]) & set(' ,:;<>()[]@"\\')
    if local.startswith('"') and needs_no_quotes:
        local = local[1:-1]

    assert normalise_address(text) == f"{local}@{domain}"


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
@example('"<@')
@example("'\"<@'")
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
