"""Nothing is too long to be read in one go."""

import ast

from tests.architecture.source import ALL_MODULES, CONSOLE_MODULES, FUNCTION_MODULES, LIBRARY_MODULES

LONGEST_FUNCTION = 30
LONGEST_MODULE = 300
LONGEST_APP = 60
MOST_MODULES = 18
"""In a folder; beancount and instance-scheduler have as many."""


def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{module.place}:{function.lineno} {function.name}: {body_lines(function)} lines"
        for module in ALL_MODULES
        for function in module.functions()
        if body_lines(function) > LONGEST_FUNCTION
    ]

    assert long == []


def test_no_module_is_longer_than_ten_pages() -> None:
    assert [f"{m.place}: {m.lines}" for m in ALL_MODULES if m.lines >= LONGEST_MODULE] == []


def test_a_function_of_lambda_fits_on_a_screen() -> None:
    assert [f"{m.place}: {m.lines}" for m in FUNCTION_MODULES if m.lines > LONGEST_APP] == []


def test_no_folder_has_become_a_corridor() -> None:
    folders: dict[str, int] = {}
    for module in LIBRARY_MODULES + CONSOLE_MODULES:
        folder = str(module.path.parent)
        folders[folder] = folders.get(folder, 0) + (module.path.name != "__init__.py")

    assert {folder: number for folder, number in folders.items() if number > MOST_MODULES} == {}


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function's body takes; parameters and docstring say what it need not."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
