"""Where a dispatch counts: in one identity, configuration set and provider, whichever event named them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger.pages import Source

Cell = tuple[str, str, str]
"""Identity, configuration set, provider."""
RunKey = tuple[Source, int, int]
"""Source, outcome code, provider code."""


def cells_of(reported: Sequence[tuple[RunKey, set[int]]], without_set: str) -> dict[int, Cell]:
    """Return the one cell of each dispatch, whichever of its events named what, in this segment or before.

    An identity that an ARN named goes before one that is assumed: Send events of raw and templated mail lack
    the ARN (recordings of 2023). The owner's feed names no configuration set, so a name that any feed reports
    goes before none, which is `without_set`. And a provider that a later table of domains knows goes before
    an older one.
    """
    identity_of = _first_of(reported, lambda source, _: (source.is_assumed, source.identity))
    set_of = _first_of(reported, lambda source, _: (not source.configuration_set, source.configuration_set))
    provider_of = _first_of(reported, lambda _, provider: (False, -provider))
    known: dict[Any, Cell] = {}
    cells: dict[int, Cell] = {}
    for dispatch, (_, identity) in identity_of.items():
        key = identity, set_of[dispatch][1], provider_of[dispatch][1]
        cell = known.get(key)
        if cell is None:
            named = identity, key[1] or without_set, Provider(-key[2]).wire_name
            cell = known[key] = named
        cells[dispatch] = cell
    return cells


def _first_of(
    reported: Iterable[tuple[RunKey, set[int]]], choice_of: Callable[[Source, int], tuple[bool, Any]]
) -> dict[int, tuple[bool, Any]]:
    """Return for each dispatch the first, in sorted order, of the choices that its events offer."""
    offered: dict[tuple[bool, Any], list[set[int]]] = defaultdict(list)
    for (source, _, provider), dispatches in reported:
        offered[choice_of(source, provider)].append(dispatches)
    first: dict[int, tuple[bool, Any]] = {}
    for choice in sorted(offered, reverse=True):
        for dispatches in offered[choice]:
            first.update(dict.fromkeys(dispatches, choice))
    return first
