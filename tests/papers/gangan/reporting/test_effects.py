"""What settings do, on made-up scores in which each does something known."""

from pathlib import Path

import pandas as pd
import pytest

from gangan.papers.gangan.reporting.effects import effects
from gangan.show.tables import save
from support.measured import measured

WIDE, LOGITS = {"discriminator": {"hidden": 64}}, {"loss": {"of": "logits"}}


def test_each_effect_is_the_mean_at_one_level_less_that_at_the_other(tmp_path: Path) -> None:
    # energy is 10 + 2 for the wide one + 4 for probabilities + 8 if both; 1 more for seed 1, and 0.2 more on wide
    added = {"a": 0.0, "b": 2.0, "c": 4.0, "d": 14.0}
    changes = {"a": LOGITS, "b": LOGITS | WIDE, "c": {}, "d": WIDE}

    def change(path: str, table: pd.DataFrame) -> pd.DataFrame:
        if not path.startswith("gangans/"):
            return table
        _, arm, seed = Path(path).with_suffix("").parts
        energy = 10 + added[arm] + int(seed) * (1.2 if arm in "bd" else 1)
        return table.assign(energy=energy, saturated=0.5, l2=2.0)

    made = measured(tmp_path, {arm: (of, {0: [1.0], 1: [1.0]}) for arm, of in changes.items()}, change=change)
    losses = {f"{arm}/{seed}": tmp_path / f"{arm}-{seed}.csv" for arm in changes for seed in (0, 1)}
    for name, path in losses.items():
        idle, loss = [0.0, 1.0 if name[0] == "d" else 0], [59.0, 61.0 if name[0] in "bd" else 60]
        pd.DataFrame({"idle_generator": idle, "loss_generator": loss}).to_csv(path, index=False)
    scores = [tmp_path / f"metrics/gangans/{name}.csv" for name in losses]
    found = effects(scores=scores, losses=list(losses.values()), names=list(losses), arms=made.scored.arms)
    save(found, [tmp_path / "effects.csv"])
    table = pd.read_csv(tmp_path / "effects.csv").set_index(["measure", "effect"])
    wide, taken = "discriminator.hidden: 64 − 8", "loss.of: probabilities − logits"
    energy = table.loc["energy"]
    assert energy["estimate"].to_dict() == pytest.approx(
        {wide: 6.1, taken: 8.0, f"({wide}) × ({taken})": 4.0}  # (2 + 10) / 2 and 0.2 / 2; (4 + 12) / 2; (10 − 2) / 2
    )
    assert energy.loc[wide, ["low", "high", "n"]].tolist() == pytest.approx([6.1 - 1.2706, 6.1 + 1.2706, 2], rel=1e-3)
    assert table.loc["idle_generator", "estimate"].tolist() == [0.25, 0.25, 0.25]
    assert table.loc["lost", "estimate"].tolist() == [0.5, 0, 0]  # in one of two epochs of the wide ones
    assert (table.loc[["saturated", "log_l2"], "estimate"] == 0).all()
