"""Mutes: a person silences the reminders of a finding or a standing, never that it worsens or ends."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ses_reputation.findings.extent import extent_of, has_grown
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.standing.state import EntityState, FindingState, MeasureState, Mute


def keys_to_mute(state: EntityState) -> list[str]:
    """Return what of an entity is repeated daily, or muted: standings below HEALTHY by their measure
    (`bounces`), then findings by their key."""
    standings = [
        str(measure) for measure, each in state.measures.items() if each.standing is not Standing.HEALTHY
    ]
    return [*sorted(standings), *sorted(state.findings)]


def with_mute(state: EntityState, key: str, mute: Mute) -> EntityState:
    """Return the next state of an entity, with one of `keys_to_mute` muted, in place of a mute before it."""
    finding = state.findings.get(key)
    extent = extent_of(finding.kind, finding.evidence) if finding else None
    mutes = {**state.mutes, key: replace(mute, extent=extent)}
    return replace(state, version=state.version + 1, mutes=mutes)


def without_mute(state: EntityState, key: str) -> EntityState:
    """Return the next state of an entity, with a muted key repeated again. Raises KeyError."""
    mutes = dict(state.mutes)
    del mutes[key]
    return replace(state, version=state.version + 1, mutes=mutes)


def lasting_mutes(
    mutes: Mapping[str, Mute],
    measures: Mapping[Measure, MeasureState],
    findings: Mapping[str, FindingState],
    now: datetime,
) -> dict[str, Mute]:
    """Return the mutes whose time has not come, and whose finding or standing is still there.

    A finding that opens anew is news, and so is a standing that comes back: their mutes are gone.
    """
    standings = {str(key) for key, each in measures.items() if each.standing is not Standing.HEALTHY}
    return {
        key: mute for key, mute in mutes.items() if now < mute.until and (key in standings or key in findings)
    }


def grown_findings(mutes: Mapping[str, Mute], findings: Mapping[str, FindingState]) -> set[str]:
    """Return the keys of muted findings that concern much more mail than when they were muted."""
    return {
        key
        for key, finding in findings.items()
        if key in mutes and has_grown(extent_of(finding.kind, finding.evidence), mutes[key].extent)
    }
