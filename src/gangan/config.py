"""The configuration of a study: one model per YAML block, unknown keys refused. ``config/README.md`` explains the keys.

The values live in ``config/paper.yaml``, not here: a default in code would be a second home.
"""

import json
from contextlib import suppress
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, ValidationError

from gangan.files import UserError
from gangan.mistakes import said


def _number(value: Any) -> Any:
    """Text that spells a number is one: YAML 1.1 reads ``2e-4`` as text, and Snakemake every number that stands
    inside a block given to ``--config``."""
    if isinstance(value, str):
        for kind in (int, float):
            with suppress(ValueError):
                return kind(value)
    return value


Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Read = BeforeValidator(_number)
Positive = Annotated[int, Field(gt=0), Read]
Count = Annotated[int, Field(ge=0), Read]
Real = Annotated[float, Field(gt=0, allow_inf_nan=False), Read]
Network = Literal["mlp", "dcgan"]
Dataset = Literal["mnist", "mnist-5k", "fashion-mnist", "kmnist"]
Addresses = dict[Dataset, list[Annotated[str, Field(pattern=r"^(https?|file):")]]]


FAITHFUL = ("as-described", "as-released")  # the arms that are the paper's own, its text and its code
Model = TypeVar("Model", bound=BaseModel)


class Block(BaseModel):
    """A frozen block of YAML."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def as_json(self) -> str:
        """The block in one line, keys in order: what a job is given, and what its digest is taken of."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True)


class Data(Block):
    """Which digits, and where they come from."""

    name: Dataset
    mirrors: Addresses


class Mirrors(RootModel[Addresses]):
    """Where datasets come from, as a job is told."""


class Jobs(Block):
    """How the GANs are spread over jobs; decides no result beyond rounding."""

    per_job: Positive
    checkpoint_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False), Read]


class Gan(Block):
    """How one GAN is trained (paper, section 3)."""

    epochs: Positive
    batch: Positive
    learning_rate: Real
    network: Network
    latent: Positive
    hidden: Positive
    shared_initialisation: bool


class Zoo(Gan):
    """Many GANs, alike but for their random streams."""

    runs: Positive

    @property
    def gan(self) -> Gan:
        """What decides the rows of one GAN: not how many others there are."""
        return Gan(**self.model_dump(exclude={"runs"}))


class GanGan(Block):
    """How a GAN over rows is trained (paper, section 3)."""

    epochs: Positive
    batch: Positive
    learning_rate: Real
    latent: Positive
    generator_hidden: Positive
    discriminator_hidden: Positive
    output: Literal["tanh", "linear"]
    align: bool
    standardise: Literal["none", "tensor", "parameter"]
    components: Positive | None  # None: the networks see whole rows
    renormalise: bool
    loss: Literal["gan", "wgan-gp"]
    penalty: Real
    critic_steps: Positive
    average: Annotated[float, Field(ge=0, lt=1), Read]
    condition: Literal["none", "epoch"]
    digits: Annotated[float, Field(ge=0, allow_inf_nan=False), Read]
    digits_gans: Positive
    digits_pack: Positive

    @property
    def rows_per_step(self) -> int:
        """How many rows one step of training reads."""
        return self.batch * (self.critic_steps if self.loss == "wgan-gp" else 1)

    @property
    def contradiction(self) -> str | None:
        """What is wrong with the keys together, if anything."""
        if self.output != "linear" and (self.standardise != "none" or self.components):
            return "output: tanh; allowed with standardise or components: linear"
        for key, used in (("digits", self.digits > 0), ("condition", self.condition != "none")):
            if used and self.loss != "wgan-gp":
                return f"loss: gan; allowed with {key}: wgan-gp"
        if self.digits and self.condition != "none":
            return f"condition: {self.condition}; allowed with digits: none"
        if self.digits and self.batch % (self.digits_gans * self.digits_pack):
            return f"batch: {self.batch}; allowed: a multiple of digits_gans × digits_pack"
        return None


def _changes_schema(schema: dict[str, Any]) -> None:
    schema["properties"] = GanGan.model_json_schema()["properties"]
    schema["additionalProperties"] = False


class Draws(Block):
    """Which of a GAN-GAN's GANs are looked at."""

    truncation: Real = 1.0  # what latents drawn at random are multiplied by
    renormalise: bool = False  # hidden units get the moments that they have in the GAN at z = 0
    best_of: Positive = 1  # each draw is the best by validation digits of so many


class Arm(Block):
    """One experiment: which rows a GAN-GAN reads, how often trained, and what it changes of ``gangan``."""

    name: Name
    zoo: Name
    runs: list[Count] | None = None  # all of the zoo's
    from_epoch: Count = 0
    repeat: Positive = 1
    draws: Draws = Draws()
    seeds: Annotated[list[Count], Field(min_length=1)]
    gangan: Annotated[dict[str, Any], Field(json_schema_extra=_changes_schema)] = {}


class Rows(Block):
    """Everything that decides the bytes of one GAN-GAN besides the zoo and the seed."""

    runs: list[Count]
    from_epoch: Count
    repeat: Positive
    gangan: GanGan


class Figures(Block):
    """What the figures show."""

    snapshots: Annotated[list[Count], Field(min_length=1)]
    panel: Positive
    walk_rows: Annotated[int, Field(ge=2), Read]
    walk_columns: Positive
    walk_extent: Real


class Judge(Block):
    """How the classifier whose features measure images is trained."""

    epochs: Positive
    batch: Positive
    learning_rate: Real


class Evaluation(Block):
    """How much is measured of each GAN."""

    images: Annotated[int, Field(ge=2), Read]
    neighbour_images: Annotated[int, Field(ge=2), Read]
    neighbours: Positive
    every: Positive
    averages: Annotated[list[Positive], Field(min_length=1)]
    ema: Annotated[float, Field(gt=0, lt=1), Read]
    lines: Positive
    probes: Positive


class Subsets(RootModel[list[list[Count]]]):
    """Sets of a zoo's runs, as a job is told."""


class Shown(Block):
    """What the tables of architectures and settings show: zoos, and arms with the zoo each reads."""

    zoos: dict[Name, Zoo]
    arms: dict[Name, tuple[Name, Rows, Draws]]


class MeasuredArm(Block):
    """An arm whose GAN-GANs were scored."""

    zoo: Name
    network: Network  # of the zoo's GANs
    rows: Rows  # of no runs if of all: a job is told this on its command line
    draws: Draws
    seeds: list[Count]

    def alike_but(self, key: str, other: "MeasuredArm") -> bool:
        """Whether another arm is the same but perhaps for one key of ``gangan``."""
        gangan = other.rows.gangan.model_copy(update={key: getattr(self.rows.gangan, key)})
        alike = other.model_copy(update={"rows": other.rows.model_copy(update={"gangan": gangan})})
        return (self.zoo, self.rows, self.draws) == (alike.zoo, alike.rows, alike.draws)


class Measured(Block):
    """What was scored: by zoo the number of its GANs, how many of them a job trained, and arms."""

    zoos: dict[Name, Positive]
    per_job: Positive
    arms: dict[Name, MeasuredArm]


def job_names(runs: int, per_job: int) -> dict[str, int]:
    """The training jobs of ``runs`` GANs: name (its first GAN, at least two digits) → number of GANs."""
    return {f"{first:02d}": min(per_job, runs - first) for first in range(0, runs, per_job)}


def parsed(model: type[Model], text: str) -> Model:
    """A block given to a job as JSON.

    Raises:
        UserError: it is not one; names key and allowed values.
    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise UserError(f"{model.__name__}: {said(error.errors()[0], model)}") from None
