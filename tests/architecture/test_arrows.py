"""Imports run one way: each room knows only the rooms that `rooms.ALLOWED` names for it."""

from tests.architecture.rooms import ALLOWED, HOT_PATH, SPEAKS_TO_AWS
from tests.architecture.source import (
    ALL_MODULES,
    CONSOLE_MODULES,
    FUNCTION_MODULES,
    LIBRARY_MODULES,
    Module,
    own_imports,
    room_of,
)

BY_NAME = {module.name: module for module in ALL_MODULES}
PACKAGES = {"ses_reputation", "console"}
OTHER_TREES = {"functions", "console", "tests", "benchmarks"}


def placed(graph: dict[str, set[str]]) -> set[str]:
    """Return what stands in no circle: each name whose neighbours are placed already."""
    done: set[str] = set()
    while fresh := {name for name in graph.keys() - done if graph[name] & graph.keys() <= done}:
        done |= fresh
    return done


def test_every_room_stands_in_the_plan_and_every_room_of_the_plan_exists() -> None:
    rooms = {module.room for module in LIBRARY_MODULES + CONSOLE_MODULES} - PACKAGES

    assert rooms ^ ALLOWED.keys() == set()


def test_the_plan_makes_no_circle() -> None:
    assert ALLOWED.keys() - placed(ALLOWED) == set()


def test_a_room_imports_only_the_rooms_that_the_plan_allows() -> None:
    broken = [
        f"{module.place}: {imported}"
        for module in LIBRARY_MODULES + CONSOLE_MODULES
        for imported in sorted(own_imports(module))
        if room_of(imported) not in {module.room, *ALLOWED.get(module.room, ()), *PACKAGES}
    ]

    assert broken == []


def test_the_plan_allows_no_arrow_that_nobody_uses() -> None:
    used = {
        (module.room, room_of(imported))
        for module in LIBRARY_MODULES + CONSOLE_MODULES
        for imported in own_imports(module)
    }

    assert {(room, other) for room, allowed in ALLOWED.items() for other in allowed} - used == set()


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports for annotations alone are never carried out, so they make none."""
    graph = {module.name: set(module.imports_at_run_time & BY_NAME.keys()) for module in ALL_MODULES}
    # A package's own name stands in every import of what is in it.
    graph = {name: {other for other in others if other != name} for name, others in graph.items()}

    assert graph.keys() - placed(graph) == set()


def test_the_library_imports_neither_functions_nor_console() -> None:
    assert [module.place for module in LIBRARY_MODULES if module.packages & OTHER_TREES] == []


def test_a_function_is_one_module_that_knows_no_sibling() -> None:
    assert [module.place for module in FUNCTION_MODULES if module.path.name != "app.py"] == []
    assert [m.place for m in FUNCTION_MODULES if m.packages & (OTHER_TREES | {"app"})] == []


def test_only_stores_speak_to_aws() -> None:
    speakers = {module.name for module in LIBRARY_MODULES if module.packages & {"boto3", "botocore"}}

    assert speakers - SPEAKS_TO_AWS == set()


def test_only_telemetry_knows_logs_and_metrics() -> None:
    knows = {m.name for m in LIBRARY_MODULES if m.packages & {"aws_lambda_powertools", "logging"}}

    assert knows == {"ses_reputation.telemetry"}


def test_the_journal_loads_nothing_that_only_others_need() -> None:
    """Each import at its cold start has to earn its place; telemetry names the rest in annotations alone."""
    rooms = {room_of(name) for name in closure("functions.journal_feedback.app")}

    assert rooms == HOT_PATH


def test_pydantic_reads_events_and_nothing_else_on_the_hot_path() -> None:
    readers = {n for n in closure("functions.journal_feedback.app") if "pydantic" in BY_NAME[n].packages}

    assert {room_of(name) for name in readers} == {"ses_reputation.feedback"}


def closure(name: str) -> set[str]:
    """Return the project's modules that a module loads when it is imported, itself and packages left out."""
    found: set[str] = set()
    waiting = [BY_NAME[name]]
    while waiting:
        module = waiting.pop()
        for other in loaded_by(module) - found:
            found.add(other)
            waiting.append(BY_NAME[other])
    return {each for each in found if BY_NAME[each].path.name != "__init__.py"}


def loaded_by(module: Module) -> set[str]:
    return {name for name in module.imports_at_run_time if name in BY_NAME and name != module.name}
