"""The tables of quality and of attempts on made-up scores whose answers are known."""

from pathlib import Path

import pandas as pd

from gangan.papers.gangan.config import Arm, ArmRows
from gangan.papers.gangan.reporting import quality as tables
from support.measured import measured
from support.trainings import standardised

BROUGHT = {"space": {"align": True}}


def test_the_table_of_quality_has_a_line_for_everything_measured_the_same_way(tmp_path: Path) -> None:
    def change(path: str, table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(**dict.fromkeys(tables.OTHERS, 1.0 if path.startswith("gangans/") else 2.0))

    arms = {"as-described": ({}, {0: [80.0, 400, 900], 1: [50.0, 60, 100]})}
    table = measured(tmp_path, arms, change=change).table(tables.quality)
    table = table.fillna({"of": ""}).set_index(["what", "of"])
    assert table.loc[("real digits: test", ""), "frechet"] == 4
    assert table.loc[("GANs after 4 epochs", "mlp"), ["n", "frechet", "best", "l2"]].tolist() == [10, 550, 100, 6]
    assert table.loc[("GANs after 4 epochs, aligned", "mlp"), ["n", "frechet", "l2"]].tolist() == [10, 550, 3]
    assert table.loc[("the best row", "mlp"), "frechet"] == 100
    assert table.loc[("last-10", "mlp"), ["n", "frechet", "best"]].tolist() == [10, 495, 90]
    assert table.loc[("gaussian", "mlp 0-9"), "frechet"] == 10
    assert table.loc[("GAN-GAN, line (median)", "as-described"), ["n", "frechet"]].tolist() == [2, (400 + 60) / 2]
    assert table.loc[("GAN-GAN, line (best)", "as-described"), ["frechet", "best"]].tolist() == [65, 50]
    assert table.loc[("GAN-GAN, line (best)", "as-described"), list(tables.OTHERS)].tolist() == [1] * len(tables.OTHERS)
    assert table.loc[("last-10", "mlp"), list(tables.OTHERS)].tolist() == [2] * len(tables.OTHERS)


def test_an_attempt_is_held_against_what_it_learned_from(tmp_path: Path) -> None:
    def change(path: str, table: pd.DataFrame) -> pd.DataFrame:
        if path.startswith("zoo-"):
            return table.assign(recall=table["frechet"].eq(100) * 0.4)
        if path.startswith("gangans/"):
            seed = int(Path(path).stem)
            near = {"recall": 0.4, "l2": 0.5, "l2_sibling": 0.25}
            return table.assign(l2_late_gan=[i % (2 + seed) for i in range(len(table))], **near)
        return table

    seeds = {0: [80.0, 90, 900], 1: [60.0, 70, 900]}
    arms = {"as-described": ({}, seeds), "brought": (BROUGHT, seeds)}
    arms["standardised"] = {"space": standardised("tensor", align=True)}, seeds
    table = measured(tmp_path, arms, change=change).table(tables.attempts).set_index("arm")
    assert table.loc["as-described", ["n", "frechet", "best_row", "best_average"]].tolist() == [2, 80, 100, 90]
    assert table.loc["as-described", ["nearest", "sibling", "neighbour", "other_run"]].tolist() == [0.5, 0.25, 1, 6]
    assert table.loc["as-described", "runs"] == 2.5  # two of the first seed, three of the second
    assert table.loc["brought", "other_run"] == table.loc["standardised", "other_run"] == 3


def test_gangans_that_each_learned_a_run_of_their_own_are_held_against_that(tmp_path: Path) -> None:
    def own(arm: Arm) -> Arm:
        return arm.model_copy(update={"rows": ArmRows(own_run=True)})

    def change(_: str, table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(recall=0.4, l2_late_gan=0, l2_sibling=1.0)

    made = measured(tmp_path, {"as-released": ({}, {1: [150.0], 3: [150.0]})}, change=change, arm=own)
    (line,) = made.table(tables.attempts).to_dict("records")
    assert line["best_row"] == (200 + 400) / 2  # of run 1 and of run 3
    assert line["best_average"] == (180 + 360) / 2
