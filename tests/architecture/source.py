"""The project's own code as the architecture tests see it: modules, their rooms, and what they import."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "layers" / "reputation" / "src" / "ses_reputation"
CONSOLE = ROOT / "console"
FUNCTIONS = ROOT / "functions"
# Rooms within rooms that have arrows of their own.
INNER_ROOMS = frozenset(
    {
        "ses_reputation.suppression.changes",
        "ses_reputation.suppression.export",
        "ses_reputation.suppression.listing",
        "ses_reputation.suppression.restore",
        "ses_reputation.suppression.lookup",
        "ses_reputation.suppression.runs",
        "ses_reputation.suppression.snapshot",
        "ses_reputation.statement.view",
        "console.demo.expected",
        "console.demo.traffic",
        "console.local_aws.ministack",
        "console.local_aws.ses_stand_in",
    }
)


@dataclass(frozen=True)
class Module:
    """One file of Python. name: dotted, a package by its own name."""

    path: Path
    name: str

    @cached_property
    def tree(self) -> ast.Module:
        """The module, parsed once."""
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(self.path.read_text(encoding="utf-8").splitlines())

    @property
    def place(self) -> str:
        """Its path from the root of the project, for failures."""
        return str(self.path.relative_to(ROOT))

    @property
    def room(self) -> str:
        """The package it is in, or its own name where it lies on the ground of the library or console."""
        return room_of(self.name)

    @cached_property
    def imports(self) -> frozenset[str]:
        """Dotted names that are imported: `a.b` and `a.b.c` for `from a.b import c`; annotations included."""
        return frozenset(_imports(ast.walk(self.tree)))

    @cached_property
    def imports_at_run_time(self) -> frozenset[str]:
        """Names imported outside `if TYPE_CHECKING:`."""
        return frozenset(_imports(_walk_run_time(self.tree)))

    @property
    def packages(self) -> set[str]:
        """The top-level packages that it imports."""
        return {name.partition(".")[0] for name in self.imports}

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Yield each function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


def room_of(name: str) -> str:
    """Return the room of a dotted name: `ses_reputation.rates.windows` is in `ses_reputation.rates`."""
    parts = name.split(".")
    inner = ".".join(parts[:3])
    return inner if inner in INNER_ROOMS else ".".join(parts[:2])


def _imports(nodes: Iterator[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the arrows"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _walk_run_time(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _walk_run_time(child)


def _modules(folder: Path, root: Path) -> tuple[Module, ...]:
    return tuple(
        Module(path, ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"))
        for path in sorted(folder.rglob("*.py"))
        if "__pycache__" not in path.parts
    )


LIBRARY_MODULES = _modules(LIBRARY, LIBRARY.parent)
CONSOLE_MODULES = _modules(CONSOLE, ROOT)
FUNCTION_MODULES = _modules(FUNCTIONS, ROOT)
ALL_MODULES = LIBRARY_MODULES + CONSOLE_MODULES + FUNCTION_MODULES
NAMES = frozenset(module.name for module in ALL_MODULES)


def own_imports(module: Module) -> set[str]:
    """Return the modules of the project that a module imports, itself left out."""
    return {name for name in module.imports & NAMES if name != module.name}
