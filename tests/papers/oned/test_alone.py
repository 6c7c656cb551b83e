"""``gangan oned``: one run, for a person to look at."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from gangan.papers.oned import alone
from gangan.papers.oned.trained import Stored, Trained, read
from support.clone import ROOT
from support.commandline import Mistake, Run
from support.oned import CONFIG, shape, train

STEPS = {"steps": 20, "pretraining": 10}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with the configuration, of short trainings."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    study = tmp_path / "config/oned.yaml"
    content = yaml.safe_load(study.read_text())
    content["oned"]["epoch"] = 10
    content["oned"]["presets"] = {name: preset | STEPS for name, preset in content["oned"]["presets"].items()}
    study.write_text(yaml.safe_dump(content))
    return tmp_path


@pytest.mark.usefixtures("clone")
def test_one_run_is_drawn_and_told_or_what_is_wrong(gangan: Run, mistake: Mistake) -> None:
    assert gangan("oned", "--optimizer", "adam", "--minibatch", "--seed", 55)[0] == 0
    assert Path("oned.png").read_bytes().startswith(b"\x89PNG")
    assert mistake("oned", "--width", 0) == "--width: Input should be greater than 0, not 0"
    assert mistake("oned", "--output", "oned.txt") == "--output: oned.txt; allowed: a name that ends in .png or .pdf"


def test_without_a_configuration_it_says_where_to_run_it(mistake: Mistake) -> None:
    assert mistake("oned") == "no config/study.yaml: run this in a clone of the project"


def test_it_is_the_run_of_a_study(clone: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown: list[Trained] = []
    draw = alone.side_by_side

    def kept(runs: Any) -> Any:
        shown.append(runs[0][0])
        return draw(runs)

    monkeypatch.setattr(alone, "side_by_side", kept)
    monkeypatch.chdir(clone)
    said = alone.draw({"minibatch": "apart"}, 55, Path("x.png"))
    assert said.startswith("x.png: distance ")
    of = shape("apart", **STEPS)
    setting = CONFIG.setting.model_copy(update={"minibatch": "apart"})
    both = train(tmp_path, of, seeds=range(54, 56))
    study = read(both, Stored(shape=of, settings=[setting]), setting, [1])  # the second in the file
    torch.testing.assert_close(shown[0].generators, study.generators)
    torch.testing.assert_close(shown[0].losses, study.losses)
