"""A notification in the schema of AWS's bridge to Slack and Microsoft Teams, so that a channel is a
subscription and no code.

The fields are those of Amazon Q Developer in chat applications (administrator guide, "Custom notifications
using Amazon Q Developer in chat applications", "Event schema"): `version` is 1.0, `source` is custom, and
`textType` can only be client-markdown.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from ses_reputation.notifications.texts.chat_text import harmless, harmless_code
from ses_reputation.notifications.texts.layout import ADVICE_TITLE
from ses_reputation.visible_text import shorten_addresses

LONGEST_DESCRIPTION = 3_000
"""Slack's limit of a text block (Slack developer documentation, "Section block"). Of limits that the bridge
has itself, none is known to us; each of these is on the safe side."""
MOST_STEPS = 10
LONGEST_STEP = 350
_CODE = "```"
_CUT = "..."


@dataclass(frozen=True, slots=True)
class ChatNotification:
    """What is said in a channel.

    subject, text: of the alert. steps: what to do, harmless as `Advice.for_chat` is. thread: notifications of
    one thread have the same; whatever it is, only its digest is sent. attributes: of the alert's message.
    """

    subject: str
    text: str
    steps: Sequence[str]
    thread: str
    attributes: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return the notification as the bridge takes it."""
        title, steps = harmless(self.subject), [_shortened(step) for step in self.steps[:MOST_STEPS]]
        named = {name: harmless(shorten_addresses(value)) for name, value in self.attributes.items()}
        return {
            "version": "1.0",
            "source": "custom",
            "content": {
                "textType": "client-markdown",
                "title": title,
                "description": _description(self.text),
                **({"nextSteps": steps} if steps else {}),
                "keywords": list(dict.fromkeys(named.values())),
            },
            "metadata": {
                "threadId": blake2b(self.thread.encode(), digest_size=16).hexdigest(),
                "summary": title,
                "eventType": named["kind"],
                "additionalContext": named,
            },
        }

    def to_text(self) -> str:
        """Return it as the message of a topic."""
        return json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"))


def _description(text: str) -> str:
    """Return an alert's text as one block of code: its columns stay columns, and its commands can be copied.

    What to do is left out: it stands in the steps.
    """
    blocks = [block for block in text.strip().split("\n\n") if not block.startswith(f"{ADVICE_TITLE}\n")]
    body = harmless_code("\n\n".join(blocks))
    room = LONGEST_DESCRIPTION - 2 * len(_CODE) - 2
    if len(body) > room:
        lines, _, _ = body[: room - len(_CUT) - 1].rpartition("\n")
        body = f"{lines}\n{_CUT}"
    return f"{_CODE}\n{body}\n{_CODE}"


def _shortened(step: str) -> str:
    if len(step) <= LONGEST_STEP:
        return step
    cut = step[: LONGEST_STEP - len(_CUT)].rpartition(" ")[0]
    # A command that is cut would be half a command, and its backtick would open a block without an end.
    return (cut.rpartition("`")[0].rstrip() if cut.count("`") % 2 else cut) + _CUT
