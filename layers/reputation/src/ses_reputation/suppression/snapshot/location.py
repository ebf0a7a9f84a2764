"""Which run makes a snapshot: run ids and the keys in the bucket."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from ses_reputation.hours import format_timestamp
from ses_reputation.suppression.errors import InvalidScheduledTimeError
from ses_reputation.suppression.targets import ROOT, Target

# Apart from the snapshots, so that one lifecycle rule on a prefix can expire them.
RAW_ROOT = f"{ROOT}raw/"
RUNS_ROOT = f"{ROOT}runs/"

_RUN_ID = re.compile(r"\d{8}T\d{6}Z(-\d{2})?")


@dataclass(frozen=True, slots=True)
class SnapshotRun:
    """One snapshot of one list, named after the time it was scheduled for."""

    target: Target
    run_id: str

    @property
    def prefix(self) -> str:
        """Where the parts and the manifest of this run are."""
        return f"{self.target.prefix}{self.run_id}/"

    @property
    def manifest_key(self) -> str:
        """The object that makes the snapshot visible, written last."""
        return f"{self.prefix}manifest.json"

    @property
    def index_key(self) -> str:
        """The object that says where in the parts a row is to be looked for."""
        return f"{self.prefix}index.json.gz"

    def part_key(self, number: int) -> str:
        """Key of a finished part, numbered from 1 in the order of rows."""
        return f"{self.prefix}part-{number:05d}.ndjson.gz"

    @property
    def reading_key(self) -> str:
        """Key of the object that names the raw parts which are merged."""
        return f"{RAW_ROOT}{self.target.path}{self.run_id}/reading.json"

    def raw_part_key(self, chain: int, name: str) -> str:
        """Key of a part as it was read; `name` ends in a digest of the content: it is never overwritten."""
        return f"{self._chain_prefix(chain)}{name}.ndjson.gz"

    def checkpoint_key(self, chain: int, name: str) -> str:
        """Key of the object that says how far a merge is; `name` ends in a digest, as that of a raw part."""
        return f"{self._chain_prefix(chain)}{name}.json"

    def changes_key(self, number: int, digest: str) -> str:
        """Key of a part of the changes since the predecessor; named after its content, as raw parts are."""
        return f"{self.prefix}changes-{number:05d}-{digest[:16]}.ndjson.gz"

    def comparison_key(self, name: str) -> str:
        """Key of the object that says how far a comparison is; `name` ends in a digest."""
        return f"{RAW_ROOT}{self.target.path}{self.run_id}/{name}.json"

    def _chain_prefix(self, chain: int) -> str:
        return f"{RAW_ROOT}{self.target.path}{self.run_id}/chain-{chain:02d}/"


@dataclass(frozen=True, slots=True)
class ListsRun:
    """One run over all lists: what belongs to none of them alone. No object of it holds an address."""

    run_id: str

    @property
    def prefix(self) -> str:
        """Where all of this run is, but snapshots and raw parts."""
        return f"{RUNS_ROOT}{self.run_id}/"

    @property
    def claim_key(self) -> str:
        """The object that says which execution makes this run."""
        return f"{self.prefix}claim.json"

    @property
    def places_key(self) -> str:
        """The object that names the accounts and Regions whose lists are exported."""
        return f"{self.prefix}places.json"

    @property
    def summary_key(self) -> str:
        """The object that says which lists are complete, and which failed and why."""
        return f"{self.prefix}summary.json"

    def place_key(self, account: str, region: str, name: str) -> str:
        """Key of an object about one account and Region."""
        return f"{self.prefix}places/{account}/{region}/{name}.json"


def parse_scheduled_time(text: object) -> datetime:
    """Read the time a run was scheduled for, in UTC, to the second; raises InvalidScheduledTimeError."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidScheduledTimeError(
            f"scheduled_at is {text!r}. It should be a time with its zone, such as 2026-11-22T07:00:00Z;"
            " a schedule passes <aws.scheduler.scheduled-time>, which EventBridge Scheduler replaces."
        )
    return moment.astimezone(UTC).replace(microsecond=0)


def name_run(scheduled_at: datetime, attempt: int = 1) -> str:
    """Name the run of a schedule time: 20261122T070000Z, and -02 ... -99 for attempts made on purpose.

    Names sort by time and attempt. Raises InvalidScheduledTimeError on an attempt outside 1 to 99.
    """
    if type(attempt) is not int or not 1 <= attempt <= 99:
        raise InvalidScheduledTimeError(f"attempt is {attempt!r}. It should be a whole number from 1 to 99.")
    run_id = format_timestamp(scheduled_at, "seconds").replace("-", "").replace(":", "")
    return run_id if attempt == 1 else f"{run_id}-{attempt:02d}"


def is_run_id(text: str) -> bool:
    """Whether a folder's name is the name of a run."""
    return _RUN_ID.fullmatch(text) is not None
