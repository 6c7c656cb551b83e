"""What the values of the block ``mpgan`` must be to each other. A mistake names the key, below the block."""

from typing import TYPE_CHECKING

from gangan.core.settings import refuse_repetition, refuse_taken, refuse_unless_below

if TYPE_CHECKING:
    from gangan.papers.mpgan.config import Arm, Config


def refuse_inconsistent(config: "Config") -> None:
    """Values that are right alone and not together.

    Raises:
        ValueError: names the first.
    """
    refuse_repetition("arms", [arm.name for arm in config.arms])
    arms = {arm.name: arm for arm in config.arms}
    for arm in config.arms:
        refuse_repetition(f"arms.{arm.name}.seeds", arm.seeds)
        _check_batch(f"arms.{arm.name}.training.batch", arm.training.batch)
        _check_start(arm, arms)
    _check_batch("tables.training.batch", config.tables.training.batch)
    refuse_repetition("tables.sources", [source.name for source in config.tables.sources])
    refuse_repetition("tables.seeds", config.tables.seeds)
    for key in ("looks", "norms"):
        refuse_repetition(f"scoring.{key}", getattr(config.scoring, key))
    limits = {f"scoring.{key}": getattr(config.scoring, key) for key in ("neighbour_images", "images")}
    refuse_unless_below("scoring.neighbours", config.scoring.neighbours, limits)
    refuse_repetition("scoring.planes", [plane.name for plane in config.scoring.planes])
    if absent := set(config.claims.norms) - set(config.scoring.norms):
        raise ValueError(f"claims.norms: {min(absent):g}; allowed: one of scoring.norms")
    for key in ("early", "late"):
        if (after := getattr(config.claims, key)) not in config.scoring.looks:
            raise ValueError(f"claims.{key}: {after}; allowed: one of scoring.looks")
    _check_figures(config, arms)


def _check_figures(config: "Config", arms: dict[str, "Arm"]) -> None:
    from gangan.papers.mpgan.rules import Plan  # which imports the models

    shown = config.figures
    names = {key: [figure.name for figure in getattr(shown, key)] for key in ("developments", "comparisons")}
    refuse_repetition("figures", [*names["developments"], *names["comparisons"]])
    refuse_repetition("figures.planes", shown.planes)
    for key in names:
        refuse_taken(f"figures.{key}", names[key], Plan(config, "").unnamed)
    for key, named in (
        ("developments", [(figure.arm, max(figure.after)) for figure in shown.developments]),
        ("comparisons", [(arm, figure.after) for figure in shown.comparisons for arm in figure.arms]),
        ("planes", [(arm, 1) for arm in shown.planes]),
    ):
        for arm, after in named:
            if arm not in arms:
                raise ValueError(f"figures.{key}: {arm}; allowed: {', '.join(arms) or 'none, there are no arms'}")
            if after > (epochs := arms[arm].training.epochs):
                raise ValueError(f"figures.{key}: {arm} after {after} epochs; allowed: 1 … {epochs}")


def _check_batch(key: str, batch: int) -> None:
    if batch % 2:
        raise ValueError(f"{key}: {batch}; allowed: an even number, half of a batch is real")


def _check_start(arm: "Arm", arms: dict[str, "Arm"]) -> None:
    start, key = arm.training.start, f"arms.{arm.name}.training.start"
    if start.kind == "scratch":
        return
    source = arms.get(start.arm)
    if source is None or source.training.start.kind != "scratch":
        allowed = [one.name for one in arms.values() if one.training.start.kind == "scratch"]
        raise ValueError(f"{key}.arm: {start.arm}; allowed: {', '.join(allowed) or 'none, no arm is from scratch'}")
    if start.after > source.training.epochs:
        raise ValueError(
            f"{key}.after: {start.after}; allowed: 1 … {source.training.epochs}, the epochs of {start.arm}"
        )
    if source.training.discriminator != arm.training.discriminator:
        raise ValueError(f"{key}.arm: {start.arm}; allowed: an arm whose discriminator is of the same shape")
    if absent := {seed + start.shift for seed in arm.seeds} - set(source.seeds):
        raise ValueError(f"{key}.shift: {start.shift}; allowed: one that gives seeds of {start.arm}, not {min(absent)}")
