"""Which modules decide a result, and digests of them."""

import hashlib
import json
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from gangan.code import PACKAGE, code, code_digest
from gangan.files import UserError

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
from gangan.code import canonical, code_digest
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
        return code("top", package=package(tmp_path / folder, modules))

    top = "from gangan import low\nfrom gangan.files import atomic\n"
    low = '''"""Words."""
def f(x):
    """More."""
    log.info("at %s", x)
    if not x:
        raise ValueError(f"no {x}")
    return x
'''
    first = now("1", top=top, low=low, files="Y = 1\n", unused="Z = 1\n")
    assert list(first) == ["low", "top"]
    reworded = low.replace("Words", "Other words").replace("More", "A word").replace("no {x}", "there is no {x}")
    reworded = "# a comment\n" + reworded.replace("at %s", "now at %s")
    assert now("2", top=top, low=reworded, files="Y = 2\n") == first
    for old, new in (("return x", "return -x"), ("ValueError", "KeyError"), ("if not x", "if x")):
        changed = now(new, top=top, low=low.replace(old, new), files="")
        assert changed["top"] == first["top"]
        assert changed["low"] != first["low"]


def test_data_files_named_after_a_module_count(tmp_path: Path) -> None:
    folder = package(tmp_path, {"show/style": "X = 1\n"})
    (folder / "show/style.mplstyle").write_text("font.size: 8")
    assert set(code("show.style", package=folder)) == {"show.style", "show/style.mplstyle"}


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
    modules = json.dumps(code("weights", "zoo"))
    assert code_digest("weights", "zoo") == hashlib.sha256(modules.encode()).hexdigest()[:16]
    assert "figures.mplstyle" in code("figures")
