"""What README and the other documents promise."""

import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from snakemake.cli import get_argument_parser, parse_config
from typer.testing import CliRunner

from gangan.cli import app
from gangan.core import rowfile
from gangan.papers.gangan import networks
from gangan.study import PAPERS, load
from support.clone import ROOT
from support.reference import document

GAN = {
    "epochs": 2,
    "batch": 128,
    "learning_rate": 2e-4,
    "network": {"kind": "mlp", "latent": 64, "hidden": 64},
    "loss": {"kind": "gan", "of": "probabilities"},
    "shared_initialisation": False,
}


def documents() -> list[str]:
    return [
        path.read_text() for path in (ROOT / "README.md", ROOT / "config/README.md", *(ROOT / "docs").rglob("*.md"))
    ]


def commands() -> list[str]:
    """Every `snakemake …` that a document tells to type."""
    texts = documents()
    return _typed("snakemake", texts) + [
        line for text in texts for line in re.findall(r"`(?:\.venv/bin/)?(snakemake [^`]+)`", text)
    ]


def _typed(program: str, texts: list[str]) -> list[str]:
    """Lines of blocks that begin with a program; one that ends with a backslash goes on."""
    pattern = rf"^    (?:\.venv/bin/)?({program} (?:.*\\\n)*.*?)(?:  +#.*)?$"
    return [line.replace("\\\n", " ") for text in texts for line in re.findall(pattern, text, re.MULTILINE)]


@pytest.mark.parametrize("line", [line for line in _typed("gangan", documents()) if "…" not in line])
def test_a_documented_command_of_gangan_has_words_that_it_takes(line: str) -> None:
    done = CliRunner().invoke(app, [*shlex.split(line)[1:], "--help"])  # it is printed once all words are read
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("command", commands())
def test_a_documented_command_names_its_targets_apart_from_its_options(command: str) -> None:
    asked = get_argument_parser().parse_args(shlex.split(command)[1:])
    assert all((ROOT / file).is_file() for file in asked.configfile or [])
    assert all("=" in value for value in asked.config or [])
    assert all(target in targets() or Path(target).suffix for target in asked.targets)
    files = [ROOT / f"config/{name}.yaml" for name in ("study", *PAPERS)] + [
        ROOT / file for file in asked.configfile or []
    ]
    given = parse_config(asked.config or [])
    given.pop("study", None)
    assert not given or load(files, given) != load(files, {})


@pytest.mark.parametrize("paper", PAPERS)
def test_readme_repeats_what_a_page_of_results_begins_with(paper: str) -> None:
    first = (ROOT / f"docs/results/{paper}.md").read_text().split("\n\n")[1].replace("](../../", "](")  # links
    assert " ".join(first.split()) in document("README.md")


def test_no_line_begins_like_a_comment_of_the_sites() -> None:
    """MyST leaves out lines that begin with %, which a share of so much % may do."""
    assert not [line for text in documents() for line in text.splitlines() if line.startswith("%")]


NAMED = r"(?<![\w/.{-])((?:config|docs|reference|src|tests|workflow|papers)/[\w./-]+\.\w+)"


def test_every_file_that_a_document_names_is_there() -> None:
    """But for placeholders, which have capitals."""
    named = {file for text in documents() for file in re.findall(NAMED, text) if not re.search(r"[A-Z]{3}", file)}
    assert len(named) > 50
    roots = [ROOT, ROOT / "docs", ROOT / "src/gangan"]
    assert {file for file in named if not any((root / file).exists() for root in roots)} == set()


def targets() -> set[str]:
    """What can be asked for by a name: all, the site, a paper, a group of its arms, which documents may tell to add."""
    named = {"all", "site", *PAPERS}
    for paper in PAPERS:
        block = yaml.safe_load((ROOT / f"config/{paper}.yaml").read_text())[paper]
        added = [group for text in documents() for group in re.findall(r"{name: .*\bgroup: ([a-z0-9-]+)", text)]
        named |= {
            f"{paper}_{group}" for group in [*(arm["group"] for arm in block.get("arms", []) if "group" in arm), *added]
        }
    return named


def snippet() -> str:
    """The code under "Digits from a row"."""
    section = (ROOT / "docs/sharing.md").read_text().split("## Digits from a row\n")[1]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    return code


def test_a_row_is_drawn_with_only_h5py_and_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = snippet()
    imports = re.findall(r"^(?:from (\S+) import|import (.*)$)", code, re.MULTILINE)
    modules = {name for line in imports for name in re.split(r",\s*", "".join(line))}
    assert modules == {"h5py", "json", "torch", "torch.nn.functional"}
    network = networks.of(GAN["network"])
    layout = network.layout()
    rows = np.random.default_rng(0).normal(0, 0.2, (2, 1, layout.size)).astype("f4")
    path = tmp_path / "results/demo/gangan/zoos/mlp/zoo.h5"
    path.parent.mkdir(parents=True)
    losses = {name: np.zeros((2, 1), "f4") for name in ("loss_generator", "loss_discriminator")}
    rowfile.write_runs(path, layout, GAN["network"], GAN, range(1), 0, rows, losses)
    monkeypatch.chdir(tmp_path)
    made: dict[str, Any] = {}
    exec(code, made)
    expected = networks.draw(network, torch.from_numpy(rows[-1]), layout, made["z"])[0]
    torch.testing.assert_close(made["digits"], expected)
    picture = (tmp_path / "digits.pgm").read_bytes()
    assert picture.startswith(b"P5 28 ")
    assert len(picture) == len(b"P5 28 224 255 ") + len(expected) * 28 * 28
