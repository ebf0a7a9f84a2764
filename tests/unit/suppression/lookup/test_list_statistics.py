"""What a list is made of, counted in one pass."""

import tracemalloc
from collections.abc import Iterator

from ses_reputation.suppression.forgotten import hidden
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.lookup.list_statistics import ListStatistics, count_rows

ROWS = [
    SuppressedDestination("ann@gmail.com", "2026-10-31T23:59:59Z", "BOUNCE"),
    SuppressedDestination("Ben@GoogleMail.com", "2026-11-01T00:00:00Z", "COMPLAINT"),
    SuppressedDestination("cid@hotmail.com", "2026-11-21T07:00:00.500000Z", "BOUNCE"),
    SuppressedDestination("dan@corp.example", "2013-05-31T07:00:00Z", "BOUNCE"),
    SuppressedDestination("no address", "2013-05-31T07:00:00Z", "SOMETHING_NEW"),
]


def test_rows_are_counted_by_reason_provider_and_month() -> None:
    counted = count_rows(ROWS)
    assert counted == ListStatistics(
        {"BOUNCE": 3, "COMPLAINT": 1, "SOMETHING_NEW": 1},
        {
            "gmail": {"BOUNCE": 1, "COMPLAINT": 1},
            "microsoft": {"BOUNCE": 1},
            "other": {"BOUNCE": 1, "SOMETHING_NEW": 1},
        },
        {
            "2013-05": {"BOUNCE": 1, "SOMETHING_NEW": 1},
            "2026-10": {"BOUNCE": 1},
            "2026-11": {"BOUNCE": 1, "COMPLAINT": 1},
        },
    )
    assert list(counted.by_month) == ["2013-05", "2026-10", "2026-11"]
    assert counted.total == 5


def test_of_people_who_were_forgotten_no_provider_is_known() -> None:
    row = SuppressedDestination(hidden("0" * 32), "2026-11-01T00:00:00Z", "COMPLAINT")
    assert count_rows([row]).by_provider == {"forgotten": {"COMPLAINT": 1}}


def test_an_empty_list_has_no_counts() -> None:
    assert count_rows([]) == ListStatistics({}, {}, {})


def test_memory_does_not_grow_with_the_list() -> None:
    def rows() -> Iterator[SuppressedDestination]:
        for number in range(50_000):
            yield SuppressedDestination(f"{number}@{number}.example", "2026-10-31T23:59:59Z", "BOUNCE")

    tracemalloc.start()
    assert count_rows(rows()).total == 50_000
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 200_000
