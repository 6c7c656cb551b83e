"""The README's promises that can be run."""

import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from snakemake.cli import get_argument_parser

from conftest import ROOT
from gangan import gans, zoo
from gangan.config import Gan

SETTINGS = Gan(
    epochs=2, batch=128, learning_rate=2e-4, network="mlp", latent=64, hidden=64, shared_initialisation=False
)


def commands() -> list[str]:
    """Every `snakemake …` that a document tells to type."""
    texts = [
        path.read_text() for path in (ROOT / "README.md", ROOT / "config/README.md", *(ROOT / "docs").glob("*.md"))
    ]
    typed = [line for text in texts for line in re.findall(r"^    (snakemake .*?)(?:  +#.*)?$", text, re.MULTILINE)]
    return typed + [line for text in texts for line in re.findall(r"`(?:\.venv/bin/)?(snakemake [^`]+)`", text)]


@pytest.mark.parametrize("command", commands())
def test_a_documented_command_names_its_targets_apart_from_its_options(command: str) -> None:
    asked = get_argument_parser().parse_args(shlex.split(command)[1:])
    assert all((ROOT / file).is_file() for file in asked.configfile or [])
    assert all("=" in value for value in asked.config or [])
    assert all(target == "all" or Path(target).suffix for target in asked.targets)


def snippet() -> str:
    """The code under "Draw digits from a row"."""
    section = (ROOT / "README.md").read_text().split("## Draw digits from a row\n")[1].split("\n## ")[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    return code


def test_a_row_is_drawn_with_only_h5py_and_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = snippet()
    imports = re.findall(r"^(?:from (\S+) import|import (.*)$)", code, re.MULTILINE)
    modules = {name for line in imports for name in re.split(r",\s*", "".join(line))}
    assert modules == {"h5py", "json", "torch", "torch.nn.functional"}
    layout = gans.architecture(SETTINGS).layout()
    rows = np.random.default_rng(0).normal(0, 0.2, (2, 1, layout.size)).astype("f4")
    path = tmp_path / "results/demo/zoos/mlp/zoo.h5"
    zoo.write_runs(path, layout, SETTINGS.as_json(), range(1), 0, rows, np.zeros((2, 2, 1), "f4"))
    monkeypatch.chdir(tmp_path)
    made: dict[str, Any] = {}
    exec(code, made)
    expected = gans.draw(torch.from_numpy(rows[-1]), layout, made["z"])[0]
    torch.testing.assert_close(made["digits"], expected)
    picture = (tmp_path / "digits.pgm").read_bytes()
    assert picture.startswith(b"P5 28 ")
    assert len(picture) == len(b"P5 28 224 255 ") + len(expected) * 28 * 28
