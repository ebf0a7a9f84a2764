"""Imports run one way: functions -> library; in it standing -> ledger -> feedback, suppression apart."""

import ast
import itertools
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "layers" / "reputation" / "src" / "ses_reputation"

# Each part of the library, and the parts that it may import besides itself. A part that is not here fails.
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "store": {"errors"},
    "feedback": {"errors", "store"},
    "environment": {"errors", "feedback"},
    "quarantine": {"errors", "feedback", "store"},
    "ledger": {"errors", "feedback", "store"},
    "statistics": {"environment", "errors", "store"},
    "standing": {"environment", "errors", "feedback", "ledger", "statistics", "store"},
    "suppression": {"errors"},
    "settings": {"environment", "errors", "feedback"},
    "journaling": {"errors", "feedback", "ledger", "quarantine"},
    "telemetry": {"errors", "feedback", "ledger", "quarantine", "standing", "statistics", "journaling"},
}
SPEAKS_TO_AWS = {"boto3", "botocore"}
LONGEST_FUNCTION = 60
LONGEST_APP = 60


def modules(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


LIBRARY_MODULES = modules(LIBRARY)
FUNCTION_MODULES = modules(ROOT / "functions")
CONSOLE_MODULES = modules(ROOT / "console")


def imports(path: Path) -> set[str]:
    """Dotted names that a module imports: `a.b` and `a.b.c` for `from a.b import c`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the arrows"
            found.add(node.module or "")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def packages(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(path)}


def part_of(path: Path) -> str:
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def parts_imported(path: Path) -> set[str]:
    inside = (name.split(".") for name in imports(path) if name.startswith("ses_reputation."))
    return {parts[1] for parts in inside} - {part_of(path)}


def named(paths: list[Path]) -> list[Any]:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def test_the_walk_finds_the_rooms() -> None:
    parts = {part_of(path) for path in LIBRARY_MODULES} - {"__init__"}
    assert parts >= {"errors", "feedback", "ledger", "suppression"}
    assert parts <= ALLOWED.keys()


def test_the_arrows_make_no_circle() -> None:
    placed: set[str] = set()
    for _ in ALLOWED:
        placed |= {part for part, allowed in ALLOWED.items() if allowed <= placed}
    assert placed == ALLOWED.keys()


@pytest.mark.parametrize("path", named([path for path in LIBRARY_MODULES if part_of(path) != "__init__"]))
def test_a_room_imports_only_the_rooms_upstream(path: Path) -> None:
    assert parts_imported(path) <= ALLOWED[part_of(path)]


@pytest.mark.parametrize("path", named(LIBRARY_MODULES))
def test_the_library_imports_neither_functions_nor_console(path: Path) -> None:
    assert packages(path).isdisjoint({"functions", "console", "tests", "benchmarks"})


@pytest.mark.parametrize("path", named(LIBRARY_MODULES))
def test_only_stores_and_the_list_reader_speak_to_aws(path: Path) -> None:
    if path.name != "store.py" and path != LIBRARY / "suppression" / "reader.py":
        assert packages(path).isdisjoint(SPEAKS_TO_AWS)


def test_of_what_the_journal_imports_pydantic_stops_at_feedback() -> None:
    """Reading feedback is worth its cold start; nothing else on the hot path is."""
    by_name = {module_name(path): path for path in LIBRARY_MODULES}
    loaded = imports(ROOT / "functions" / "journal_feedback" / "app.py") & by_name.keys()
    waiting = list(loaded)
    while waiting:
        new = module_imports(by_name[waiting.pop()]) - loaded
        loaded |= new
        waiting += new
    users = {name for name in loaded if "pydantic" in packages(by_name[name])}
    assert users
    assert {name.split(".")[1] for name in users} == {"feedback"}


@pytest.mark.parametrize("path", named(LIBRARY_MODULES))
def test_only_telemetry_knows_logs_and_metrics(path: Path) -> None:
    if part_of(path) != "telemetry":
        assert packages(path).isdisjoint({"aws_lambda_powertools", "logging"})


def test_the_journals_cold_start_loads_nothing_of_assessments_and_statistics() -> None:
    """Telemetry serves every function; what only some of them need, it names in annotations alone."""
    loaded = module_imports(LIBRARY / "telemetry.py")
    assert "ses_reputation.journaling" in loaded
    assert not {name for name in loaded if name.split(".")[1] in ("standing", "statistics")}


@pytest.mark.parametrize("path", named(LIBRARY_MODULES))
def test_the_library_reads_no_environment(path: Path) -> None:
    assert imports(path).isdisjoint({"os.environ", "os.getenv"})
    attributes = {
        node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)
    }
    assert attributes.isdisjoint({"environ", "getenv"})


@pytest.mark.parametrize("path", named(FUNCTION_MODULES))
def test_a_function_is_one_short_module_that_knows_no_sibling(path: Path) -> None:
    assert path.name == "app.py"
    assert packages(path).isdisjoint({"functions", "console", "tests", "app"})
    assert len(path.read_text().splitlines()) <= LONGEST_APP


@pytest.mark.parametrize("path", named(LIBRARY_MODULES + FUNCTION_MODULES + CONSOLE_MODULES))
def test_no_function_is_longer_than_a_page(path: Path) -> None:
    lengths = {
        f"{node.name}, line {node.lineno}": (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_a_cycle_between_modules_cannot_hide_in_a_room() -> None:
    """Within a room the modules form a chain as well: none imports one that leads back to it."""
    graph = {module_name(path): module_imports(path) for path in LIBRARY_MODULES}
    placed: set[str] = set()
    for _ in itertools.repeat(None, len(graph)):
        placed |= {name for name, imported in graph.items() if imported <= placed}
    assert sorted(graph.keys() - placed) == []


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(LIBRARY.parent).with_suffix("").parts).removesuffix(".__init__")


def module_imports(path: Path) -> set[str]:
    names = {module_name(other) for other in LIBRARY_MODULES}
    return {name for name in imports(path) & names if name != module_name(path)} - type_checking_imports(path)


def type_checking_imports(path: Path) -> set[str]:
    """Imports for annotations only are never carried out."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            found.update(each.module or "" for each in node.body if isinstance(each, ast.ImportFrom))
    return found
