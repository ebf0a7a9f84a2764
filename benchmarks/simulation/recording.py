"""Runs all simulations, on all cores, and keeps their figures as JSON."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.ses_counts import Sending as SendingOfAccount
from benchmarks.simulation import changes, detections, steady
from benchmarks.simulation.compared import VOLUMES, Mark
from benchmarks.simulation.deferrals import Unevenness
from benchmarks.simulation.sending import Sending

RECORDED = Path(__file__).with_name("recorded.json")
Figures = dict[str, list[dict[str, Any]]]
"""Rows by section; each row is one of the measured dataclasses as plain JSON."""

_BOUNCE_MARKS = (Mark.BOUNCE_WATCH, Mark.BOUNCE_REVIEW, Mark.BOUNCE_PAUSE)
_CASES: Mapping[str, tuple[Callable[..., Any], Sequence[tuple[Any, ...]]]] = {
    "steady": (steady.measure_steady, steady.steady_cases()),
    "new": (steady.measure_new, list(product(Mark, VOLUMES))),
    "jumps": (changes.measure_jump, list(product(changes.JUMPS, Sending, VOLUMES))),
    "new senders": (changes.measure_new_sender, list(product(_BOUNCE_MARKS, VOLUMES))),
    "spikes": (detections.measure_spike, list(product(Sending, VOLUMES[1:]))),
    "false deferrals": (detections.measure_false_deferrals, list(product(Unevenness, VOLUMES))),
    "deferrals": (detections.measure_deferral, [(50,), (200,), (2_000,), (10_000,), (50_000,)]),
    "reconciliation": (detections.measure_reconciliation, [(each,) for each in SendingOfAccount]),
}


def simulate(show: Callable[[str], object], sections: Sequence[str] = ()) -> Figures:
    """Return the figures of sections, all where none is named; the same on every machine."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        asked: dict[str, list[Future[Any]]] = {
            name: [pool.submit(measure, *case) for case in cases]
            for name, (measure, cases) in _CASES.items()
            if not sections or name in sections
        }
        return {name: list(_answers(name, futures, show)) for name, futures in asked.items()}


def _answers(name: str, futures: Sequence[Future[Any]], show: Callable[[str], object]) -> Iterator[Any]:
    show(f"{name}: {len(futures)} cases ...")
    for future in futures:
        yield asdict(future.result())


def write(figures: Figures) -> None:
    """Keep figures in place of the recorded ones of the same sections."""
    kept = {**read(), **figures}
    rows = {name: kept[name] for name in _CASES if name in kept}
    RECORDED.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read() -> Figures:
    """Return the recorded figures; none where nothing was recorded."""
    figures: Figures = json.loads(RECORDED.read_text("utf-8")) if RECORDED.exists() else {}
    return figures
