"""Summaries of runs over all lists, written as S3 has them and not by the code that writes them."""

import json
from typing import Any

from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import MemoryStore

RUN = "20261122T120000Z"


def outcome(target: Target, name: str, status: str, why: str = "") -> dict[str, Any]:
    place = {"account": target.account, "region": target.region}
    return {**place, "list": name, "status": status, "why": why, "total": None}


def store_summary(store: MemoryStore, *outcomes: dict[str, Any], run: str = RUN) -> None:
    """Write a summary (docs/adr/0049-every-list.md)."""
    times = dict.fromkeys(("scheduled_at", "started_at", "finished_at"), "2026-11-22T12:00:00Z")
    body = json.dumps({"run": run, **times, "lists": outcomes})
    store.put(f"suppression/runs/{run}/summary.json", body.encode())
