"""The tables against numbers by hand."""

from pathlib import Path

import pytest
import yaml

from conftest import ROOT
from gangan import tables
from gangan.config import Shown
from gangan.study import load

PAPER = ROOT / "config" / "paper.yaml"


@pytest.fixture
def shown() -> Shown:
    return load(yaml.safe_load(PAPER.read_text()), [PAPER], {}).shown


def test_architectures_counts_the_papers_parameters(shown: Shown) -> None:
    table = tables.architectures(shown)
    counts = {(line.model, line.network): line.parameters for line in table.itertuples()}
    assert counts["GAN, zoo mlp", "generator"] == 59_280
    assert counts["GAN, zoo mlp", "discriminator"] == 54_465
    assert counts["GAN, zoo mlp", "both"] == 113_745
    assert counts["GAN-GAN, arm as-described", "generator"] == 7_397_713
    assert counts["GAN-GAN, arm as-described", "discriminator"] == 910_049


def test_architectures_of_dcgans_are_their_channels(shown: Shown) -> None:
    dcgans = shown.zoos["mlp"].model_copy(update={"network": "dcgan", "latent": 16, "hidden": 4})
    table = tables.architectures(shown.model_copy(update={"zoos": {"mlp": dcgans}})).set_index(["model", "network"])
    of_gan = table.loc["GAN, zoo mlp"]
    assert of_gan["layers"].tolist() == ["16 → 32 → 16 → 8 → 1", "1 → 4 → 8 → 16 → 1", ""]
    assert of_gan["parameters"].tolist() == [18_729, 2_957, 21_686]
    assert table.loc[("GAN-GAN, arm as-described", "generator"), "layers"] == "1 → 64 → 64 → 21686"


def test_hyperparameters_are_the_configurations(shown: Shown) -> None:
    table = tables.hyperparameters(shown).set_index("setting")
    assert table.loc["epochs"].tolist() == [100, 250, 250]
    assert table.loc["trained on", "arm as-described"] == "zoo mlp, 35 GANs"
    assert table.loc["trained on", "arm as-released"] == "zoo mlp, 1 GAN × 35"
    assert "0.0002" in table.to_markdown()


def test_hyperparameters_say_which_epochs_an_arm_reads_if_not_all(shown: Shown) -> None:
    arms = {
        f"from-{first}": (zoo, rows.model_copy(update={"from_epoch": first, "repeat": repeat}), draws)
        for zoo, rows, draws in [shown.arms["as-described"]]
        for first, repeat in ((0, 1), (80, 20), (99, 1))
    }
    table = tables.hyperparameters(shown.model_copy(update={"arms": arms})).set_index("setting")
    assert table.loc["trained on"].tolist() == [
        "",
        "zoo mlp, 35 GANs",
        "zoo mlp, 35 GANs in epochs 80 to 99 × 20",
        "zoo mlp, 35 GANs in epoch 99",
    ]


def test_runtimes_sums_attempts_jobs_and_seeds(tmp_path: Path) -> None:
    header = "epoch,attempt,host,seconds,examples_per_second\n"
    zoo, first, second = (tmp_path / path / "timing.csv" for path in ("zoos/mlp", "gangans/arm/0", "gangans/arm/1"))
    for path in (zoo, first, second):
        path.parent.mkdir(parents=True)
    zoo.write_text(f"job,{header}00,0,0,a,1.5,100\n00,1,1,b,2.5,300\n02,0,0,a,3.0,200\n")
    first.write_text(f"{header}0,0,a,4.0,10\n")
    second.write_text(f"{header}0,0,a,5.0,20\n")
    table = tables.runtimes([zoo, first, second])
    assert table.to_dict("records") == [
        {"stage": "GANs, zoo mlp", "jobs": 2, "attempts": 3, "epochs": 3, "seconds": 7.0, "median examples/s": 200},
        {"stage": "GAN-GAN, arm arm", "jobs": 2, "attempts": 2, "epochs": 2, "seconds": 9.0, "median examples/s": 15},
    ]


def test_a_table_is_written_in_the_format_its_name_asks_for(shown: Shown, tmp_path: Path) -> None:
    paths = [tmp_path / f"table.{ending}" for ending in ("csv", "md", "tex")]
    tables.save(tables.architectures(shown), paths)
    csv, md, tex = (path.read_text() for path in paths)
    assert csv.splitlines()[0] == "model,network,layers,output,parameters"
    assert md.startswith("| model")
    assert r"\begin{tabular}" in tex
    assert "113745" in tex
