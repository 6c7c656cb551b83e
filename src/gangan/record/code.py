"""Which modules decide the bytes of a result, and digests of them that no version of Python changes.

The closure of a module's imports is what decides what it makes. A digest is of the syntax tree, without what no result
can hold: comments, docstrings, imports for type checkers, what an error says, and what a log says.
"""

import ast
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from gangan.core.files import UserError

PACKAGE = Path(__file__).parents[1]
NAME = "gangan"
# Modules that decide no byte of a result. They carry it, or are models of settings, whose values a record holds.
NEUTRAL = {"core.files", "core.lease", "core.settings", "record.code", "record.machine"}
CONFIG = re.compile(r"papers\.\w+\.config")  # of each paper: models and nothing else, which a test holds
DATA = {
    ".css",
    ".html",
    ".js",
    ".md",
    ".mplstyle",
}  # of files beside a module, named after it; others are what tools left
LEVELS = {"debug", "info", "warning", "error"}  # of a log


def code_digest(*modules: str) -> str:
    """One short digest over ``code``: the ``code`` parameter of a rule.

    Raises:
        UserError: a module, or one that it imports, does not exist.
    """
    return _sha256(json.dumps(code(*modules)))[:16]


@cache
def code(*modules: str, package: Path = PACKAGE, strict: bool = True) -> dict[str, str]:
    """What decides the bytes that some modules make, each with its digest: they, what they import, and the data files
    that are named after one of these, such as a style sheet.

    Args:
        modules: names without that of the package, as ``study`` or ``core.train``.
        package: the folder of the package; the audit asks about that of the clone it is in.
        strict: whether a module that does not exist is an error, or left out, as for a record of older code.

    Raises:
        UserError: a module, or one that it imports, does not exist.
    """
    digests: dict[str, str] = {}
    seen: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name in seen or (neutral(name) and name not in modules):
            continue
        seen.add(name)
        if _path(package, name) is None:
            if strict:
                raise UserError(f"there is no module {NAME}.{name} in {package}")
            continue
        own, imported = _module(package, name)
        digests |= own
        waiting += imported
    return dict(sorted(digests.items()))


@cache
def _module(package: Path, name: str) -> tuple[dict[str, str], list[str]]:
    """The digests of one module and of its data files, and what it imports; read once, as many rules ask."""
    path = _path(package, name)
    assert path is not None
    tree = ast.parse(path.read_text("utf-8"))
    imported = list(_imported(tree, name, package))
    above = name.rpartition(".")[0]  # a package is imported before what is in it
    imported += [above] if above and _path(package, above) else []
    digests = {name: _sha256(canonical(tree))} if _statements(tree.body) else {}
    if path.name != "__init__.py":
        for file in path.parent.glob(f"{path.stem}.*"):
            if file.suffix in DATA and file.is_file():
                digests[file.relative_to(package).as_posix()] = hashlib.sha256(file.read_bytes()).hexdigest()
    return digests, imported


def neutral(module: str) -> bool:
    """Whether a module decides no byte of a result that another one makes."""
    return module in NEUTRAL or CONFIG.fullmatch(module) is not None


def canonical(tree: ast.AST) -> str:
    """A syntax tree as JSON that every version of Python spells alike; ``ast.unparse`` and ``ast.dump`` do not."""
    return json.dumps(_plain(tree), separators=(",", ":"))


def _plain(node: Any) -> Any:
    match node:
        case ast.Constant(value=value):
            return ["Constant", type(value).__name__, ascii(value)]
        case ast.JoinedStr(values=parts):  # versions cut the text between its expressions at other places
            return ["JoinedStr", _joined(parts)]
        case ast.Raise(exc=error):  # what it says is for a reader: no output holds it
            return ["Raise", _plain(error.func if isinstance(error, ast.Call) else error)]
        case ast.Assert(test=test):
            return ["Assert", _plain(test)]
        case ast.AST():
            fields = {name: _plain(value) for name, value in ast.iter_fields(node)}
            return [type(node).__name__, {name: value for name, value in fields.items() if value not in (None, [])}]
        case list():
            return [_plain(one) for one in _statements(node)]
    return node


def _joined(parts: list[ast.expr]) -> list[Any]:
    merged: list[Any] = []
    for part in parts:
        if not isinstance(part, ast.Constant):
            merged.append(_plain(part))
        elif merged and isinstance(merged[-1], str):
            merged[-1] += ascii(part.value)[1:-1]
        else:
            merged.append(ascii(part.value)[1:-1])
    return [part for part in merged if part != ""]


def _statements(body: Iterable[Any]) -> list[Any]:
    """Those that can decide a result."""
    kept: list[Any] = []
    for one in body:
        if isinstance(one, ast.If) and _for_type_checkers(one.test):
            kept += _statements(one.orelse)
        elif not (isinstance(one, ast.Pass) or (isinstance(one, ast.Expr) and _words(one.value))):
            kept.append(one)
    return kept


def _words(value: ast.expr) -> bool:
    """Is a statement of this a docstring, or a line for the log?"""
    match value:
        case ast.Constant(value=str()):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=level)):
            return level in LEVELS
    return False


def _for_type_checkers(test: ast.expr) -> bool:
    match test:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name == "TYPE_CHECKING"
    return False


def _imported(tree: ast.Module, name: str, package: Path) -> Iterator[str]:
    """The modules of the package that a module imports, wherever in it, but not those for type checkers alone.

    Raises:
        UserError: one of them does not exist.
    """
    path = _path(package, name)
    inside = path is not None and path.name == "__init__.py"
    here = name.split(".") if inside else name.split(".")[:-1]  # the package that relative imports start from
    for node in _running(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top, _, rest = alias.name.partition(".")
                if top == NAME and rest:
                    yield _existing(rest, name, package)
        elif isinstance(node, ast.ImportFrom):
            words = (node.module or "").split(".") if node.module else []
            if node.level:
                words = [*here[: len(here) - node.level + 1], *words]
            elif words[:1] == [NAME]:
                words = words[1:]
            else:
                continue
            base = ".".join(words)
            for alias in node.names:
                below = f"{base}.{alias.name}".lstrip(".")
                if _path(package, below):
                    yield below
                elif base:
                    yield _existing(base, name, package)
                else:
                    raise UserError(f"{NAME}.{name} imports {alias.name}, but there is no module {NAME}.{below}")


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        dead = node.body if isinstance(node, ast.If) and _for_type_checkers(node.test) else []
        waiting += [child for child in ast.iter_child_nodes(node) if child not in dead]


def _existing(module: str, importer: str, package: Path) -> str:
    if _path(package, module) is None:
        raise UserError(f"{NAME}.{importer} imports {NAME}.{module}, which does not exist in {package}")
    return module


@cache
def _path(package: Path, name: str) -> Path | None:
    folder = package.joinpath(*name.split("."))
    for path in (folder / "__init__.py", folder.with_name(f"{folder.name}.py")):
        if path.is_file():
            return path
    return None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
