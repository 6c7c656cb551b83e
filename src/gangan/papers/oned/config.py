"""The block ``oned`` of a study: presets, distributions, and the sweeps whose settings are run.

Models alone: every value of a block reaches a job as a setting and stands in its record, so nothing here decides a
byte. ``config/oned.yaml`` holds the values, ``config/README.md`` explains the keys.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gangan.core.settings import LARGEST, Block, Count, Name, Positive, Read, Real, Several, Share
from gangan.papers.oned.consistency import refuse_inconsistent

Optimizer = Literal["gd", "adam"]
Minibatch = Literal["none", "apart", "together"]
Number = Annotated[float, Field(allow_inf_nan=False), Read]


class Mode(Block):
    """One normal of a distribution."""

    mean: Number
    sigma: Real
    weight: Real


Distribution = Annotated[list[Mode], Field(min_length=1)]


class Decay(Block):
    """A staircase of the learning rate."""

    factor: Real
    every: Positive


class Preset(Block):
    """A version of the published code (docs/papers/oned.md, section 2)."""

    activation: Literal["tanh", "relu"]
    batch: Several
    steps: Positive
    pretraining: Count  # steps of the discriminator alone
    learning_rate: Real
    learning_rate_minibatch: Real
    decay: Decay | None
    floor: Annotated[float, Field(ge=0, lt=1), Read]  # of the logarithms' arguments
    self_distance: Annotated[float, Field(ge=0), Read]  # of a point from itself, in the minibatch layer


class Setting(Block):
    """What a run is, but for its seed."""

    preset: Name
    optimizer: Optimizer
    minibatch: Minibatch
    width: Positive
    depth: Positive
    distribution: Name


class Shape(Block):
    """What runs that are trained side by side have in common."""

    preset: Preset
    minibatch: Minibatch
    width: Positive
    depth: Positive


class Arm(Block):
    """What they may differ in, but for their seeds."""

    optimizer: Optimizer
    modes: Distribution


class Scoring(Block):
    """How runs are measured (docs/claims/oned.md)."""

    samples: Several
    samples_in_training: Several
    fits: Real
    collapsed: Real


class Change(Block):
    """What differs from the default setting."""

    preset: Name | None = None
    optimizer: Optimizer | None = None
    minibatch: Minibatch | None = None
    width: Positive | None = None
    depth: Positive | None = None
    distribution: Name | None = None


class Panel(Change):
    """One run that a figure shows."""

    seed: Count


class Panels(Block):
    """A figure of the text: the runs that it shows."""

    name: Name
    runs: Annotated[list[Panel], Field(min_length=1)]


class Gallery(Change):
    """A figure of many seeds of one setting."""

    name: Name


class Sweep(Block):
    """Settings: all combinations of these values, the rest as in the default setting."""

    name: Name
    preset: Annotated[list[Name], Field(min_length=1)] | None = None
    optimizer: Annotated[list[Optimizer], Field(min_length=1)] | None = None
    minibatch: Annotated[list[Minibatch], Field(min_length=1)] | None = None
    width: Annotated[list[Positive], Field(min_length=1)] | None = None
    depth: Annotated[list[Positive], Field(min_length=1)] | None = None
    distribution: Annotated[list[Name], Field(min_length=1)] | None = None


class Claims(Block):
    """Values that the claims name (docs/claims/oned.md)."""

    presets: Annotated[list[Name], Field(min_length=1)]
    spread: Annotated[float, Field(gt=1, allow_inf_nan=False), Read]
    rare: Annotated[Share, Field(gt=0)]
    small: Annotated[Share, Field(gt=0)]
    width: Positive
    depth: Positive
    mixture: Name
    sigmas: Annotated[list[Name], Field(min_length=4, max_length=4)]


class Config(Block):
    """The whole block."""

    seeds: Positive
    stacked: Positive
    epoch: Annotated[int, Field(gt=0, le=LARGEST, multiple_of=10), Read]  # kept losses are means of ten steps
    presets: Annotated[dict[Name, Preset], Field(min_length=1)]
    distributions: Annotated[dict[Name, Distribution], Field(min_length=1)]
    setting: Setting
    sweeps: Annotated[list[Sweep], Field(min_length=1)]
    scoring: Scoring
    panels: list[Panels]
    galleries: list[Gallery]
    gallery_seeds: Positive
    claims: Claims

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_inconsistent(self)
        return self
