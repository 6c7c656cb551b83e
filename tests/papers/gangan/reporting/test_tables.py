"""The tables of networks, settings and times, against numbers by hand."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gangan.papers.gangan.reporting import tables
from gangan.papers.gangan.reporting.tables import Described
from gangan.papers.gangan.rules import Plan
from support.studies import study


def described(over: dict[str, Any] | None = None, group: str = "paper") -> Described:
    plan = Plan(study({"gangan": over or {}}).gangan, "results", "digits")
    return Described.model_validate(plan.described(group))


def architectures(of: Described) -> pd.DataFrame:
    return tables.architectures(described=of)


def hyperparameters(of: Described) -> pd.DataFrame:
    return tables.hyperparameters(described=of).set_index("setting")


def test_architectures_counts_the_papers_parameters() -> None:
    counts = {(line.model, line.network): line.parameters for line in architectures(described()).itertuples()}
    assert counts["GAN, zoo mlp", "generator"] == 59_280
    assert counts["GAN, zoo mlp", "discriminator"] == 54_465
    assert counts["GAN, zoo mlp", "both"] == 113_745
    assert counts["GAN-GAN, arm as-described", "generator"] == 7_397_713
    assert counts["GAN-GAN, arm as-described", "discriminator"] == 910_049


def test_architectures_of_dcgans_are_their_channels() -> None:
    table = architectures(described(group="claims")).set_index(["model", "network"]).sort_index()
    of_gan = table.loc["GAN, zoo dcgan"]
    assert of_gan["layers"].to_dict() == {
        "generator": "16 → 32 → 16 → 8 → 1",
        "discriminator": "1 → 4 → 8 → 16 → 1",
        "both": "",
    }
    assert of_gan["parameters"].to_dict() == {"generator": 18_729, "discriminator": 2_957, "both": 21_686}
    assert table.loc[("GAN-GAN, arm described-dcgan", "generator"), "layers"] == "1 → 64 → 64 → 21686"


def test_architectures_in_components_are_of_as_many_numbers() -> None:
    table = architectures(described(group="mended")).set_index(["model", "network"])
    assert table.loc[("GAN-GAN, arm aligned-conditioned", "generator"), ["layers", "output"]].tolist() == [
        "17 → 256 → 256 → 256",  # 16 latent numbers and the epoch
        "linear",
    ]
    assert table.loc[("GAN-GAN, arm aligned-conditioned", "discriminator"), "layers"] == "257 → 256 → 256 → 1"


def test_hyperparameters_are_the_configurations() -> None:
    table = hyperparameters(described())
    assert list(table) == ["zoo mlp", "arm as-described", "arm as-released"]
    assert table.loc["epochs"].tolist() == [100, 250, 250]
    assert table.loc["runs"].tolist() == [35, "", ""]
    assert table.loc["network.kind"].tolist() == ["mlp", "", ""]
    assert table.loc["discriminator.hidden"].tolist() == ["", 8, 8]
    assert table.loc["draws.truncation"].tolist() == ["", 1, 1]
    assert table.loc["trained on", "arm as-described"] == "zoo mlp, 35 GANs"
    assert table.loc["trained on", "arm as-released"] == "zoo mlp, 1 GAN × 35"
    assert "0.0002" in table.to_markdown()


def test_hyperparameters_have_what_one_kind_of_block_has_and_leave_it_empty_for_others() -> None:
    table = hyperparameters(described(group="mended"))
    kinds = table.loc[["space.kind", "loss.kind", "loss.also.kind"], ["arm as-described", "arm best"]]
    assert kinds.to_numpy().tolist() == [["rows", "components"], ["gan", "wgan-gp"], ["", "digits"]]
    assert table.loc["space.count", ["arm as-described", "arm best"]].tolist() == ["", 256]
    assert table.loc["trained on", "arm best-without-choice"] == table.loc["trained on", "arm best"]


def test_hyperparameters_say_which_epochs_an_arm_reads_if_not_all() -> None:
    arms = [
        {
            "name": f"from-{first}",
            "group": "paper",
            "zoo": "mlp",
            "seeds": [0],
            "rows": {"from_epoch": first, "repeat": repeat},
        }
        for first, repeat in ((0, 1), (80, 20), (99, 1))
    ]
    assert hyperparameters(described({"arms": arms})).loc["trained on"].tolist() == [
        "",
        "zoo mlp, 35 GANs",
        "zoo mlp, 35 GANs after 81 to 100 epochs × 20",
        "zoo mlp, 35 GANs after 100 epochs",
    ]


def test_runtimes_sums_attempts_jobs_and_seeds(tmp_path: Path) -> None:
    header = "epoch,attempt,host,seconds,examples_per_second\n"
    zoo, first, second = (tmp_path / name for name in ("zoo.csv", "0.csv", "1.csv"))
    zoo.write_text(f"job,{header}00,0,0,a,1.5,100\n00,1,1,b,2.5,300\n02,0,0,a,3.0,200\n")
    first.write_text(f"{header}0,0,a,4.0,10\n")
    second.write_text(f"{header}0,0,a,5.0,20\n")
    names = ["GANs, zoo mlp", "GAN-GAN, arm arm/0", "GAN-GAN, arm arm/1"]
    table = tables.runtimes(timing=[zoo, first, second], names=names)
    assert table.to_dict("records") == [
        {"stage": "GANs, zoo mlp", "jobs": 2, "attempts": 3, "epochs": 3, "seconds": 7.0, "median examples/s": 200},
        {"stage": "GAN-GAN, arm arm", "jobs": 2, "attempts": 2, "epochs": 2, "seconds": 9.0, "median examples/s": 15},
    ]


@pytest.mark.parametrize("group", ["paper", "mended"])
def test_runtimes_name_each_file_as_the_rules_do(group: str) -> None:
    plan = Plan(study().gangan, "results", "digits")
    for name, path in plan.timings(group).items():
        stage, _, job = name.partition("/")
        kind, _, of = stage.partition(", ")
        where = f"zoos/{of.removeprefix('zoo ')}" if kind == "GANs" else f"gangans/{of.removeprefix('arm ')}/{job}"
        assert path == f"results/{where}/timing.csv"
