"""What a notification says apart from the change itself: of which entity, when, and by which stack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ses_reputation.parties import PartyId
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import ReputationEntity

_SES_RATES: Mapping[Measure, str] = {
    Measure.BOUNCES: "bounce_rate",
    Measure.COMPLAINTS: "complaint_rate",
}


@dataclass(frozen=True, slots=True)
class SesRate:
    """A rate as SES publishes it in CloudWatch, a fraction of 1, and of when it is, if that is known."""

    rate: float
    at: datetime | None


@dataclass(frozen=True, slots=True)
class NotificationContext:
    """Of which entity, when, and by which stack something is published.

    standing: the entity's worst standing as of now; None where it has none. ses_rates: those that SES
    publishes of the entity. party: on whose statement the entity stands; None where no statement is named.
    statement_base_url: where the statements are served; "" where they are nowhere. region: the one that all
    of the entity's mail is sent from; "" where that is several, or not known.
    """

    entity: ReputationEntity
    at: datetime
    stack_name: str
    standing: Standing | None
    ses_rates: Mapping[Measure, SesRate] = field(default_factory=dict)
    party: PartyId | None = None
    statement_base_url: str = ""
    region: str = ""


def ses_rates_of(view: Mapping[str, Any]) -> dict[Measure, SesRate]:
    """Return SES's own rates in `view["ses"]`: `bounce_rate`, `complaint_rate`, and the time of each (ISO
    8601), which is that of both in a view of before."""
    ses = view.get("ses") or {}
    return {
        measure: SesRate(ses[name], _time(ses.get(f"{name}_at") or ses.get("rates_at")))
        for measure, name in _SES_RATES.items()
        if ses.get(name) is not None
    }


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
