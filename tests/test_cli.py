"""The command line: help everywhere, exit codes that mean something, mistakes in one line."""

import logging
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import click
import pytest
import typer
from typer.testing import CliRunner

from gangan.cli import app, main
from gangan.study import PAPERS

Run = Callable[..., tuple[int, list[str]]]
Mistake = Callable[..., str]
VERBS = [
    "job",
    "audit",
    "crate",
    "explore",
    "schema",
    *(paper for paper in PAPERS if find_spec(f"gangan.papers.{paper}.command")),
    "zoo",
    "ledger",
]


@pytest.fixture
def gangan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in a folder of its own; exit code and lines of stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path | int) -> tuple[int, list[str]]:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["gangan", *map(str, words)])
            patch.setattr(logging.getLogger(), "handlers", [])  # not pytest's
            with pytest.raises(SystemExit) as end:
                main()
        return end.value.code or 0, capsys.readouterr().err.splitlines()

    return run


@pytest.fixture
def mistake(gangan: Run) -> Mistake:
    """The one line of a run that exits 1."""

    def run(*words: str | Path | int) -> str:
        code, lines = gangan(*words)
        assert code == 1, lines
        assert len(lines) == 1, lines
        return lines[0].split("error: ", 1)[1]

    return run


def verbs(command: click.Command, *path: str) -> list[tuple[str, ...]]:
    inner = getattr(command, "commands", {})
    return [path, *(verb for name, below in inner.items() for verb in verbs(below, *path, name))]


@pytest.mark.parametrize("verb", verbs(typer.main.get_command(app)), ids=" ".join)
def test_every_verb_has_a_help_that_says_what_it_does(verb: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*verb, "--help"], env={"COLUMNS": "100"})
    assert result.exit_code == 0
    assert "Usage:" in result.output
    command = typer.main.get_command(app)
    for name in verb:
        command = command.commands[name]
    assert command.help
    undocumented = [p.name for p in command.params if not getattr(p, "help", None)]
    assert not undocumented


def test_the_help_fits_a_screen_and_lists_one_runner_and_what_people_ask() -> None:
    result = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "80"})
    lines = [line for line in result.output.splitlines() if line.strip()]
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    listed = [line.strip("│ ").split()[0] for line in lines if line[:3] in ("│ " + name[0] for name in VERBS)]
    assert listed == list(typer.main.get_command(app).commands) == VERBS


@pytest.mark.parametrize("words", [["zoo", "info"], ["zoo", "info", "x", "--colour"], ["job", "x"], ["zo"]])
def test_wrong_usage_exits_2_and_says_what_is_wrong(gangan: Run, words: list[str]) -> None:
    code, lines = gangan(*words)
    assert code == 2
    assert any("Error" in line for line in lines)
    assert not any("Traceback" in line for line in lines)


def test_a_missing_input_is_named_in_one_line_and_nothing_is_made(mistake: Mistake, tmp_path: Path) -> None:
    assert mistake("zoo", "info", "absent.h5") == "absent.h5: no such file"
    missing = "cannot read absent.h5: No such file or directory"
    assert mistake("zoo", "export", "absent.h5", "--row", "0", "--output", "x") == missing
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_output_is_named_in_one_line(mistake: Mistake, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    output = tmp_path / "file" / "schema.json"
    assert mistake("schema", output).startswith(f"cannot write {output}: ")
