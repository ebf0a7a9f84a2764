"""The statements of a stack: which there are, and what would make them now."""

from typing import TYPE_CHECKING

from console.errors import NotFoundError
from console.stack.connection import Connection
from ses_reputation.parties import PartyKind
from ses_reputation.statement.index import StatementIndex
from ses_reputation.statement.publishing import read_index
from ses_reputation.statement.settings import StatementSettings
from ses_reputation.statement.store import StatementBucket
from ses_reputation.statement.view.index import IndexLine
from ses_reputation.visible_text import visible

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

FUNCTION = "PublishStatementFunctionName"
"""The stack's output that names the function."""
_MOST_NAMED = 8


def read_statement_settings(functions: "LambdaClient", function_name: str) -> StatementSettings:
    """Read the deployed function's own settings. Raises SettingsError where one is missing or malformed."""
    configuration = functions.get_function_configuration(FunctionName=function_name)
    return StatementSettings.from_environment(configuration.get("Environment", {}).get("Variables", {}))


def read_published(connection: Connection) -> StatementIndex:
    """Return what was published last. Raises NotFoundError where nothing was yet."""
    bucket = StatementBucket(lambda: connection.clients.s3, connection.output("ReputationBucketName"))
    index = read_index(bucket)
    if index is None:
        schedule = connection.stack.parameters.get("StatementSchedule", "of its template")
        raise NotFoundError(
            f"No statement yet: they are written on the schedule, {schedule}, and after each change. To have "
            f"them now, invoke {connection.output(FUNCTION)}, or run `ses-reputation statement write DIR`."
        )
    return index


def choose_statement(index: StatementIndex, party: str, ledger_account: str) -> IndexLine:
    """Return the statement of a party: an account, its display name, or `owner-111122223333`.

    An account that is an owner and a sender has two: its name alone means that of the owner. Without a party
    it is that of the ledger's own account. Raises NotFoundError.
    """
    party = party or ledger_account
    owners_first = sorted(
        index.lines.values(), key=lambda line: (line.party.kind is not PartyKind.OWNER, line.party.name)
    )
    for line in owners_first:
        names = {line.party.name, line.party.account, line.party.display_name.casefold()} - {""}
        if party in names or party.casefold() in names:
            return line
    known = ", ".join(line.party.name for line in owners_first[:_MOST_NAMED])
    more = f", and {len(owners_first) - _MOST_NAMED} more" if len(owners_first) > _MOST_NAMED else ""
    raise NotFoundError(visible(f"There is no statement of {party}. There are: {known or 'none'}{more}."))
