"""docs/alerts.md shows real alerts and events, and names all that there are."""

import json
import re
from pathlib import Path

from console.terminal.screen import FORMAT_VERSION
from ses_reputation.findings.finding import FindingKind
from ses_reputation.ledger.pages import PAGE_VERSION
from ses_reputation.notifications.events import attributes_of
from ses_reputation.standing.state import ProtectionStep, TransitionKind
from ses_reputation.suppression.snapshot.manifest import FORMAT_VERSION as MANIFEST_VERSION
from tests.support.stack_template import ROOT
from tests.unit.notifications.documented import EXAMPLES
from tests.unit.notifications.test_events import SCHEMA_OF

PAGE = (ROOT / "docs" / "alerts.md").read_text()
INDEX = (ROOT / "docs" / "schemas" / "README.md").read_text()
EXPECTED = Path(__file__).parent / "expected"


def test_the_events_shown_are_real_ones() -> None:
    view = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
    real = [json.loads(json.dumps(example().detail)) for example in EXAMPLES.values()]

    assert [each for each in view if "version" in each] == real


def test_the_alert_shown_is_a_real_one() -> None:
    assert (EXPECTED / "account_to_review.txt").read_text().rstrip() in PAGE


def test_every_detail_type_kind_step_and_attribute_is_named() -> None:
    attributes = {name for example in EXAMPLES.values() for name in attributes_of(example())}
    names = [*SCHEMA_OF, *FindingKind, *ProtectionStep, *TransitionKind, *attributes]

    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_the_index_of_schemas_has_each_detail_type_with_its_schema() -> None:
    rows = re.findall(r"^\| (`.+`) \| \[(\S+)\.v1\.json\]\(\2\.v1\.json\) \| 1 \|$", INDEX, re.MULTILINE)
    listed = {name: schema for names, schema in rows for name in re.findall(r"`([^`]+)`", names)}

    assert listed == SCHEMA_OF


def test_the_index_names_the_versions_of_other_shapes() -> None:
    named = dict(re.findall(r"^\| (.+?) \| `format_version` \| (\d) \|", INDEX, re.MULTILINE))

    assert named == {
        "what commands print with `--json`": str(FORMAT_VERSION),
        "the manifest of a snapshot": str(MANIFEST_VERSION),
    }
    assert f"pages have version {PAGE_VERSION}" in INDEX


def test_every_schema_is_linked_to() -> None:
    assert {f"schemas/{name}.v1.json" for name in SCHEMA_OF.values()} <= set(re.findall(r"\((\S+)\)", PAGE))
