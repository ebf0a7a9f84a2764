"""One way of doing each thing: hours, the environment, clients of AWS, items, detectors."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import (
    ALL_MODULES,
    CONSOLE_MODULES,
    FUNCTION_MODULES,
    LIBRARY_MODULES,
    Module,
)

HOUR_FORMAT = re.compile(r"%Y-%m-%d|%H\b")
ITEM_OF_DYNAMODB = re.compile(r"\{\"(S|N|B|M|L)\":")
DETECTORS = (
    "deferrals",
    "feed_coverage.detector",
    "missing_outcomes",
    "missing_sends",
    "rate_spikes",
    "reconciliation",
)


def lines_with(pattern: re.Pattern[str], modules: tuple[Module, ...]) -> Iterator[tuple[Module, str]]:
    """Yield each place where a pattern stands in code or text, with its module."""
    for module in modules:
        for number, line in enumerate(module.path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line):
                yield module, f"{module.place}:{number}"


def test_hours_and_days_are_written_in_one_module() -> None:
    written = [place for module, place in lines_with(HOUR_FORMAT, LIBRARY_MODULES + FUNCTION_MODULES)]

    assert [place for place in written if "/hours.py:" not in place and "/wording.py:" not in place] == []


def test_items_of_dynamodb_are_written_in_rows_and_stores_only() -> None:
    allowed = re.compile(r"(rows|store|dynamodb)\.py:")

    assert [at for _, at in lines_with(ITEM_OF_DYNAMODB, LIBRARY_MODULES) if not allowed.search(at)] == []


def test_clients_are_configured_in_one_module() -> None:
    configured = {m.name for m in ALL_MODULES if "botocore.config" in m.imports}

    assert configured - {"ses_reputation.aws.clients", "console.local_aws.clients"} == set()


def test_the_library_reads_no_environment() -> None:
    """Settings are read from the mapping that an app hands over, by the kit of environment.py."""
    readers = [
        f"{module.place}:{node.lineno}"
        for module in LIBRARY_MODULES
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]

    assert readers == []


def test_settings_are_read_through_one_kit() -> None:
    looked_up = [place for _, place in lines_with(re.compile(r"environment(\.get\(|\[)"), LIBRARY_MODULES)]

    assert [place for place in looked_up if "/environment.py:" not in place] == []


def test_a_function_hands_its_environment_to_its_settings_and_reads_none_of_it() -> None:
    uses = re.compile(r"os\.environ(?![),])|os\.getenv")

    assert [place for _, place in lines_with(uses, FUNCTION_MODULES)] == []


def test_text_of_others_is_quoted_marked_and_printed_by_one_kit_each() -> None:
    """In commands by shell_words, for spreadsheets by csv_rows, else by the screen, which takes no markup.

    former_rows only reads CSV.
    """
    kits = {"shlex": "ses_reputation.shell_words", "csv": "console.terminal.csv_rows", "rich.markup": ""}
    modules = LIBRARY_MODULES + CONSOLE_MODULES + FUNCTION_MODULES
    reads = {"ses_reputation.suppression.restore.former_rows"}
    strays = {
        kit: [m.name for m in modules if kit in m.imports and m.name not in {kits[kit], *reads}]
        for kit in kits
    }
    consoles = [
        place for _, place in lines_with(re.compile(r"(?<!class Screen\()\bConsole\("), CONSOLE_MODULES)
    ]

    assert strays == {kit: [] for kit in kits}
    assert consoles == []


def test_no_option_of_a_command_to_copy_is_filled_in_unquoted() -> None:
    filled = lines_with(re.compile(r"--[a-z-]+[ =]\{[^{]"), LIBRARY_MODULES + CONSOLE_MODULES)

    assert [place for _, place in filled] == []


def test_every_detector_has_one_public_function_of_one_signature() -> None:
    modules = {module.name: module for module in LIBRARY_MODULES}
    signatures = {name: signature_of(modules[f"ses_reputation.findings.{name}"]) for name in DETECTORS}

    assert signatures == dict.fromkeys(DETECTORS, "def detect(mail: EntityMail) -> list[Detection]")


def signature_of(module: Module) -> str:
    """Return the signature of `detect`; nothing where the module has none."""
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "detect":
            returns = ast.unparse(node.returns) if node.returns else ""
            return f"def detect({ast.unparse(node.args)}) -> {returns}"
    return ""


def test_detectors_and_the_state_machine_word_nothing() -> None:
    silent = [
        module
        for module in LIBRARY_MODULES
        if module.name.startswith("ses_reputation.findings.")
        or module.name == "ses_reputation.standing.state_machine"
    ]
    words = [
        f"{module.place}: {name}"
        for module in silent
        for name in sorted(module.imports)
        if name.startswith(("ses_reputation.wording", "ses_reputation.notifications", "jinja2"))
    ]

    assert len(silent) > len(DETECTORS)
    assert words == []


def test_input_is_decoded_without_recursion_errors() -> None:
    """By json_text.py; those named here read what the ledger's own code packed, from its own table."""
    own = re.compile(
        r"/(json_text|ledger/\w+|rollup/\w+|standing/rows|statistics/(decision|diagnosis)_rows)\.py:"
    )
    decoded = [place for _, place in lines_with(re.compile(r"\bjson\.loads?\("), LIBRARY_MODULES)]

    assert [place for place in decoded if not own.search(place)] == []


def test_addresses_are_read_by_our_own_reader() -> None:
    """The standard library's differs between releases of Python, and fingerprints are made of addresses."""
    assert [
        module.name for module in LIBRARY_MODULES if any(name.startswith("email") for name in module.imports)
    ] == []
