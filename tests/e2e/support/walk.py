"""A document walked through: its commands run as they stand there, in a copy of this project."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.stack_template import ROOT

_BLOCK = re.compile(r"^```\n(\$ .*?)^```$", re.MULTILINE | re.DOTALL)
_LEFT_OUT = "..."
AWS_CLI = ROOT / ".venv-aws" / "bin" / "aws"
MISSING_AWS_CLI = "The AWS CLI is not installed: make .venv-aws/.ready"
# What differs from run to run: counts of seconds, ids and markers, and how many columns a table has.
_CHANGING = re.compile(r"\d+\.\d s|v\d{17}|\b[0-9a-f]{32}\b")


@dataclass(frozen=True, slots=True)
class DocumentedCommand:
    """A command of a document, and the lines of its output that the document shows."""

    command: str
    output: tuple[str, ...]

    def absent_from(self, printed: str) -> list[str]:
        """Return the documented lines that were not printed, but for what differs from run to run."""
        real = {_comparable(line) for line in printed.splitlines()}
        return [line for line in self.output if _comparable(line) not in real]


def read_commands(document: Path) -> list[DocumentedCommand]:
    """Return the commands of a document's fenced blocks, behind `$ `; `...` stands for lines left out."""
    return [
        command
        for block in _BLOCK.findall(document.read_text(encoding="utf-8"))
        for command in _commands_of(block)
    ]


def _commands_of(block: str) -> Iterator[DocumentedCommand]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, rest = part.replace("\\\n", " ").partition("\n")
        lines = (line for line in rest.splitlines() if line.strip() and line.strip() != _LEFT_OUT)
        yield DocumentedCommand(" ".join(command.split()), tuple(lines))


def _comparable(line: str) -> str:
    return " ".join(_CHANGING.sub("#", line).split())


def copy_project(folder: Path) -> Path:
    """Copy what git knows of, and link the environments, which count as newer than their pins."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        source, target = ROOT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
            os.utime(target, (0, 0))
    for environment in (".venv", ".venv-sam", ".venv-aws"):
        (folder / environment).symlink_to(ROOT / environment)
    return folder


def gather_briefly(project: Path) -> None:
    """Let the ledger gather feedback for a second: two minutes, twice, would show nothing more."""
    samconfig = project / "samconfig.toml"
    text = samconfig.read_text(encoding="utf-8")
    trial = 'LedgerDeletionProtection="false"'
    assert text.count(trial) == 1
    samconfig.write_text(text.replace(trial, f'{trial} JournalWindowSeconds="1"'), encoding="utf-8")


def run_documented(command: str, project: Path, variables: Mapping[str, str]) -> str:
    """Run a command as a person's shell does, answering yes; return what it printed. It must succeed."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    paths = {
        "PATH": f"{project / '.venv-aws' / 'bin'}:{project / '.venv' / 'bin'}:{own['PATH']}:"
        f"{project / '.venv-sam' / 'bin'}",
        "PYTHONPATH": f"{project}:{project / 'layers' / 'reputation' / 'src'}",
        "COLUMNS": "100",
    }
    answer = subprocess.run(  # noqa: S603
        ["bash", "-c", command],  # noqa: S607
        cwd=project,
        env={**own, **paths, **variables},
        input="y\n" * 4,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, f"$ {command}\n{answer.stdout}"
    return answer.stdout
