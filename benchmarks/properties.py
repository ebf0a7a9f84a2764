"""The property tests, with more examples than `make test` takes."""

import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console

EXAMPLES = 1_000
_ROOT = Path(__file__).parents[1]


def main(console: Console, examples: int = EXAMPLES) -> None:
    """Run them. Raises CalledProcessError where one fails."""
    console.rule(f"Exactly once: property tests with {examples:,} examples each")
    subprocess.run(
        [sys.executable, "-m", "pytest", "tests/property", "-q", "-p", "no:cacheprovider", "--durations=0"],
        cwd=_ROOT,
        env={**os.environ, "PROPERTY_EXAMPLES": str(examples), "HYPOTHESIS": "random"},
        check=True,
    )
