"""The pins: one set of versions for the tests and for the layer, and no conflict but those we know."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.stack_template import ROOT

LAYER = ROOT / "layers" / "reputation" / "src" / "requirements.txt"
ENVIRONMENT = ROOT / "requirements" / "dev.txt"
OF_FUNCTIONS = sorted((ROOT / "functions").glob("*/requirements.txt"))
FILES = (*sorted((ROOT / "requirements").glob("*.txt")), LAYER, *OF_FUNCTIONS)
BUILD_SCRIPT = ROOT / "layers" / "reputation" / "build_layer.py"
HASHED_PIN = re.compile(r"[A-Za-z0-9._-]+==[0-9a-z.]+( \\\n    --hash=sha256:[0-9a-f]{64})+")
# The packages of requirements/local-aws.txt, which are installed in spite of what they ask for.
KNOWN_CONFLICTS = {("ministack", "botocore"), ("aws-sam-translator", "pydantic")}
CONFLICT = re.compile(r"(\S+) \S+ has requirement ([\w-]+)\S*, but you have ")


def pins_in(path: Path) -> dict[str, str]:
    """Return the version of each pinned package, by its normalised name."""
    pins = [line.removesuffix("\\").strip().split("==") for line in requirements(path)]
    return {re.sub("[-_.]+", "-", name).lower(): version for name, version in pins}


def requirements(path: Path) -> list[str]:
    """Return the lines of a file that are neither comments nor hashes."""
    lines = path.read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", " "))]


def test_the_tests_run_on_the_versions_that_the_layer_brings() -> None:
    environment = pins_in(ENVIRONMENT)
    for path in (LAYER, *OF_FUNCTIONS):
        brought = pins_in(path)
        assert brought == {name: environment.get(name) for name in brought}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_pin_is_exact_and_has_the_hashes_of_its_files_and_no_address(path: Path) -> None:
    """pip checks hashes of all or none: one pin without would be an installation that fails."""
    blocks = re.split(r"\n(?=\S)", path.read_text().rstrip())
    pins = [block for block in blocks if not block.startswith("#")]

    assert pins
    assert [block for block in pins if not HASHED_PIN.fullmatch(block)] == []
    assert "://" not in path.read_text()


def test_whatever_is_installed_is_installed_by_hash_and_builds_nothing() -> None:
    """What a source distribution needs to be built pip would fetch without a hash."""
    lines = [*(ROOT / "Makefile").read_text().splitlines()]
    from_files = [line for line in lines if "--requirement" in line]

    assert "INSTALL := pip install --quiet --no-deps --require-hashes --only-binary :all:" in lines
    # Those of the layer and of a function are installed by their builds.
    assert len(from_files) == len(FILES) - 1 - len(OF_FUNCTIONS)
    assert [line for line in from_files if "$(INSTALL) " not in line] == []
    assert '"--require-hashes"' in BUILD_SCRIPT.read_text()
    assert '"--only-binary=:all:"' in BUILD_SCRIPT.read_text()
    (of_functions,) = [line for line in _joined(ROOT / "functions" / "Makefile") if "pip install" in line]
    assert {"--no-deps", "--require-hashes", "--only-binary=:all:"} <= set(of_functions.split())


def _joined(path: Path) -> list[str]:
    """Return the lines of a Makefile, those that go on joined."""
    return path.read_text().replace("\\\n", " ").splitlines()


def test_locking_asks_for_the_pins_without_their_old_hashes_and_keeps_what_is_said_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = runpy.run_path(str(ROOT / "requirements" / "lock.py"))
    monkeypatch.setitem(
        program["lock"].__globals__, "hashed", lambda pins: [f"{pin} and more" for pin in pins]
    )
    path = tmp_path / "pins.txt"
    path.write_text("# Why these == those.\nsix==1.17.0 \\\n    --hash=sha256:00\nidna==3.20\n")
    program["lock"](path)

    assert path.read_text() == "# Why these == those.\nsix==1.17.0 and more\nidna==3.20 and more\n"


def test_only_the_local_aws_asks_for_other_versions_than_are_installed() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [CONFLICT.match(line) for line in answer.stdout.splitlines()]
    conflicts = {complaint.groups() if complaint else answer.stdout for complaint in complaints}
    assert conflicts == KNOWN_CONFLICTS, answer.stdout + answer.stderr
