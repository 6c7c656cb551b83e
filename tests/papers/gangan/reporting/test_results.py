"""Scores read back from the files of a study, by the arms that made them."""

from pathlib import Path

import pandas as pd
import pytest

from gangan.papers.gangan.reporting import results
from gangan.papers.gangan.reporting.results import Measurements, Scored
from support.measured import TRAINING, measured

ARMS = [
    {"name": "as-described", "rows": {"runs": None}},
    {"name": "as-released", "rows": {"runs": [0], "repeat": 35}},
    {"name": "late", "rows": {"from_epoch": 1}},
]


def scored(per_job: int = 1, turned: bool = False) -> Scored:
    arms = [{"group": "paper", "zoo": "mlp", "training": TRAINING, "seeds": [0, 3], **arm} for arm in ARMS]
    zoos = {"mlp": {"runs": 3, "network": "mlp"}, "small": {"runs": 2, "network": "dcgan"}}
    listed = arms[::-1] if turned else arms
    named = dict(reversed(zoos.items())) if turned else zoos
    return Scored.model_validate({"zoos": named, "per_job": per_job, "arms": listed})


def read(folder: Path, what: Scored) -> Measurements:
    """Every table says where it stood: GANs and draws by their quality."""
    files = []
    for (kind, *of), path in results.keys(what).items():
        files.append(folder / path)
        files[-1].parent.mkdir(parents=True, exist_ok=True)
        if kind == "zoo":
            first, of_job = int(of[1]), min(what.per_job, what.zoos[of[0]].runs - int(of[1]))
            gans = [gan for gan in range(first, first + of_job) for _ in (0, 1)]
            table = pd.DataFrame({"gan": gans, "epoch": [0, 1] * of_job, "frechet": [2.0, 1.0] * of_job})
        elif kind == "gangan":
            table = pd.DataFrame({"points": ["draws"], "frechet": [float(of[1])]})
        else:
            kinds = ["last-10", "ema", "noise", "real-test", "gaussian", "ema"]
            table = pd.DataFrame({"kind": kinds, "runs": ["0", "0", "0", None, "0-2", "2"], "frechet": 1.0})
        table.assign(judge="j").to_csv(files[-1], index=False)
    assert len(set(files)) == len(files)
    return results.read(what, files)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("per_job", [1, 2, 35])
def test_an_arm_is_read_with_its_own_rows_and_averages_and_every_table_is_read_once(
    tmp_path: Path, per_job: int, turned: bool
) -> None:
    what = scored(per_job, turned)
    files = results.keys(what)
    jobs = {1: 3 + 2, 2: 2 + 1, 35: 1 + 1}[per_job]
    assert len(files) == len(set(files.values())) == jobs + 2 * 2 + 3 * 2
    scores = read(tmp_path, what)
    assert scores.judge == "j"
    assert scores.networks == {"mlp": "mlp", "small": "dcgan"}
    assert scores.zoos["mlp"]["gan"].tolist() == [0, 0, 1, 1, 2, 2]
    described, released, late = (scores.arms[arm["name"]] for arm in ARMS)
    assert described.rows["gan"].tolist() == [0, 0, 1, 1, 2, 2]
    assert released.rows["gan"].tolist() == [0, 0]
    assert late.rows[["gan", "epoch"]].to_numpy().tolist() == [[0, 1], [1, 1], [2, 1]]
    assert described.averages[["kind", "runs"]].to_numpy().tolist() == [["last-10", "0"], ["ema", "0"], ["ema", "2"]]
    assert released.averages["kind"].tolist() == ["last-10", "ema"]
    assert described.medians().to_dict() == {0: 0, 3: 3}
    # however a configuration orders them
    assert (list(scores.zoos), list(scores.arms)) == (["mlp", "small"], ["as-described", "as-released", "late"])


def test_a_file_too_few_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="shorter"):
        results.read(scored(), [tmp_path / "one.csv"])


def test_scores_of_two_judges_are_no_study(tmp_path: Path) -> None:
    def change(path: str, table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(judge="other") if path.startswith("gangans/") else table

    made = measured(tmp_path, {"as-described": ({}, {0: [1.0]})}, change=change)
    with pytest.raises(ValueError, match="too many values to unpack"):
        _ = made.scores.judge


def test_an_arm_and_what_it_was_after_fewer_epochs_are_told_from_all_that_differs_otherwise(tmp_path: Path) -> None:
    one = {0: [1.0]}
    arms = {
        "as-described": ({}, one),
        "half": ({"epochs": 125}, one),
        "twice": ({"epochs": 500}, one),
        "half-wide": ({"epochs": 125, "discriminator": {"hidden": 64}}, one),
    }
    scores = measured(tmp_path, arms).scores
    arm = scores.arms["as-described"]
    assert [less.training.epochs for less in results.trained_less(scores, arm)] == [250, 125]
    assert {epochs: of.arm.name for epochs, of in results.alike(scores, arm, "epochs").items()} == {
        250: "as-described",
        125: "half",
        500: "twice",
    }
    assert list(results.alike(scores, arm, "discriminator_hidden")) == [8]
