"""How far a run is with the lists of one account and Region, as it travels through the workflow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.export.progress import Export
from ses_reputation.suppression.snapshot.location import ListsRun

PlaceStatus = Literal["describing", "exporting", "complete"]


@dataclass(frozen=True, slots=True)
class PlaceExport:
    """Small enough for a workflow's payload, however many tenants and addresses there are.

    described, outcomes: names of objects, "" before there is one. position: the number of the list that
    is exported now, of which `export` is how far it is, None before it is begun. rate: requests a second,
    0 before any was asked for.
    """

    place: AccountRegion
    run: ListsRun
    scheduled_at: datetime
    started_at: datetime
    status: PlaceStatus = "describing"
    described: str = ""
    position: int = 0
    export: Export | None = None
    rate: float = 0.0
    outcomes: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the state as JSON values; by `status` the workflow chooses its next step."""
        return {
            "place": self.place._asdict(),
            "run": self.run.run_id,
            "scheduled_at": self.scheduled_at.isoformat(),
            "started_at": self.started_at.isoformat(),
            "status": self.status,
            "described": self.described,
            "position": self.position,
            "export": None if self.export is None else self.export.to_json(),
            "rate": self.rate,
            "outcomes": self.outcomes,
        }

    @classmethod
    def from_json(cls, payload: Mapping[str, Any]) -> "PlaceExport":
        """Return the state that `to_json` wrote, or that of a place that nothing is known of yet.

        Raises KeyError, TypeError or ValueError.
        """
        export = payload.get("export")
        kept = ("status", "described", "position", "rate", "outcomes")
        return cls(
            AccountRegion(**payload["place"]),
            ListsRun(payload["run"]),
            datetime.fromisoformat(payload["scheduled_at"]),
            datetime.fromisoformat(payload["started_at"]),
            export=None if export is None else Export.from_json(export),
            **{name: payload[name] for name in kept if name in payload},
        )
