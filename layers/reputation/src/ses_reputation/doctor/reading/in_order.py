"""Reads resources one after another in the order of their names, and stops where time runs out.

An account may have 10,000 identities in a Region (Amazon SES developer guide, "Service quotas"), SES answers
one call a second, and a function ends after 15 minutes: what is left is read by later runs, from there on.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ses_reputation.doctor.facts.listing import Listing


def read_in_order(
    names: Mapping[str, Iterable[str] | None],
    read_one: Mapping[str, Callable[[str], Any]],
    resume_after: str,
    is_out_of_time: Callable[[], bool],
) -> tuple[dict[str, Listing[Any]], str]:
    """Return the facts by kind of resource, and the last resource that was read, "" where none is left.

    names: by kind; None is a listing that failed. read_one: by kind; None is a resource that could not be
    read. resume_after: a resource, `identity/example.com`: those up to it are not read.
    """
    found: dict[str, dict[str, Any]] = {kind: {} for kind in names}
    last = resume_after
    for kind, name in _after(names, resume_after):
        # Of a resource that takes two calls, half a reading is none.
        fact = None if is_out_of_time() else read_one[kind](name)
        if is_out_of_time():
            break
        last = f"{kind}/{name}"
        if fact is not None:
            found[kind][name] = fact
    listings = {kind: _listing(listed, found[kind]) for kind, listed in names.items()}
    return listings, last if is_out_of_time() else ""


def _after(names: Mapping[str, Iterable[str] | None], resume_after: str) -> list[tuple[str, str]]:
    every = [(kind, name) for kind in sorted(names) for name in sorted(names[kind] or ())]
    return [each for each in every if each > tuple(resume_after.split("/", 1))]


def _listing(names: Iterable[str] | None, found: Mapping[str, Any]) -> Listing[Any]:
    return Listing(is_complete=False) if names is None else Listing(found, frozenset(names) - found.keys())
