"""Addresses in one normal form, so that both feeds name a recipient alike.

Fingerprints are made of it, so it is our own reading: `email.utils` reads some addresses otherwise from one
release of Python to the next, and calls itself for each parenthesis. Time is linear in the text's length.
"""

from re import DOTALL
from re import compile as pattern

_PLAIN = pattern(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-][A-Za-z0-9.-]*").fullmatch
# A display name, quoted or not, and a plain address in angle brackets: the usual spelling with a name.
_NAMED = pattern(
    r"""(?:"[^"\\<>]*"\s*|[^"\\<>()]*)<([a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-][a-z0-9.-]*)>"""
).fullmatch
# What needs quotes in a local part (RFC 5322, 3.2.3), and cannot stand in a domain. What decorates addresses
# in reports of other servers begins or ends with one of these, or with an apostrophe: `rfc822;a@b.example`
# (RFC 3464), `mailto:a@b.example`, `'a@b.example'`, `a@b.example;`.
_SPECIAL = r'\s\x00-\x1f\x7f-\x9f()<>\[\]:;@\\,"'
_SPECIAL_CHARACTER, _ENDS_DOMAIN = pattern(f"[{_SPECIAL}]"), pattern(f"[{_SPECIAL}']")
_DOT_ATOM = pattern(f"[^{_SPECIAL}.]+(\\.[^{_SPECIAL}.]+)*").fullmatch
_QUOTED = pattern(
    rf"""(?:[a-z0-9-]+\s*[:;]\s*)?"((?:[^"\\]|\\.)*)"\s*@\s*([^{_SPECIAL}']+)[\s;,']*""", DOTALL
).fullmatch
_ESCAPED, _TO_ESCAPE = pattern(r"\\(.)", DOTALL), pattern(r'(["\\])')
_pieces_of = pattern(r'\\.|[^\\"()<>]+|.', DOTALL).findall


def normalise_address(text: str) -> str:
    """Return the address of `text` without what decorates it, in lower case, its domain as A-labels.

    `"Ada" <Ada+news@Example.com>` becomes `ada+news@example.com`, and so does `rfc822; ada+news@example.com`.
    A quoted local part loses quotes that it does not need. Sending ignores case in SES, so two spellings are
    one recipient. What is no address at all comes back stripped and in lower case: an odd recipient is still
    a recipient.
    """
    if _PLAIN(text):
        return text.lower().rstrip(".")
    text = text.lower().strip()
    if named := _NAMED(text):
        return named[1].rstrip(".")
    if '"' in text or "(" in text:
        return _read_structured(text)
    angled = _last_in_angles(text)
    return _read_words(angled) or angled


def _read_structured(text: str) -> str:
    """Read a text that has quotations or comments; where one has no end, they are taken as any characters."""
    bare = _without_comments(text)
    if bare == "" and "<" in text:
        return ""
    quoted = bare and _QUOTED(bare)
    if quoted and (domain := domain_label(quoted[2])):
        return f"{_quoted_if_needed(quoted[1])}@{domain}"
    return _read_words(bare or _last_in_angles(text)) or text


def _without_comments(text: str) -> str | None:
    """Return what stands outside of comments, in the last angle brackets if there are any.

    None where a quotation or a comment has no end. Comments nest (RFC 5322, 3.2.2): they are counted.
    """
    kept: list[str] = []
    angled: str | None = None
    depth, is_quoted = 0, False
    for piece in _pieces_of(text):
        if is_quoted:
            is_quoted = piece != '"'
        elif depth or piece == "(":
            depth += (piece == "(") - (piece == ")")
            continue
        elif piece == "<":
            kept = []
            continue
        elif piece == ">":
            angled = "".join(kept)
        else:
            is_quoted = piece == '"'
        kept.append(piece)
    return None if depth or is_quoted else ("".join(kept) if angled is None else angled).strip()


def _last_in_angles(text: str) -> str:
    return text[text.rfind("<") + 1 :].partition(">")[0].strip()


def _read_words(text: str) -> str:
    """Return the words on both sides of the one `@`; empty where there is not one, or no words."""
    before, _, after = text.partition("@")
    after = after.lstrip()
    # Backwards: to search for the word that a text ends with would take a square of its length.
    local = _SPECIAL_CHARACTER.split(before.rstrip()[::-1], maxsplit=1)[0][::-1]
    domain = _ENDS_DOMAIN.split(after, maxsplit=1)[0]
    if after[len(domain) :].startswith("'"):
        local = local.lstrip("'")
    label = domain_label(domain)
    return f"{local}@{label}" if local and label and "@" not in after else ""


def _quoted_if_needed(escaped: str) -> str:
    local = _ESCAPED.sub(r"\1", escaped)
    if _DOT_ATOM(local):
        return local
    return '"' + _TO_ESCAPE.sub(r"\\\1", local) + '"'


def domain_label(domain: str) -> str:
    """Return a domain in lower case and ASCII; `bücher.example` becomes `xn--bcher-kva.example`."""
    domain = _trimmed(domain).lower()
    if domain.isascii():
        return domain
    import idna  # noqa: PLC0415  (only internationalised domains pay for it)

    try:
        return _trimmed(idna.encode(domain, uts46=True).decode("ascii"))
    except idna.IDNAError:
        return domain


def _trimmed(domain: str) -> str:
    """Take spaces and final dots off, however they alternate: what is normal must stay as it is."""
    end = len(domain)
    while end and (domain[end - 1] == "." or domain[end - 1].isspace()):
        end -= 1
    return domain[:end].lstrip()
