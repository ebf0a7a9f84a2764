"""A reader of docs/alarms.md, who runs its commands in a shell, with what they leave open filled in."""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from console.local_aws.deployment import Stack
from console.local_aws.emulator import LocalAws
from tests.support.alarm_advice import Step
from tests.support.stack_template import ROOT

# What a reader puts for a word: the name of the resource of this kind that the step is about.
_BY_KIND = {
    "QUEUE_URL": "Queue",
    "FUNCTION": "Function",
    "NAME": "Schedule",
    "WORKFLOW_ARN": "Workflow",
    "ALERT_TOPIC_ARN": "Topic",
    "BUCKET": "Bucket",
}
_ONLY_LOOK = ("sam logs ", "aws lambda get-account-settings ", "ses-reputation doctor ")
# Version 1 of the AWS CLI, which Python packages have, gives SQS an old name in place of AWS_ENDPOINT_URL.
_SQS_IS_HERE = (
    'aws() { [ "$1" = sqs ] && set -- "$@" --endpoint-url "$AWS_ENDPOINT_URL"; command aws "$@"; }\n'
)
# `doctor` exits with 1 for warnings and 2 for errors that it finds.
_FINDINGS = {"ses-reputation doctor": (0, 1, 2)}


@dataclass(slots=True)
class Reader:
    """Who follows the page on a stack.

    folder: where commands run. unavailable: how commands begin that nobody can run here.
    seen: commands that were run on this stack; is_brief: what only looks is not run again. places: what the
    reader knows beside what was printed, by the page's words.
    """

    aws: LocalAws
    stack: Stack
    folder: Path
    unavailable: tuple[str, ...] = ()
    seen: set[str] = field(default_factory=set)
    is_brief: bool = False
    places: dict[str, str] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    """What each command of the page printed at last, by its text there."""
    _about: dict[str, str] = field(default_factory=dict)
    _last: str = ""

    def follow(self, step: Step) -> str:
        """Run the commands of a step, but for what its text makes unnecessary; return what they printed."""
        self._about |= {kind: name for name in step.resources for kind in _BY_KIND.values() if kind in name}
        self._last = step.resources[-1] if step.resources else self._last
        for command in step.commands:
            filled = self._filled_in(command, step.text)
            if not self._is_needless(filled):
                self.seen.add(filled)
                self.printed[command] = self.run(filled)
                self._learn(command, self.printed[command])
        return "".join(self.printed.get(command, "") for command in step.commands)

    def _is_needless(self, command: str) -> bool:
        """Nothing is to be switched on; nobody can run it here; or it only looks, and has been looked at."""
        has_seen = self.is_brief and command in self.seen and command.startswith(_ONLY_LOOK)
        return has_seen or command.startswith(self.unavailable) or "--uuid UUID" in command

    def run(self, command: str) -> str:
        """Run a command as a person's shell does, answering yes; return what it printed. It must succeed."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        tools = (ROOT / folder / "bin" for folder in (".venv-aws", ".venv", ".venv-sam"))
        paths = {"PATH": os.pathsep.join([*map(str, tools), own["PATH"]]), "COLUMNS": "100"}
        sources = {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "layers" / "reputation" / "src")))}
        ended = subprocess.run(  # noqa: S603
            ["bash", "-c", _SQS_IS_HERE + command],  # noqa: S607
            cwd=self.folder,
            env={**own, **self.aws.environment(), **paths, **sources},
            input="y\n",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        allowed = _FINDINGS.get(" ".join(command.split()[:2]), (0,))
        assert ended.returncode in allowed, f"$ {command}\n{ended.stdout}"
        return ended.stdout

    def _filled_in(self, command: str, text: str) -> str:
        if command.startswith("sam logs "):
            command = command.replace("JournalFeedbackFunction", self._about["Function"])
            return command.partition(" --filter")[0] if "without `--filter`" in text else command
        if "describe-stack-resource" in command:
            return command.replace("FeedbackDeadLetterQueue", self._last)
        known: Mapping[str, str] = self.places
        for word, kind in _BY_KIND.items():
            if re.search(rf"\b{word}\b", command):
                known = {**known, word: self.stack.resources[self._about[kind]]}
        words = sorted(known, key=len, reverse=True)
        return re.sub("|".join(rf"\b{word}\b" for word in words) or "$^", lambda it: known[it[0]], command)

    def _learn(self, command: str, printed: str) -> None:
        """Take from what was printed what the next command needs."""
        if "get-queue-attributes" in command:
            self.places["QUEUE_ARN"] = json.loads(printed)["Attributes"]["QueueArn"]
        if "list-event-source-mappings" in command:
            self.places.pop("UUID", None)
            off = [line.split()[0] for line in printed.splitlines() if "\tEnabled\t" not in line]
            self.places |= {"UUID": off[0]} if off else {}
        if "list-executions" in command:
            self.places["EXECUTION_ARN"] = json.loads(printed)["executions"][0]["executionArn"]
        if command.startswith("aws s3 ls "):
            self.places["RUN"] = printed.rsplit(maxsplit=1)[-1].rstrip("/")
        if "receive-message" in command and "Messages" in printed and not command.startswith("while"):
            self.places["INPUT"] = f"'{json.loads(printed)['Messages'][0]['Body']}'"
