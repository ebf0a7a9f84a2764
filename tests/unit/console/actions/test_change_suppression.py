"""Which way changes of a suppression list go, and what stops them."""

from pathlib import Path
from typing import Any

import pytest

from console.actions.change_suppression import carry_out, prepare_change, read_file, write_import_files
from console.errors import FileUnreadableError, NotAllowedError
from ses_reputation.suppression.restore.actions import ActionKind, Intent, ListChange, Operation
from ses_reputation.suppression.restore.plan import ChangePlan, PlanCounts
from ses_reputation.suppression.restore.preflight import ImportFacts
from ses_reputation.suppression.targets import Target

SOUND = ImportFacts("reputation", "eu-west-1", "aws", is_out_of_sandbox=True)
UNREADABLE = ImportFacts("reputation", "eu-west-1", "aws", policy="", is_out_of_sandbox=True)
SANDBOX = ImportFacts("reputation", "eu-west-1", "aws", is_out_of_sandbox=False)
ELSEWHERE = ImportFacts("reputation", "us-east-1", "aws", policy="", is_out_of_sandbox=True)


def plan(number: int, tenant: str = "") -> ChangePlan:
    changes = tuple(ListChange(f"{each:03d}@example.com", Operation.PUT, "BOUNCE") for each in range(number))
    return ChangePlan(Target("222222222222", "eu-west-1", tenant), changes, PlanCounts())


@pytest.mark.parametrize(
    ("number", "facts", "one_by_one", "tenant", "by_import", "is_stopped"),
    [
        (150, SOUND, False, "", 150, False),
        (150, SOUND, True, "", 0, False),
        (150, SOUND, False, "acme", 0, False),
        (150, ELSEWHERE, False, "", 0, False),
        (150, UNREADABLE, False, "", 150, True),
        (150, UNREADABLE, True, "", 0, False),
        (5, UNREADABLE, False, "", 0, False),
        (5, SANDBOX, False, "", 0, True),
        (5, SANDBOX, True, "acme", 0, True),
    ],
)
def test_what_is_set_up_wrongly_stops_import_jobs_and_the_sandbox_everything(
    number: int, facts: ImportFacts, one_by_one: bool, tenant: str, by_import: int, is_stopped: bool
) -> None:
    prepared = prepare_change(plan(number, tenant), facts, one_by_one=one_by_one)

    assert (len(prepared.routes.by_import), prepared.is_stopped) == (by_import, is_stopped)


def test_what_is_stopped_is_not_begun() -> None:
    opened: Any = None
    intent = Intent(ActionKind.ADD, "somebody", "ticket 4711")

    with pytest.raises(NotAllowedError, match="Nothing was changed"):
        carry_out(prepare_change(plan(5), SANDBOX), intent, opened, lambda *_: None)


def test_files_that_cannot_be_read_or_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(FileUnreadableError, match="absent"):
        read_file(tmp_path / "absent")
    with pytest.raises(FileUnreadableError, match="file"):
        write_import_files(plan(1), tmp_path / "file")


def test_a_folder_of_files_with_addresses_is_its_owners_alone(tmp_path: Path) -> None:
    write_import_files(plan(1), tmp_path / "files")

    assert (tmp_path / "files").stat().st_mode & 0o777 == 0o700
