"""Scores read back from the files of a study, by the arms that made them."""

from pathlib import Path

import pandas as pd
import yaml
from snakemake.utils import update_config

from conftest import ROOT
from gangan import measurements
from gangan.study import Study, load

PAPER = ROOT / "config" / "paper.yaml"
EXTENDED = ROOT / "config" / "extended.yaml"


def study(file: Path = PAPER) -> Study:
    values = yaml.safe_load(PAPER.read_text())
    update_config(values, yaml.safe_load(file.read_text()))
    return load(values, [PAPER, file], {})


def test_an_arm_is_read_with_its_own_rows_and_averages_and_every_table_is_read_once(tmp_path: Path) -> None:
    paper = study().model_copy(update={"zoos": {"mlp": study().zoos["mlp"].model_copy(update={"runs": 3})}})
    measured = paper.measured(["mlp"], paper.arms)
    files = measurements.files(measured, tmp_path)
    assert len(files) == len(set(files.values())) == 3 + 2 + 10
    for name, path in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        kind, *rest = name.split(".")
        if kind == "zoo":
            table = pd.DataFrame({"gan": [int(rest[1])] * 2, "epoch": [0, 1], "frechet": [2.0, 1.0]})
        elif kind == "gangan":
            table = pd.DataFrame({"points": ["draws"], "frechet": [float(rest[1])]})
        else:
            kinds = ["last-10", "ema", "noise", "real-test", "gaussian", "ema"]
            table = pd.DataFrame({"kind": kinds, "runs": ["0", "0", "0", None, "0-2", "2"], "frechet": 1.0})
        table.assign(judge="j").to_csv(path, index=False)
    scores = measurements.read(measured, tmp_path)
    assert scores.judge == "j"
    assert scores.zoos["mlp"]["gan"].tolist() == [0, 0, 1, 1, 2, 2]
    described, released = scores.arms["as-described"], scores.arms["as-released"]
    assert described.rows["gan"].tolist() == [0, 0, 1, 1, 2, 2]
    assert released.rows["gan"].tolist() == [0, 0]
    assert described.averages[["kind", "runs"]].to_numpy().tolist() == [["last-10", "0"], ["ema", "0"], ["ema", "2"]]
    assert released.averages["kind"].tolist() == ["last-10", "ema"]
    assert described.medians().to_dict() == {0: 0, 1: 1, 2: 2, 3: 3, 4: 4}


def test_the_extended_study_has_arms_alike_but_for_the_claims_two_keys() -> None:
    extended = study(EXTENDED)
    assert extended.study == "paper"
    for faithful, short in (("as-described", "described"), ("as-released", "released")):
        width, latent = (
            [arm.name for arm in extended.series(faithful, key)] for key in ("discriminator_hidden", "latent")
        )
        assert width == [faithful, f"{short}-wide-discriminator"]
        assert latent == [faithful, *(f"{short}-latent-{size}" for size in (2, 8, 64))]
        dcgans = extended.measured([], extended.arms).arms[f"{short}-dcgan"]
        mlps = extended.measured([], extended.arms).arms[faithful]
        assert (mlps.network, dcgans.network, dcgans.rows) == ("mlp", "dcgan", mlps.rows)
    for arm in study().arms:
        assert arm == extended.arm(arm.name)
    shown = {zoo: [arm.name for arm in extended.curves(zoo)] for zoo in extended.used_zoos}
    assert shown == {"mlp": ["as-described", "as-released"], "dcgan": ["described-dcgan", "released-dcgan"]}
