"""Invented SES traffic, a day and the weeks before it, and what the ledger must hold of it.

It calls no AWS and reads no clock. It shares no code with the library that reads the messages.
"""

from console.demo.traffic.day import generate_day
from console.demo.traffic.expected_facts import Fact, InventedTraffic, Publication, SesTotals
from console.demo.traffic.history import generate_traffic
from console.demo.traffic.senders import DELEGATES, FOREIGN, NAMES, OWN_DOMAINS, OWNER, TAGS

__all__ = [
    "DELEGATES",
    "FOREIGN",
    "NAMES",
    "OWNER",
    "OWN_DOMAINS",
    "TAGS",
    "Fact",
    "InventedTraffic",
    "Publication",
    "SesTotals",
    "generate_day",
    "generate_traffic",
]
