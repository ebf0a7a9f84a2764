"""What it costs to verify who wrote each envelope: CPU per event with and without, and beside the peers.

The fair peer verifies as a good engineer would: the text is put together from the envelope that is read
already, and the key is read once.
"""

from rich.console import Console
from rich.table import Table

from benchmarks.journaling import (
    BATCH_SIZES,
    EVENTS_OF_A_ROUND,
    FAIR,
    FAIR_CHECKED,
    JOURNAL,
    LEAN,
    ROUNDS,
    UNCHECKED,
    Cost,
    measure,
)
from benchmarks.lambda_calls import function_environment
from benchmarks.traffic.shapes import Shape, arrivals

_NAMES = (JOURNAL, UNCHECKED, FAIR_CHECKED, FAIR, LEAN)


def main(console: Console) -> dict[int, dict[str, Cost]]:
    """Measure and print one hour's traffic in all sizes of batches."""
    console.rule("Signatures: CPU us per event, one hour's traffic")
    events = arrivals(Shape.ONE_HOUR, (ROUNDS + 1) * EVENTS_OF_A_ROUND)
    with function_environment():
        measured = {size: measure(events, size, _NAMES) for size in BATCH_SIZES}
    table = Table("batch of", "handler", "CPU us / event: median (quartiles)", "in CPU, x journal")
    for size, costs in measured.items():
        for name in _NAMES:
            table.add_row(f"{size:,}", name, str(costs[name].micros), f"{costs[name].times_journal:.2f} x")
        table.add_section()
    console.print(table)
    return measured
