"""The block ``ppgn`` of a study: encoder, networks, training, arms, and what is measured and shown.

Models alone: every value of a block reaches a job as a setting and stands in its record, so nothing here decides a
byte. ``config/ppgn.yaml`` holds the values, ``config/README.md`` explains the keys.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gangan.core.settings import (
    Block,
    Count,
    Name,
    Neighbours,
    Positive,
    Read,
    Real,
    Several,
    Share,
    refuse_repetition,
    refuse_unless_below,
)

Space = Literal["x", "fc1"]  # what a critic looks at: images, or their codes
Size = Annotated[float, Field(ge=0, allow_inf_nan=False), Read]
Class = Annotated[int, Field(ge=0, le=9), Read]
Seeds = Annotated[list[Count], Field(min_length=1)]
Above = Annotated[Share, Field(gt=0)]


class Encoder(Block):
    """The network whose codes are inverted, and how it learns to read digits."""

    filters: Annotated[list[Positive], Field(min_length=3, max_length=3)]
    epochs: Positive
    batch: Positive
    learning_rate: Real
    momentum: Share
    bar: Share  # of the test digits, that it must read rightly


class Filters(Block):
    """Filters of each convolution of the generator, first those of the images that its linear layer makes, and of the
    critics."""

    generator: Annotated[list[Positive], Field(min_length=4, max_length=4)]
    x: Annotated[list[Positive], Field(min_length=4, max_length=4)]
    fc1: Annotated[list[Positive], Field(min_length=3, max_length=3)]


class Updates(Block):
    """How many of the critics' batches come before each update of the generator."""

    usual: Positive
    burst: Positive
    first: Count  # updates of the generator that come after a burst, from the start
    every: Positive  # and every so many of them


class Training(Block):
    """What all arms share."""

    epochs: Positive
    batch: Several
    first: Positive | None  # digits; all if null
    learning_rate: Real
    penalty: Real
    updates: Updates
    filters: Filters


class Weights(Block):
    """What the terms of the generator's loss are multiplied by."""

    adversarial: Real  # each critic's
    image: Size
    code: Size


class All(Block):
    """Every critic in every batch."""

    kind: Literal["all"]


class Random(Block):
    """One of the critics by a toss, for each update of the generator or for each batch; all of them in a burst."""

    kind: Literal["random"]
    each: Literal["update", "batch"]


class Objective(Block):
    """What an arm's generator is trained on."""

    critics: list[Space]
    weights: Weights
    choice: Annotated[All | Random, Field(discriminator="kind")]


class Arm(Block):
    """One experiment, with a run for each seed."""

    name: Name
    seeds: Seeds
    objective: Objective


class Steps(Block):
    """The three sizes of a step of a walk in the codes."""

    reconstruction: Real  # ε₁: how far a code goes towards that of its image
    condition: Real  # ε₂: how far up the gradient of the class's log-probability
    noise: Size  # ε₃: the standard deviation of what is added


class Sampler(Block):
    """How digits are drawn."""

    name: Name
    steps: Steps
    arms: Annotated[list[Name], Field(min_length=1)] | None  # whose digits; of all if null


class Scoring(Block):
    """How much is measured of a run."""

    samplers: Annotated[list[Sampler], Field(min_length=1)]
    classes: Annotated[list[Class], Field(min_length=1)]
    chains: Several  # of each class
    iterations: Several
    neighbours: Neighbours


class Figures(Block):
    """What is drawn; nothing of it decides a score."""

    columns: Positive  # chains of each class that are shown
    estimates: list[Name]  # arms


class Claims(Block):
    """Arms, samplers and values that the claims name."""

    vanilla: Name
    adversarial: Name
    full: Name
    unopposed: Name
    combined: Name
    random: Name
    sampler: Name
    noisy: Name
    original: Name
    chance: Above  # of a class's digits that are read as its own
    adequate: Above
    near: Above  # two distances that differ by less are alike
    somewhat: Real  # … by less are somewhat apart
    quickly: Above


class Config(Block):
    """The whole block."""

    encoder: Encoder
    training: Training
    arms: list[Arm]
    scoring: Scoring
    figures: Figures
    claims: Claims

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_repetition("arms", [arm.name for arm in self.arms])
        for arm in self.arms:
            refuse_repetition(f"arms.{arm.name}.seeds", arm.seeds)
            _check_objective(f"arms.{arm.name}.objective", arm.objective)
        refuse_repetition("scoring.samplers", [sampler.name for sampler in self.scoring.samplers])
        _check_names([sampler.name for sampler in self.scoring.samplers])
        refuse_repetition("scoring.classes", self.scoring.classes)
        refuse_unless_below("scoring.neighbours", self.scoring.neighbours, {"scoring.chains": self.scoring.chains})
        if self.figures.columns > self.scoring.chains:
            raise ValueError(f"figures.columns: {self.figures.columns}; allowed: 1 … {self.scoring.chains}, the chains")
        names = [arm.name for arm in self.arms]
        lists = {f"scoring.samplers.{one.name}.arms": one.arms or [] for one in self.scoring.samplers}
        for key, named in (lists | {"figures.estimates": self.figures.estimates}).items():
            for name in named:
                if name not in names:
                    raise ValueError(f"{key}: {name}; allowed: {', '.join(names) or 'none, there are no arms'}")
        drawn = {name for one in self.scoring.samplers for name in one.arms or names}
        if silent := [name for name in names if name not in drawn]:
            raise ValueError(f"scoring.samplers: none draws of {silent[0]}; allowed: one or more for each arm")
        return self


def _check_names(samplers: list[str]) -> None:
    from gangan.papers.ppgn.rules import SAVED  # which imports the models

    for name in samplers:
        if name.endswith(SAVED):
            raise ValueError(f"scoring.samplers: {name}; allowed: a name without {SAVED}, which a figure's has")


def _check_objective(key: str, objective: Objective) -> None:
    refuse_repetition(f"{key}.critics", objective.critics)
    if not (objective.critics or objective.weights.image or objective.weights.code):
        raise ValueError(f"{key}: no loss; allowed: a critic, or a weight of image or code above 0")
    if objective.choice.kind == "random" and len(objective.critics) < 2:
        raise ValueError(f"{key}.choice: random; allowed: all, as there are not two critics")
