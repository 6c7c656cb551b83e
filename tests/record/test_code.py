"""Which modules decide a result, and digests of them."""

import ast
import hashlib
import json
import shutil
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import grimp
import pytest

from gangan.core.files import UserError
from gangan.record.code import CONFIG, NEUTRAL, PACKAGE, code, code_digest, neutral
from support.clone import ROOT

ALL = sorted(path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".") for path in PACKAGE.rglob("*.py"))


def package(folder: Path, modules: dict[str, str]) -> Path:
    """A package of modules, by path."""
    for name, text in modules.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return folder


def interpreters() -> list[str]:
    """Every Python from 3.11 on that this machine has, by its path."""
    found = [shutil.which(f"python3.{minor}") for minor in range(11, 16)]
    found += [str(path) for path in Path.home().glob(".pyenv/versions/3.1[1-9].*/bin/python")]
    runs = {}
    for path in dict.fromkeys(filter(None, [sys.executable, *found])):
        asked = subprocess.run([path, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True)
        if asked.returncode == 0:
            runs.setdefault(asked.stdout, path)
    return list(runs.values())


# Everything that a version of Python has spelled in a way of its own, and a digest made by 3.11.
SOURCE = """
def f(x, *, sep=", "):
    quoted = f"{', '.join(x)} {x!r:>{len(x)}} {{}}" "tail" f'{x["a"]}'
    return 1.5e300, -0.0, 1j, b"\\x00", "\\u00e9\\U0001f600", ..., None, True, quoted, lambda: (yield)

class A: ...
"""
DIGEST = "a2424c1280d8de9d"


SCRIPT = """
import ast, hashlib, sys
sys.path.insert(0, sys.argv[1])
from gangan.record.code import canonical, code_digest
print(code_digest(*sys.argv[3:]), hashlib.sha256(canonical(ast.parse(sys.argv[2])).encode()).hexdigest()[:16])
"""


def test_the_digest_is_the_same_under_every_python_of_this_machine_and_is_the_stored_one() -> None:
    modules = [name for name in ALL if not name.endswith("__init__")]
    answers = {
        python: subprocess.run(
            [python, "-c", SCRIPT, str(PACKAGE.parent), SOURCE, *modules],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for python in interpreters()
    }
    assert set(answers.values()) == {f"{code_digest(*modules)} {DIGEST}\n"}, answers


def test_it_sees_statements_of_imported_modules_and_nothing_that_no_result_can_hold(tmp_path: Path) -> None:
    def now(folder: str, **modules: str) -> dict[str, str]:
        given = {name.replace("__", "/"): text for name, text in modules.items()}
        return code("top", package=package(tmp_path / folder, given))

    top = "from gangan import low\nfrom gangan.core.files import atomic\n"
    low = '''"""Words."""
def f(x):
    """More."""
    log.info("at %s", x)
    if not x:
        raise ValueError(f"no {x}")
    return x
'''
    first = now("1", top=top, low=low, core__files="Y = 1\n", unused="Z = 1\n")
    assert list(first) == ["low", "top"]
    reworded = low.replace("Words", "Other words").replace("More", "A word").replace("no {x}", "there is no {x}")
    reworded = "# a comment\n" + reworded.replace("at %s", "now at %s")
    assert now("2", top=top, low=reworded, core__files="Y = 2\n") == first
    for old, new in (("return x", "return -x"), ("ValueError", "KeyError"), ("if not x", "if x")):
        changed = now(new, top=top, low=low.replace(old, new), core__files="")
        assert changed["top"] == first["top"]
        assert changed["low"] != first["low"]


def test_data_files_named_after_a_module_count(tmp_path: Path) -> None:
    folder = package(tmp_path, {"show/style": "X = 1\n"})
    (folder / "show/style.mplstyle").write_text("font.size: 8")
    (folder / "show/style.map.js").write_text("const x = 1;")
    (folder / "show/style.py.orig").write_text("what an editor left")
    assert set(code("show.style", package=folder)) == {"show.style", "show/style.mplstyle", "show/style.map.js"}


def test_every_data_file_of_the_package_counts_for_the_module_that_it_is_named_after() -> None:
    package_data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    files = [path.relative_to(PACKAGE) for pattern in package_data for path in PACKAGE.rglob(pattern)]
    assert len(files) > 5
    for file in files:
        module = ".".join([*file.parent.parts, file.name.partition(".")[0]])
        assert file.as_posix() in code(module), file


@pytest.mark.parametrize(
    "statement",
    [
        "from gangan.core.x import A",
        "from gangan.core import x",
        "import gangan.core.x",
        "import gangan.core.x as other",
        "from ..core import x",
        "from ..core.x import A",
        "def late():\n    from gangan.core import x",
    ],
)
def test_packages_and_relative_imports_are_followed(statement: str, tmp_path: Path) -> None:
    folder = package(tmp_path, {"core/x": "A = 1\n", "core/__init__": '"""Words."""', "papers/p": f"{statement}\n"})
    assert set(code("papers.p", package=folder)) == {"core.x", "papers.p"}


def test_a_module_of_the_same_folder_and_the_code_of_a_package_itself_are_followed(tmp_path: Path) -> None:
    folder = package(
        tmp_path, {"papers/__init__": "SIDE = 28\n", "papers/p": "from . import q\n", "papers/q": "A = 1\n"}
    )
    assert set(code("papers.p", package=folder)) == {"papers", "papers.p", "papers.q"}


def test_imports_for_type_checkers_decide_nothing(tmp_path: Path) -> None:
    text = "if TYPE_CHECKING:\n    from gangan.b import B\nelse:\n    from gangan import c\n"
    assert set(code("a", package=package(tmp_path, {"a": text, "b": "", "c": "C = 1\n"}))) == {"a", "c"}


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("import gangan.nosuch", "gangan.nosuch"),
        ("from gangan import nosuch", "nosuch"),
        ("from gangan.nosuch import a", "gangan.nosuch"),
        ("from .nosuch import a", "gangan.nosuch"),
    ],
)
def test_a_module_that_does_not_exist_is_refused_by_name(statement: str, named: str, tmp_path: Path) -> None:
    folder = package(tmp_path, {"top": f"{statement}\n"})
    with pytest.raises(UserError, match=named):
        code("top", package=folder)
    with pytest.raises(UserError, match=r"no module gangan\.absent"):
        code("absent", package=folder)
    with pytest.raises(UserError, match=r"no module gangan\.absent"):
        code_digest("absent")
    assert code("absent", package=folder, strict=False) == {}  # for the record of a module that is gone


