"""Text is UTF-8, whatever the locale of the machine: every call that could ask the locale names the encoding."""

import ast
import re
from collections.abc import Iterator

import pytest

from support.clone import ROOT

# What these write and read is ASCII: numbers, names of columns, JSON, what the kernel says.
ASCII = {
    "core/checkpoint.py": ["open", "write_text", "read_text"],
    "core/device.py": ["open", "open"],
    "core/rowfile.py": ["open", "read_text"],
    "papers/gangan/training/gangans.py": ["open"],
    "papers/gangan/layers.py": ["read_text"],
    "papers/gangan/published.py": ["write_text"],
}

BINARY = ("os.open", "lmdb.open", "Image.open")  # open no text


def unnamed(source: str) -> Iterator[str]:
    """The calls in a module that take the locale's encoding."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        options = {option.arg: option.value for option in call.keywords}
        modes = [one.value for one in [*call.args, options.get("mode")] if isinstance(one, ast.Constant)]
        binary = any(re.fullmatch(r"[rwxa]\+?b\+?|[rwxa]b?\+?b", str(mode)) for mode in modes)
        asks = {
            "open": not binary and ast.unparse(call.func) not in BINARY,
            "read_text": not call.args,
            "write_text": len(call.args) < 2,
        }
        text = any(option in options for option in ("text", "universal_newlines"))
        if (asks.get(name, False) or text) and "encoding" not in options:
            yield name


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("path.open()", ["open"]),
        ("path.open('w', newline='')", ["open"]),
        ("open(path, 'rb')", []),
        ("path.open('r+b')", []),
        ("Image.open(path)", []),
        ("path.open('x', encoding='utf-8')", []),
        ("path.read_text()", ["read_text"]),
        ("path.read_text('utf-8')", []),
        ("path.write_text(text)", ["write_text"]),
        ("subprocess.run(words, text=True)", ["run"]),
        ("subprocess.run(words, encoding='utf-8')", []),
    ],
)
def test_a_call_that_asks_the_locale_is_found(line: str, found: list[str]) -> None:
    assert list(unnamed(line)) == found


def test_no_text_is_read_or_written_in_the_encoding_of_a_locale() -> None:
    package = ROOT / "src/gangan"
    asking = {
        path.relative_to(package).as_posix(): [*unnamed(path.read_text("utf-8"))] for path in package.rglob("*.py")
    }
    assert {path: sorted(names) for path, names in asking.items() if names} == {
        path: sorted(names) for path, names in ASCII.items()
    }


@pytest.mark.parametrize(
    "file", ["Snakefile", *sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("workflow/**/*.smk"))]
)
def test_no_rule_file_does_either(file: str) -> None:
    lines = (ROOT / file).read_text("utf-8").splitlines()
    asking = [line for line in lines if re.search(r"\b(open|read_text|write_text)\(", line) and "utf-8" not in line]
    assert not asking
