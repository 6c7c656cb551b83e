"""The command line: help everywhere, exit codes that mean something, mistakes in one line."""

import os
from pathlib import Path

import click
import pytest
import typer
from typer.testing import CliRunner

from gangan.cli import app
from gangan.core.files import UserError
from support.commandline import Mistake, Run

VERBS = ["job", "audit", "crate", "site", "schema", "ledger"]  # its own; papers may have more


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
    commands = typer.main.get_command(app).commands
    listed = [line.strip("│ ").split()[0] for line in lines if line[:3] in ("│ " + name[0] for name in commands)]
    assert listed == list(commands)
    assert {*VERBS} <= {*listed}


@pytest.mark.parametrize("words", [["crate"], ["crate", "x", "--colour"], ["job", "x"], ["zo"]])
def test_wrong_usage_exits_2_and_says_what_is_wrong(gangan: Run, words: list[str]) -> None:
    code, lines = gangan(*words)
    assert code == 2
    assert any("Error" in line for line in lines)
    assert not any("Traceback" in line for line in lines)


def test_a_missing_input_is_named_in_one_line_and_nothing_is_made(mistake: Mistake, tmp_path: Path) -> None:
    said = "absent.h5: no such file, and no such study here (there is none)"
    assert mistake("audit", "absent.h5") == said
    assert list(tmp_path.iterdir()) == []


def test_what_a_shell_sets_is_nothing_to_a_command(mistake: Mistake, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*_: object) -> None:
        raise UserError(str("ATEN_CPU_CAPABILITY" in os.environ))

    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "default")
    monkeypatch.setattr("gangan.record.targets.investigate", told)
    assert mistake("audit", "absent.h5") == "False"
    assert os.environ["ATEN_CPU_CAPABILITY"] == "default"  # what a command does to its process ends with it


def test_an_unwritable_output_is_named_in_one_line(mistake: Mistake, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    output = tmp_path / "file" / "schema.json"
    assert mistake("schema", output).startswith(f"cannot write {output}: ")


@pytest.mark.parametrize("words", [["ledger", "write"], ["crate", "--output", "crate"], ["site"]], ids=" ".join)
@pytest.mark.parametrize("study", ["results/tiny", "tiny/", "results/tiny/oned/figures/x.png", "tin", ""])
def test_a_study_is_told_by_its_name_and_by_nothing_else(
    mistake: Mistake, tmp_path: Path, study: str, words: list[str]
) -> None:
    for path in ("tiny/oned/figures", "other"):
        (tmp_path / "results" / path).mkdir(parents=True)
    (tmp_path / "results/tiny/oned/figures/x.png").touch()
    before = sorted(tmp_path.rglob("*"))
    assert mistake(*words, study) == f"{study}: no results of such a study here (other, tiny)"
    assert sorted(tmp_path.rglob("*")) == before
