"""DynamoDB's rules for item sizes and capacity units.

Sources: DynamoDB developer guide, "DynamoDB item sizes and formats", "DynamoDB read and write operations" and
"Using Global Secondary Indexes" (provisioned throughput considerations). Where the guide says "approximately"
(numbers), the formula that it gives is taken as exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

from benchmarks.prices import dollars

Item = Mapping[str, Any]
"""An item as the low-level API writes it: `{"pk": {"S": "..."}}`."""

WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096
QUERY_PAGE_BYTES = 1024 * 1024
DOLLARS_PER_MILLION_WRITES = dollars("dynamodb_write_million")
DOLLARS_PER_MILLION_READS = dollars("dynamodb_read_million")
READS_PER_WRITE = DOLLARS_PER_MILLION_WRITES / DOLLARS_PER_MILLION_READS
# Storage is charged with so many bytes more for each item, in the table and in each index.
STORED_OVERHEAD = 100
_NESTED_OVERHEAD = 3


def size_of_item(item: Item) -> int:
    """Return an item's size in bytes: the names and the values of its attributes, in UTF-8."""
    return sum(len(name.encode()) + size_of_value(value) for name, value in item.items())


def size_of_value(value: Mapping[str, Any]) -> int:  # noqa: PLR0911 - one for each type
    """Return the bytes of one attribute value. Raises ValueError for a type that nothing here writes."""
    match value:
        case {"S": str(text)}:
            return len(text.encode())
        case {"N": str(number)}:
            return _size_of_number(number)
        case {"B": bytes(content)}:
            return len(content)
        case {"BOOL": _} | {"NULL": _}:
            return 1
        case {"SS": list(texts)}:
            return sum(len(text.encode()) for text in texts)
        case {"L": list(parts)}:
            return _NESTED_OVERHEAD + sum(1 + size_of_value(part) for part in parts)
        case {"M": dict(parts)}:
            return _NESTED_OVERHEAD + len(parts) + size_of_item(parts)
    raise ValueError(f"no rule for {sorted(value)}")


def _size_of_number(number: str) -> int:
    """One byte, one more for every two significant digits, and one for a minus sign."""
    decimal = Decimal(number).normalize()
    return 1 + ceil(len(decimal.as_tuple().digits) / 2) + (decimal < 0)


def write_units(size: int) -> int:
    """Return the units of writing an item of so many bytes: one for each KB begun."""
    return max(1, ceil(size / WRITE_UNIT_BYTES))


def read_units(size: int) -> int:
    """Return the units of a consistent read of so many bytes: of one item, or of one page of a query."""
    return max(1, ceil(size / READ_UNIT_BYTES))


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index: its name and key attributes, and whether it copies whole items or keys."""

    name: str
    keys: Sequence[str]
    copies_all: bool

    def projection(self, item: Item) -> Item | None:
        """Return what the index holds of an item of a table keyed by `pk` and `sk`; None without its keys."""
        if any(key not in item for key in self.keys):
            return None
        return item if self.copies_all else {name: item[name] for name in {"pk", "sk", *self.keys}}

    def write_units(self, before: Item | None, after: Item, size_after: int) -> int:
        """Return the units that replacing an item costs this index, given the size of the item itself.

        Nothing where the projection stays the same; a deletion and a put where its keys change.
        """
        old = self.projection(before) if before else None
        new = self.projection(after)
        if old == new:
            return 0
        size = 0 if new is None else size_after if self.copies_all else size_of_item(new)
        if old is None:
            return write_units(size)
        if new and all(old[key] == new[key] for key in self.keys):
            return write_units(max(size_of_item(old), size))
        return write_units(size_of_item(old)) + (write_units(size) if new else 0)
