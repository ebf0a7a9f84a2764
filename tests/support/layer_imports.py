"""What the modules of a folder of packages import that is not there, also late, inside of functions."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path


def missing_imports(packages: Path) -> dict[str, set[str]]:
    """Return each module that is imported and neither in the folder nor Python's own, and by which files.

    What is imported for the checks of types only is left out.
    """
    missing: dict[str, set[str]] = defaultdict(set)
    for file in packages.rglob("*.py"):
        place = file.relative_to(packages)
        for name in imported_by(ast.parse(file.read_text(encoding="utf-8")), place.parent.parts):
            if name.partition(".")[0] not in sys.stdlib_module_names and not is_there(packages, name):
                missing[name].add(place.as_posix())
    return dict(missing)


def imported_by(tree: ast.AST, package: tuple[str, ...]) -> Iterator[str]:
    """Yield the modules that a module imports, anywhere in it. Relative imports start from `package`."""
    remaining = [tree]
    while remaining:
        node = remaining.pop()
        if is_for_types_only(node):
            assert isinstance(node, ast.If)
            remaining += node.orelse
            continue
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join((*base, *([node.module] if node.module else [])))
        remaining += ast.iter_child_nodes(node)


def is_for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def is_there(packages: Path, name: str) -> bool:
    """Return whether a folder has a module: a package, a file, or a compiled one."""
    place = packages.joinpath(*name.split("."))
    return place.is_dir() or place.with_suffix(".py").exists() or any(place.parent.glob(f"{place.name}.*.so"))


def importers(packages: Path) -> dict[str, set[str]]:
    """Return each package or module at the top of a folder, and which others of them import it."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in packages.rglob("*.py"):
        place = file.relative_to(packages)
        for name in imported_by(ast.parse(file.read_text(encoding="utf-8")), place.parent.parts):
            found[name.partition(".")[0]].add(place.parts[0].removesuffix(".py"))
    return {name: by - {name} for name, by in found.items()}
