"""Commands of documents that are run on a setup that is there, by the account that the document means."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support.aws.sending_parties import COURIER, OWNER
from tests.support.documented_commands import commands_of

# Commands that are named with what they need are run; where one is not, why, and what tries it instead.
TRIED_ELSEWHERE = {
    "make ": "the walk through getting-started.md runs make deploy and make connect",
    "ses-reputation protection resume ": "nothing is paused here; test_protection.py resumes a set",
    "sam deploy --parameter-overrides": "part of a sentence; tests/e2e/support/sam.py deploys with it",
}
_OWNS_WHAT_IS_CHANGED = {"sesv2 create-configuration-set-event-destination": OWNER}
_PROGRAM = re.compile(r"^(?:\$ )?(?:\.venv/bin/)?")


def runnable_commands(document: Path) -> Iterator[str]:
    """Yield the commands of a document that stand there with options or arguments, but for those above."""
    for command in commands_of(document):
        alone = _PROGRAM.sub("", command)
        has_more = re.search(r" (?:--|[A-Z]{3,}|[a-z]+\.example)", alone)
        if has_more and not alone.startswith(tuple(TRIED_ELSEWHERE)):
            yield alone


def filled_in(command: str, places: Mapping[str, str]) -> str:
    """Return a command with what a reader puts in the place of the document's words and accounts."""
    accounts = {"111122223333": OWNER, "444455556666": COURIER}
    return re.sub(
        "|".join(rf"\b{word}\b" for word in sorted({**accounts, **places}, key=len, reverse=True)),
        lambda found: {**accounts, **places}[found[0]],
        command,
    )
