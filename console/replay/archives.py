"""The user's archived notifications: the files, the messages, and those that no queue takes."""

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from console.errors import ConsoleError
from ses_reputation.environment import is_account
from ses_reputation.feedback.archive import NO_DEFAULTS, ArchiveDefaults, ArchivedMessage, archived_messages

MOST_BYTES = 1_048_576
"""The largest message in SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""


@dataclass(frozen=True, slots=True)
class Unsendable:
    """A message that no queue takes, or the rest of a file that cannot be read; it counts as one message.

    `position` is its place in the file, from 1.
    """

    path: Path
    position: int
    why: str


@dataclass(slots=True)
class Survey:
    """What is in some files: how many messages, and the accounts of events without an envelope.

    Only the user can have put such an event there, so its accounts are believed.
    """

    messages: int = 0
    owners: Counter[str] = field(default_factory=Counter)
    senders: Counter[str] = field(default_factory=Counter)


def find_files(paths: Iterable[Path]) -> list[Path]:
    """Find the files among the paths, and all in the folders, each once.

    Raises:
        ConsoleError: a path does not exist, or there is no file at all.
    """
    paths = list(paths)
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise ConsoleError(f"There is no file or folder {missing[0]}: nothing was replayed.")
    found = (file for path in paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path]))
    files = {file.resolve(): file for file in found if file.is_file()}
    if not files:
        raise ConsoleError(f"There is no file in {paths[0]}: nothing was replayed.")
    return list(files.values())


def read_messages(
    path: Path, defaults: ArchiveDefaults = NO_DEFAULTS
) -> Iterator[ArchivedMessage | Unsendable]:
    """Yield the messages of a file in their order; if the rest cannot be read, that comes last."""
    position = 0
    try:
        for position, message in enumerate(archived_messages(path, defaults), 1):
            why = _find_obstacle(message.body)
            yield Unsendable(path, position, why) if why else message
    except (OSError, EOFError, UnicodeDecodeError, zlib.error, RecursionError) as error:
        yield Unsendable(path, position + 1, f"the rest cannot be read ({_name_problem(error)})")


def survey_files(files: Iterable[Path], defaults: ArchiveDefaults = NO_DEFAULTS) -> Iterator[Survey]:
    """Count messages and own accounts; yields the same survey after each file, to show progress."""
    survey = Survey()
    for path in files:
        for message in read_messages(path, defaults):
            survey.messages += 1
            if isinstance(message, ArchivedMessage):
                _count_account(survey.owners, message.own_owner)
                _count_account(survey.senders, message.own_sender)
        yield survey


def _count_account(accounts: Counter[str], name: str) -> None:
    if is_account(name):
        accounts[name] += 1


def split_unsendable(
    files: Iterable[Path], unsendable: list[Unsendable], defaults: ArchiveDefaults = NO_DEFAULTS
) -> Iterator[str]:
    """Yield the bodies that a queue takes, and add the others to `unsendable`."""
    for path in files:
        for message in read_messages(path, defaults):
            if isinstance(message, Unsendable):
                unsendable.append(message)
            else:
                yield message.body


def _find_obstacle(body: str) -> str:
    try:
        size = len(body.encode())
    except UnicodeEncodeError:
        return "it holds half a character (a lone surrogate)"
    if not size:
        return "it is empty"
    return f"it has {size:,} bytes, and a queue takes {MOST_BYTES:,}" if size > MOST_BYTES else ""


def _name_problem(error: Exception) -> str:
    match error:
        case UnicodeDecodeError():
            return "it is not UTF-8 text"
        case EOFError():
            return "the gzip stream ends early"
        case RecursionError():
            return "it is nested too deeply"
        case OSError(strerror=str(reason)):
            return reason
        case _:
            return str(error)
