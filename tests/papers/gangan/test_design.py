"""Which arms are a factorial design."""

from typing import Any

from gangan.core.settings import merged
from gangan.papers.gangan.config import Arm
from gangan.papers.gangan.design import factors
from support.studies import study
from support.trainings import gangan

LARGE = {"batch": 16, "learning_rate": 0.0005}


def arm(name: str, **changes: Any) -> Arm:
    training = merged(gangan().model_dump(), changes)
    return Arm.model_validate({"name": name, "group": "g", "zoo": "mlp", "seeds": [0], "training": training})


def test_settings_that_change_together_are_one_factor() -> None:
    wide = {"discriminator": {"hidden": 64}}
    arms = [arm("a"), arm("b", **wide), arm("c", **LARGE), arm("d", **wide, **LARGE)]
    found = {factor.name: set(factor.high) for factor in factors(arms)}
    before = gangan()
    assert found == {
        f"batch, learning_rate: 16, 0.0005 − {before.batch}, {before.learning_rate}": {"c", "d"},
        f"discriminator.hidden: 64 − {before.discriminator.hidden}": {"b", "d"},
    }
    assert factors(arms[:3]) == factors(arms[:2]) == factors([*arms, arms[0]]) == factors([]) == []
    assert factors([*arms[:3], arm("d", discriminator={"hidden": 32}, **LARGE)]) == []  # of three levels


def test_the_studys_design_has_the_four_factors_that_its_claims_name() -> None:
    arms = [one for one in study().gangan.arms if one.group == "widths"]
    found = factors(arms)
    assert sorted(factor.name.partition(":")[0] for factor in found) == [
        "batch, epochs, learning_rate", "discriminator.hidden", "generator.hidden", "loss.of",
    ]  # fmt: skip
    assert {len(factor.high) for factor in found} == {8}
