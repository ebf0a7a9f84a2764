"""Statements as files: made on this machine, from what a stack holds now."""

from datetime import datetime
from pathlib import Path

from console.actions.private_files import make_private_folder
from console.errors import ConsoleError
from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.statement.index import StatementIndex
from ses_reputation.statement.publishing import (
    StatementRun,
    StatementStores,
    read_plan_inputs,
    write_index,
    write_statement,
)
from ses_reputation.statement.settings import StatementSettings
from ses_reputation.statement.store import PREFIX, StatementStore
from ses_reputation.suppression.store import SnapshotStore

INDEX_FILE = "index.html"


class StatementFolder:
    """A folder in place of the bucket's `statements/`; only its owner may enter a new one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, text: str, _type: str, _made_at: datetime) -> None:
        """Write a file, over whatever is there. Raises ConsoleError."""
        path = self._folder / key.removeprefix(PREFIX)
        # Of folders that are made on the way to one, all may enter those above it.
        make_private_folder(self._folder)
        make_private_folder(path.parent)
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ConsoleError(f"{path} cannot be written: {error.strerror}. Name another folder.") from error

    def fetch(self, key: str) -> str | None:
        """Return a file's text; None where there is none."""
        path = self._folder / key.removeprefix(PREFIX)
        return path.read_text(encoding="utf-8") if path.is_file() else None


def write_statements(
    table: AssessmentTable,
    snapshots: SnapshotStore,
    statements: StatementStore,
    settings: StatementSettings,
    now: datetime,
) -> StatementIndex:
    """Make the statements of all parties as of an aware time, and write them with their index.

    Raises UnavailableError and StateError where something of the stack cannot be read.
    """
    plan = settings.plan
    inputs = read_plan_inputs(StatementStores(table, snapshots, statements), plan, StatementRun(now))
    scopes = plan.parties.scopes(inputs.senders, inputs.states, plan.naming)
    lines = {scope.party.name: write_statement(statements.put, scope, inputs) for scope in scopes}
    index = StatementIndex(settings.stack_name, now, inputs.assessed_at, lines)
    write_index(statements.put, index)
    return index
