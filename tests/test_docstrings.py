"""The docstrings: the sections that a reader of the code counts on."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from numpydoc.docscrape import NumpyDocString

ROOT = Path(__file__).parent.parent
MODULES = sorted(path for package in ("gcrm", "app") for path in (ROOT / package).rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef
MANY = 3  # a function with this many parameters cannot explain them in its summary


def gaps(source: str) -> list[str]:
    """Public functions that leave out a parameter or the result, and public classes that leave out a field."""
    found = []
    for node in public(ast.parse(source)):
        text = ast.get_docstring(node)
        if text is None:
            continue  # ruff says so
        sections = NumpyDocString(text)
        if isinstance(node, ast.ClassDef):
            missing = fields(node) - named(sections["Attributes"])
        else:
            missing = parameters(node) - named(sections["Parameters"])
            if not sections["Parameters"] and len(missing) < MANY:
                continue
            if not (sections["Returns"] or sections["Yields"]) and returns(node):
                missing.add("what it returns")
        found += [f"{node.name}: {name}" for name in sorted(missing)]
    return found


def public(tree: ast.Module) -> list[Function | ast.ClassDef]:
    """Public functions and classes of a module, and the public methods of the latter."""
    top = [n for n in tree.body if isinstance(n, Function | ast.ClassDef) and not n.name.startswith("_")]
    inner = [n for c in top if isinstance(c, ast.ClassDef) for n in c.body if isinstance(n, Function)]
    return [n for n in top + inner if not n.name.startswith("_") and not explained(n)]


def explained(node: Function | ast.ClassDef) -> bool:
    """Properties, options of a command (its help has them) and a protocol's methods need no sections."""
    if isinstance(node, Function) and all(isinstance(statement, ast.Expr) for statement in node.body):
        return True
    return any(re.search(r"\b(cached_)?property$|\.command\(", ast.unparse(d)) for d in node.decorator_list)


def named(section: list) -> set[str]:
    """Names in a section; several may share an entry, as in `lon, lat`."""
    return {name.strip().lstrip("*") for entry in section for name in entry.name.split(",")}


def parameters(node: Function) -> set[str]:
    a = node.args
    every = [*a.posonlyargs, *a.args, *a.kwonlyargs, *([a.vararg] if a.vararg else []), *([a.kwarg] if a.kwarg else [])]
    return {arg.arg for arg in every} - {"self", "cls"}


def fields(node: ast.ClassDef) -> set[str]:
    names = {n.target.id for n in node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)}
    return {name for name in names if not name.startswith("_") and name != "model_config"}


def returns(node: Function) -> bool:
    return not (isinstance(node.returns, ast.Constant) and node.returns.value is None)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_sections_are_complete(path: Path) -> None:
    assert gaps(path.read_text(encoding="utf-8")) == []


COMPLETE = '''
def f(a, b):
    """Add.

    Parameters
    ----------
    a, b
        Numbers.

    Returns
    -------
    int
        Their sum.
    """
    return a + b
'''


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (COMPLETE, []),
        (COMPLETE.replace("a, b\n", "a\n"), ["f: b"]),
        (COMPLETE.replace("f(a, b)", "f(a, *, b, c=1)"), ["f: c"]),
        (COMPLETE.partition("    Returns")[0] + '    """\n    return a', ["f: what it returns"]),
        ('def f(a, b):\n    """Return the sum of a and b."""', []),
        ('def f(a, b, c):\n    """Return a sum."""\n    return a', ["f: a", "f: b", "f: c", "f: what it returns"]),
        ('def f(a, b, c) -> None:\n    """Add."""\n    return a', ["f: a", "f: b", "f: c"]),
        ('class C:\n    """A value."""\n    x: int\n    _y: int', ["C: x"]),
        ('def _f(a, b, c):\n    """Add."""', []),
        ('class P(Protocol):\n    """Adds."""\n    def f(self, a, b, c):\n        """Add."""', []),
        ('@app.command("add")\ndef f(a, b, c) -> int:\n    """Add."""', []),
    ],
)
def test_a_gap_is_found(source: str, found: list[str]) -> None:
    assert gaps(source) == found
