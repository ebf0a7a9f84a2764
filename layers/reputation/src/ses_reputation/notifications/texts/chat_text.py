"""Text that others wrote, made harmless in a chat: it calls nobody, links to nothing and formats nothing.

Slack reads `<!channel>`, `<@U123>` and `<https://...|text>` as mentions and links, and decodes `&lt;` (Slack
developer documentation, "Formatting text in messages"); Amazon Q Developer turns `@name` into a mention (its
administrator guide, "Custom notifications"); Teams reads Markdown. Neither has an escape that both know, so
the letters that act are replaced by their full-width forms, which look alike and mean nothing.
"""

import re

from ses_reputation.visible_text import visible_lines

_FULL_WIDTH = 0xFEE0
"""From a printable letter of ASCII to its full-width form (Unicode, Halfwidth and Fullwidth Forms)."""
_ACT_IN_CODE = "<>&@`"
_ACT_IN_TEXT = f"{_ACT_IN_CODE}*~[]|"
_in_code = {ord(letter): ord(letter) + _FULL_WIDTH for letter in _ACT_IN_CODE}
_in_text = {ord(letter): ord(letter) + _FULL_WIDTH for letter in _ACT_IN_TEXT}
# A link without brackets, an emoji's name, and an underscore that is not within a word.
_ACTS_BY_PLACE = re.compile(r":(?=//|[\w+-]+:)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")


def harmless(text: str) -> str:
    """Return text that stays text in Slack and Teams."""
    return _ACTS_BY_PLACE.sub(
        lambda found: chr(ord(found[0]) + _FULL_WIDTH), visible_lines(text).translate(_in_text)
    )


def harmless_code(text: str) -> str:
    """Return text that may stand in a code block or between backticks, where little acts."""
    return visible_lines(text).translate(_in_code)
