"""JSON that is not of our own making, decoded: whatever is wrong with it is a ValueError."""

import json
from typing import Any


def parse_json(text: str | bytes) -> Any:
    """Return what a text says.

    Raises ValueError where it is no JSON, no UTF-8, or nests deeper than Python can read (about a thousand
    levels), which `json` alone raises a RecursionError for.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("the JSON nests too deep") from None
