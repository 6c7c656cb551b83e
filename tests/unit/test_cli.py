"""The command line: help everywhere, exit codes that mean something, mistakes in one line."""

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
import typer
from typer.testing import CliRunner

from conftest import ROOT
from gangan.cli import app, main
from gangan.config import Gan

Run = Callable[..., tuple[int, list[str]]]
Mistake = Callable[..., str]
GAN = Gan(
    epochs=1, batch=500, learning_rate=2e-4, network="mlp", latent=2, hidden=2, shared_initialisation=False
).as_json()


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
    """The one line of a run that exits 1, after the line in which a training says where it runs."""

    def run(*words: str | Path | int) -> str:
        code, lines = gangan(*words)
        assert code == 1, lines
        lines = [line for line in lines if not re.search(r" process \d+ on ", line)]
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


@pytest.mark.parametrize(
    "words", [["zoo", "info"], ["zoo", "info", "x", "--colour"], ["fetch", "cifar", "--output", "x"], ["zo"]]
)
def test_wrong_usage_exits_2_and_says_what_is_wrong(gangan: Run, words: list[str]) -> None:
    code, lines = gangan(*words)
    assert code == 2
    assert any("Error" in line for line in lines)
    assert not any("Traceback" in line for line in lines)


def test_a_missing_input_is_named_in_one_line_and_nothing_is_made(mistake: Mistake, tmp_path: Path) -> None:
    assert mistake("zoo", "info", "absent.h5") == "absent.h5: no such file"
    missing = "cannot read absent.h5: No such file or directory"
    assert mistake("zoo", "export", "absent.h5", "--row", "0", "--output", "x") == missing
    words = ["train-gan", "--settings", GAN, "--seed", 0, "--first", 0, "--count", 1, "--digits", "absent.h5"]
    assert mistake(*words, "--output", "0.h5", "--timing", "0.csv") == missing
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_output_or_log_is_named_in_one_line(mistake: Mistake, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    output = tmp_path / "file" / "digits.safetensors"
    assert mistake("fetch", "mnist-5k", "--output", output).startswith(f"cannot write {output}: ")
    log = tmp_path / "file" / "log"
    assert mistake("--log", log, "schema", tmp_path / "schema.json").startswith(f"cannot write {log}: ")
    assert not (tmp_path / "schema.json").exists()


def test_a_mistake_stands_in_the_log_too(mistake: Mistake, tmp_path: Path) -> None:
    line = mistake("--log", tmp_path / "log", "zoo", "info", tmp_path / "absent.h5")
    assert (tmp_path / "log").read_text().rstrip().endswith(f"error: {line}")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["train-gan", "--settings", "{", "--digits", "x", "--first", "0", "--count", "1"], "Gan: Invalid JSON"),
        (["train-gangan", "--settings", "{}", "--zoo", "x", "--run", "0", "--losses", "x"], "Rows: runs: missing"),
    ],
)
def test_settings_that_cannot_be_read_are_one_line(mistake: Mistake, words: list[str], complaint: str) -> None:
    line = mistake(*words, "--seed", "0", "--output", "x", "--timing", "x")
    assert line.startswith(complaint)


def test_what_scoring_cannot_read_is_one_line(mistake: Mistake, tmp_path: Path) -> None:
    words = ("--seed", 0, "--output", "x.csv")
    assert mistake("score", "likeness", "absent.h5", "--alignment", "a.h5", "--settings", "{", *words).startswith(
        "Evaluation: Invalid JSON"
    )
    how = '{"images": 2, "neighbour_images": 2, "neighbours": 1, "every": 1, "averages": [1], "ema": 0.5, "lines": 1'
    how += ', "probes": 1}'
    missing = "cannot read absent.h5: No such file or directory"
    assert mistake("score", "likeness", "absent.h5", "--alignment", "a.h5", "--settings", how, *words) == missing
    (tmp_path / "damaged").write_bytes(b"no tensors")
    files = ("--judge", "damaged", "--digits", "damaged")
    line = mistake("score", "gans", "damaged", *files, "--settings", how, *words)
    assert line.startswith("damaged: ")
    assert line.endswith("; delete the file and run again")


def test_mirrors_that_cannot_be_read_are_one_line(mistake: Mistake) -> None:
    line = mistake("fetch", "mnist", "--output", "x", "--mirrors", '{"mnist": ["ftp://x"]}')
    assert line.startswith("Mirrors: mnist.0: String should match pattern")


def test_a_job_leaves_its_output_its_times_a_record_and_no_state_of_training(tmp_path: Path, digits: Path) -> None:
    words = ["train-gan", "--settings", GAN, "--seed", "0", "--first", "2", "--count", "1", "--digits", str(digits)]
    command = [sys.executable, "-m", "gangan", *words, "--output", "2.h5", "--timing", "2.csv"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "GAN 2: epoch 1/1, losses: generator" in done.stderr  # plain lines where there is no terminal
    kept = ".2.h5.checkpoint"  # second names of the outputs, for a retry that deletes the first
    assert {path.name for path in tmp_path.iterdir()} == {"2.h5", "2.csv", "2.h5.json", kept}
    assert not list((tmp_path / kept).glob("state.*"))
    (attempt,) = json.loads((tmp_path / "2.h5.json").read_text())["attempts"]
    assert (attempt["resumed_at"], attempt["steps"]) == (0, 10)
