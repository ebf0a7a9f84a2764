"""What AWS charges, read from one dated file."""

import json
from functools import cache
from pathlib import Path

PRICES = Path(__file__).parent / "cost" / "prices.json"


@cache
def dollars(name: str) -> float:
    """Return a price of prices.json, by its name there."""
    return float(json.loads(PRICES.read_text("utf-8"))["prices"][name]["dollars"])
