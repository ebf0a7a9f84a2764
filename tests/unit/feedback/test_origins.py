"""Where a mail comes from is read alike, however a feed spells its From address."""

import pytest

from ses_reputation.feedback.events import Mail
from ses_reputation.feedback.origins import origin_of

TOPIC = "arn:aws:sns:us-east-1:111122223333:feedback"


@pytest.mark.parametrize(
    "source",
    [
        "news@xn--bcher-kva.example",
        "NEWS@XN--BCHER-KVA.EXAMPLE",
        "<news@xn--bcher-kva.example>",
        '"News, Team" <news@xn--bcher-kva.example>',
        '"sales@other.example" <news@xn--bcher-kva.example>',
        "=?UTF-8?B?TsOpd3M=?= <news@xn--bcher-kva.example>",
        "=?utf-8?Q?sales=40other=2Eexample?= <news@xn--bcher-kva.example>",
        "Néws <news@xn--bcher-kva.example>",
        "news@xn--bcher-kva.example (News)",
        "news@bücher.example",
    ],
)
def test_a_display_name_its_encoding_and_case_do_not_move_a_mail_to_another_part(source: str) -> None:
    """In a big hour the From domain decides in which part a fact counts (docs/adr/0016)."""
    mail = Mail(
        timestamp="2026-11-20T14:05:00.000Z",
        messageId="message-1",
        source=source,
        sendingAccountId="444455556666",
        destination=["ada@example.net"],
    )

    assert origin_of(mail, TOPIC).from_domain == "xn--bcher-kva.example"
