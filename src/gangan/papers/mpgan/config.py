"""The block ``mpgan`` of a study: how GANs of digits and of tables are trained, arms, and what is measured and shown.

Models alone: every value of a block reaches a job as a setting and stands in its record, so nothing here decides a
byte. ``config/mpgan.yaml`` holds the values, ``config/README.md`` explains the keys.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from gangan.core.settings import Block, Count, Name, Neighbours, Positive, Read, Real, Several, Share, written_out
from gangan.papers.mpgan.consistency import refuse_inconsistent

Number = Annotated[float, Field(allow_inf_nan=False), Read]
Seeds = Annotated[list[Count], Field(min_length=1)]


class Updates(Block):
    """How two networks are trained against each other, whatever they draw."""

    epochs: Positive
    batch: Several
    optimizer: Literal["adam", "sgd"]
    learning_rate: Real
    decay: Real  # what an epoch multiplies the learning rate by
    loss: Literal["non-saturating", "saturating"]


class Selection(Block):
    """Which of the training digits are learned."""

    digit: Annotated[int, Field(ge=0, le=9), Read] | None
    first: Positive | None


class Discriminator(Block):
    """Its convolutions, and what stands between them."""

    filters: Positive
    normalisation: Literal["dropout", "batch-norm"]


class Scratch(Block):
    """The discriminator starts from fresh weights."""

    kind: Literal["scratch"]


class Pretrained(Block):
    """It starts as another run left it: that of another arm whose seed is greater by ``shift``."""

    kind: Literal["pretrained"]
    arm: Name
    shift: Positive
    after: Positive  # epochs
    frozen: bool


class Training(Updates):
    """How a GAN of digits is trained."""

    selection: Selection
    discriminator: Discriminator
    start: Annotated[Scratch | Pretrained, Field(discriminator="kind")]


class Arm(Block):
    """One experiment, with a run for each seed."""

    # A file says what the arm changes of the training, if anything; ``Config`` writes it out.
    model_config = ConfigDict(json_schema_extra=lambda schema: schema["required"].remove("training"))

    name: Name
    seeds: Seeds
    training: Training


class Axis(Block):
    """One direction of a grid in the latent space."""

    coordinate: Annotated[int, Field(ge=0, lt=100), Read]
    start: Number
    step: Real
    count: Several


class Plane(Block):
    """A grid in the latent space: down its lines and along them; all other coordinates are 0."""

    name: Name
    down: Axis
    along: Axis


class Scoring(Block):
    """How much is measured (docs/claims/mpgan.md)."""

    looks: Annotated[list[Positive], Field(min_length=1)]  # epochs after which a run is scored
    images: Several
    neighbour_images: Several
    neighbours: Neighbours
    planes: Annotated[list[Plane], Field(min_length=1)]
    norms: Annotated[list[Annotated[float, Field(ge=0), Read]], Field(min_length=2)]
    directions: Several


class Comparison(Block):
    """A figure of what arms draw, side by side."""

    name: Name
    arms: Annotated[list[Name], Field(min_length=1)]
    after: Positive


class Development(Block):
    """A figure of one arm in the course of its training."""

    name: Name
    arm: Name
    after: Annotated[list[Positive], Field(min_length=1)]


class Figures(Block):
    """What is drawn; nothing of it decides a score."""

    columns: Positive
    developments: list[Development]
    comparisons: list[Comparison]
    planes: list[Name]  # arms


class Claims(Block):
    """Arms and values that the claims name."""

    adam: Name
    sgd: Name
    scratch: Name
    trained: Name
    frozen: Name
    batch_norm: Name
    early: Positive
    late: Positive
    near: Annotated[Share, Field(gt=0)]  # two distances that differ by less are alike
    scarce: Annotated[Share, Field(gt=0)]
    saved: Annotated[Share, Field(gt=0)]
    alike: Annotated[Share, Field(gt=0)]
    norms: Annotated[list[Annotated[float, Field(ge=0), Read]], Field(min_length=3, max_length=3)]


class Packaged(Block):
    """A table that comes with scikit-learn."""

    kind: Literal["packaged"]
    name: Literal["wine", "breast-cancer"]


class Given(Block):
    """A CSV file of numbers with a header, and the column that holds the class."""

    kind: Literal["file"]
    name: Name
    path: str
    target: str


class TableTraining(Updates):
    """How a GAN of lines of a table is trained."""

    steps: Positive  # in an epoch
    latent: Positive
    hidden: Positive


class Tables(Block):
    """Tables, and what is measured of GANs of their lines."""

    sources: list[Annotated[Packaged | Given, Field(discriminator="kind")]]
    seeds: Seeds
    training: TableTraining
    held_out: Annotated[float, Field(ge=0.2, le=0.5), Read]  # one line or more of each class, which has five or more
    bins: Positive


class Config(Block):
    """The whole block."""

    training: Training
    arms: list[Arm]
    scoring: Scoring
    figures: Figures
    claims: Claims
    tables: Tables

    @model_validator(mode="before")
    @classmethod
    def _written_out(cls, values: Any) -> Any:
        if not isinstance(values, Mapping) or not isinstance(values.get("arms"), list):
            return values
        return dict(values) | {"arms": written_out(values["arms"], values.get("training"), Training)}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_inconsistent(self)
        return self
