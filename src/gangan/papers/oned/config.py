"""The block ``oned`` of a study: presets, distributions, and the sweeps whose settings are run.

Models alone: every value of a block reaches a job as a setting and stands in its record, so nothing here decides a
byte. ``config/oned.yaml`` holds the values, ``config/README.md`` explains the keys.
"""

from collections.abc import Mapping
from itertools import product
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from gangan.core.settings import Block, Count, Name, Positive, Read, Real, Several, Share, refuse_repetition

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

    def of(self, setting: Setting) -> Setting:
        """A setting with this change."""
        changes = {name: value for name in Setting.model_fields if (value := getattr(self, name)) is not None}
        return setting.model_copy(update=changes)


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

    def values(self) -> dict[str, list[Any]]:
        """The keys that it sets, in the order of a setting's."""
        return {name: values for name in Setting.model_fields if (values := getattr(self, name)) is not None}

    def settings(self, default: Setting) -> list[Setting]:
        """Its settings."""
        values = self.values()
        combinations = product(*values.values())
        return [default.model_copy(update=dict(zip(values, one, strict=True))) for one in combinations]


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
    epoch: Positive
    presets: Annotated[dict[Name, Preset], Field(min_length=1)]
    distributions: Annotated[dict[Name, Distribution], Field(min_length=1)]
    setting: Setting
    sweeps: Annotated[list[Sweep], Field(min_length=1)]
    scoring: Scoring
    panels: list[Panels]
    galleries: list[Gallery]
    gallery_seeds: Positive
    claims: Claims

    @property
    def settings(self) -> list[Setting]:
        """All that is run, each once, in the order of the sweeps."""
        found = [setting for sweep in self.sweeps for setting in sweep.settings(self.setting)]
        return list(dict.fromkeys(found))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Values that are right alone and not together."""
        for name, modes in self.distributions.items():
            whole = sum(mode.weight for mode in modes)
            if abs(whole - 1) > 1e-9:
                raise ValueError(f"distributions.{name}: weights sum to {whole:g}; allowed: 1")
        for name, preset in self.presets.items():
            for key in ("steps", "pretraining"):
                if getattr(preset, key) % self.epoch:
                    raise ValueError(
                        f"presets.{name}.{key}: {getattr(preset, key)}; allowed: a multiple of epoch ({self.epoch})"
                    )
        for key in ("sweeps", "panels", "galleries"):
            refuse_repetition(key, [one.name for one in getattr(self, key)])
        for sweep in self.sweeps:
            for key, values in sweep.values().items():
                refuse_repetition(f"sweeps.{sweep.name}.{key}", values)
            for setting in sweep.settings(self.setting):
                self.check(setting, f"sweeps.{sweep.name}")
        runs = set(self.settings)
        for figure in self.panels:
            for panel in figure.runs:
                if panel.of(self.setting) not in runs or panel.seed >= self.seeds:
                    raise ValueError(f"panels.{figure.name}.runs: {_written(panel)}; allowed: a run of some sweep")
        for gallery in self.galleries:
            if gallery.of(self.setting) not in runs:
                raise ValueError(f"galleries.{gallery.name}: {_written(gallery)}; allowed: a setting of some sweep")
        return self

    def check(self, setting: Setting, where: str) -> None:
        """Whether presets and distributions have what a setting names.

        Raises:
            ValueError: they do not; names the key, below ``where``.
        """
        for key, known in (("preset", self.presets), ("distribution", self.distributions)):
            if getattr(setting, key) not in known:
                raise ValueError(f"{where}.{key}: {getattr(setting, key)}; allowed: {', '.join(known)}")
        batch = self.presets[setting.preset].batch
        shares = [batch * mode.weight for mode in self.distributions[setting.distribution]]
        if any(abs(share - round(share)) > 1e-9 for share in shares):
            raise ValueError(
                f"{where}.distribution: {setting.distribution}; allowed: weights that divide a batch of {batch}"
            )


def _written(change: Change) -> str:
    found: Mapping[str, Any] = change.model_dump(exclude_none=True, exclude={"name"})
    return ", ".join(f"{key} {value}" for key, value in found.items()) or "the default setting"