def test_the_rules_parameter_is_the_digest_of_what_the_record_lists() -> None:
    modules = json.dumps(code("core.layout", "record.page"))
    assert code_digest("core.layout", "record.page") == hashlib.sha256(modules.encode()).hexdigest()[:16]
    assert "record/page.html" in code("record.page")


def test_the_modules_found_are_those_that_another_tool_finds() -> None:
    graph = grimp.build_graph("gangan", exclude_type_checking_imports=True, cache_dir=None)
    names = {module.removeprefix("gangan.") for module in graph.modules - {"gangan"}}
    assert names == {name.removesuffix(".__init__") for name in ALL} - {"__init__"}
    for module in filter(neutral, names):
        for importer in graph.find_modules_that_directly_import(f"gangan.{module}"):
            graph.remove_import(importer=importer, imported=f"gangan.{module}")
    for name in names:
        expected = {name, *(module.removeprefix("gangan.") for module in graph.find_upstream_modules(f"gangan.{name}"))}
        for module in list(expected):  # a package is imported before what is in it
            parts = module.split(".")
            expected |= {".".join(parts[:depth]) for depth in range(1, len(parts))}
        assert {module for module in code(name) if "/" not in module} == {*filter(has_statements, expected)}, name


def has_statements(module: str) -> bool:
    folder = PACKAGE.joinpath(*module.split("."))
    source = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    return len(ast.parse(source.read_text()).body) > 1  # after the docstring


def test_a_neutral_module_counts_where_it_is_itself_asked_for() -> None:
    assert set(code("core.lease")) == {"core.lease"}


CONFIGS = [name for name in ALL if CONFIG.fullmatch(name)]
CHECKS = {"field_validator", "model_validator"}


@pytest.mark.parametrize("name", CONFIGS)
def test_neutral_settings_hold_models_and_types_and_checks_and_nothing_that_decides_a_byte(name: str) -> None:
    tree = ast.parse((PACKAGE / f"{name.replace('.', '/')}.py").read_text())
    assert deciding(tree) == []


def deciding(tree: ast.Module) -> list[str]:
    """What a module of settings has that another could use, besides models, types, and checks of what they hold."""
    found = []
    for node in tree.body:
        match node:
            case ast.ClassDef(body=body):
                found += [f"{node.name}: {ast.unparse(one)}" for one in body if not in_a_model(one)]
            case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                pass
            case ast.Assign(value=ast.Subscript() | ast.BinOp(op=ast.BitOr()) | ast.Name() | ast.Attribute()):
                pass  # a type by another name
            case ast.FunctionDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]) if name.startswith("_"):
                pass
            case ast.Assign(value=ast.Call(func=function)) if name_of(function).endswith(("Validator", "Var")):
                pass
            case _:
                found.append(ast.unparse(node))
    return found


def in_a_model(statement: ast.stmt) -> bool:
    match statement:
        case ast.AnnAssign() | ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name == "model_config"
        case ast.FunctionDef(name=name, decorator_list=decorators):
            checks = any(isinstance(one, ast.Call) and name_of(one.func) in CHECKS for one in decorators)
            return checks or name.startswith("_")
    return False


def name_of(expression: ast.expr) -> str:
    return getattr(expression, "id", getattr(expression, "attr", ""))


@pytest.mark.parametrize(
    "source",
    [
        "FAITHFUL = ('as-described',)",
        "def job_names(runs): return list(range(runs))",
        "class Gan(Block):\n    @property\n    def rows(self): return 3",
        "class Gan(Block):\n    def rows(self): return 3",
        "class Gan(Block):\n    SIDE = 28",
        "RATE = 2.0 * 3",
    ],
)
def test_what_decides_bytes_is_found_in_settings(source: str) -> None:
    assert len(deciding(ast.parse(source))) == 1


def test_models_types_and_checks_are_allowed_in_settings() -> None:
    source = """
    import json
    from typing import Annotated
    def _number(value): return float(value)
    Count = Annotated[int, Field(ge=0)]
    Read = BeforeValidator(_number)
    Space = Rows | Components
    class Gan(Block):
        model_config = ConfigDict(frozen=True)
        epochs: Count
        batch: int = 32
        @model_validator(mode="after")
        def check(self): return self
    """
    assert deciding(ast.parse(textwrap.dedent(source))) == []


def test_modules_that_decide_nothing_are_there() -> None:
    assert set(ALL) >= NEUTRAL
