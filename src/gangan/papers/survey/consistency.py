"""What the values of the block ``survey`` must be to each other. A mistake names the key, below the block."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gangan.core.settings import refuse_repetition, refuse_taken, refuse_unless_below

if TYPE_CHECKING:
    from gangan.papers.survey.config import Config, TranslationArm

LEAST_SIDE = 24  # of images that the discriminators' five convolutions leave something of


def refuse_inconsistent(config: "Config") -> None:
    """Values that are right alone and not together.

    Raises:
        ValueError: names the first.
    """
    from gangan.papers.survey.rules import Plan  # which imports the models

    refuse_repetition("toy.arms", [arm.name for arm in config.toy.arms])
    for toy in config.toy.arms:
        _known(f"toy.arms.{toy.name}.density", [toy.density], config.toy.densities)
    if config.toy.rounds % config.toy.look:
        raise ValueError(f"toy.rounds: {config.toy.rounds}; allowed: a multiple of toy.look, {config.toy.look}")
    for key, arms in (
        ("drawing_arms", [(arm.name, arm.seeds) for arm in config.drawing_arms]),
        ("translation_arms", [(arm.name, arm.seeds) for arm in config.translation_arms]),
    ):
        refuse_repetition(key, [name for name, _ in arms])
        for name, seeds in arms:
            refuse_repetition(f"{key}.{name}.seeds", seeds)
    drawing = {arm.name: arm.training for arm in config.drawing_arms}
    translation = {arm.name: arm for arm in config.translation_arms}
    for name, training in drawing.items():
        if training.network.kind == "infogan" and training.data.kind != "digits":
            raise ValueError(f"drawing_arms.{name}.training.network.kind: infogan; allowed: dcgan, data are no digits")
    for one in translation.values():
        _check_translation(one)
    scoring = config.scoring
    _known("scoring.probe", scoring.probe, drawing)
    steps, every = scoring.probe_steps, scoring.probe_every
    if steps % every:
        raise ValueError(f"scoring.probe_steps: {steps}; allowed: a multiple of scoring.probe_every, {every}")
    limits = {f"scoring.{key}": getattr(scoring, key) for key in ("neighbour_images", "images")}
    refuse_unless_below("scoring.neighbours", scoring.neighbours, limits)
    figures = config.figures
    refuse_repetition("figures", [*(one.name for one in figures.drawings), *(one.name for one in figures.translations)])
    plan = Plan(config, "", "")
    for key in ("drawings", "translations"):
        refuse_taken(f"figures.{key}", [one.name for one in getattr(figures, key)], plan.of_toys | plan.of_runs)
    for shown in figures.drawings:
        _known("figures.drawings", [shown.arm], drawing)
        if (after := max(shown.after)) > (epochs := drawing[shown.arm].epochs):
            raise ValueError(f"figures.drawings: {shown.arm} after {after} epochs; allowed: 1 … {epochs}")
    for compared in figures.translations:
        _known("figures.translations", compared.arms, translation)
        if len({translation[arm].training.data for arm in compared.arms}) > 1:
            raise ValueError(f"figures.translations: {compared.name}; allowed: arms of the same data")
    _known("factorial", config.factorial, translation)
    _check_factorial([translation[name] for name in config.factorial])


def _known(key: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"{key}: {name}; allowed: {', '.join(known) or 'none, there are no arms'}")


def _check_translation(arm: "TranslationArm") -> None:
    key, training = f"translation_arms.{arm.name}.training", arm.training
    if training.generators.blocks % 2:
        raise ValueError(f"{key}.generators.blocks: {training.generators.blocks}; allowed: an even number")
    if training.constant >= training.epochs:
        raise ValueError(f"{key}.constant: {training.constant}; allowed: fewer than its {training.epochs} epochs")
    if training.crop and training.data.kind == "strokes":
        raise ValueError(f"{key}.crop: {training.crop}; allowed: null, as judges read whole digits")
    stored = 32 if training.data.kind == "strokes" else training.data.side
    side = training.crop or stored
    if side % 4 or side < LEAST_SIDE:
        where = "crop" if training.crop else "data.side"
        raise ValueError(f"{key}.{where}: {side}; allowed: a multiple of 4, {LEAST_SIDE} or more")
    if side > stored:
        raise ValueError(f"{key}.crop: {side}; allowed: at most the images' side, {stored}")


def _check_factorial(arms: list["TranslationArm"]) -> None:
    """Arms that differ in three settings and nothing else."""
    kinds = [(arm.training.generators.kind, arm.training.generators.width, arm.training.identity > 0) for arm in arms]
    refuse_repetition("factorial", kinds)
    same = {"kind": "two", "width": 1}
    rest = {
        arm.training.model_copy(update={"identity": 0, "generators": arm.training.generators.model_copy(update=same)})
        for arm in arms
    }
    if len(rest) > 1:
        raise ValueError(
            "factorial: arms that differ in more than kind and width of generators and identity; allowed: none"
        )
