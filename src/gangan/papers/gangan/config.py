"""The block ``gangan`` of a study: zoos of GANs, GAN-GANs over them, and what is measured and shown.

Models alone: every value of a block reaches a job as a setting and stands in its record, so nothing here decides a
byte. ``config/gangan.yaml`` holds the values, ``config/README.md`` explains the keys.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from gangan.core.settings import Block, Count, Name, Neighbours, Positive, Real, Several, Share, merged
from gangan.papers.gangan.consistency import refuse_inconsistent


class Network(Block):
    """The networks of one GAN: the paper's, or a small DCGAN."""

    kind: Literal["mlp", "dcgan"]
    latent: Positive
    hidden: Positive


class GanLoss(Block):
    """The paper's loss, computed on probabilities, as published, or on logits."""

    kind: Literal["gan"]
    of: Literal["probabilities", "logits"]


class Gan(Block):
    """How one GAN is trained (paper, section 3)."""

    epochs: Positive
    batch: Positive
    learning_rate: Real
    network: Network
    loss: GanLoss
    shared_initialisation: bool


class Zoo(Block):
    """Many GANs, alike but for their random streams."""

    like: Name | None = None  # another zoo, of which this one says only what differs
    first: Count = 0  # the number of its first run: runs of one number have the same random streams
    runs: Positive
    gan: Gan
    averages: Annotated[list[Positive], Field(min_length=1)]
    snapshots: Annotated[list[Count], Field(min_length=1)]
    file: str | None = None  # rows made elsewhere are read from here; nothing is trained


class Generator(Block):
    """The GAN-GAN's generator."""

    hidden: Positive
    average: Share


class Discriminator(Block):
    """The GAN-GAN's discriminator."""

    hidden: Positive


class RowSpace(Block):
    """The networks see whole rows, as they are."""

    kind: Literal["rows"]
    align: bool
    output: Literal["tanh", "linear"]


class StandardisedSpace(Block):
    """They see rows whose numbers are centred and divided by a standard deviation."""

    kind: Literal["standardised"]
    align: bool
    per: Literal["tensor", "parameter"]


class ComponentSpace(Block):
    """They see the principal components of rows."""

    kind: Literal["components"]
    align: bool
    standardise: Literal["none", "tensor", "parameter"]
    count: Positive


class EpochCondition(Block):
    """Both networks are given the epoch of each row."""

    kind: Literal["epoch"]


class DigitCritic(Block):
    """A second critic compares what drawn GANs draw with the dataset's digits."""

    kind: Literal["digits"]
    weight: Real
    gans: Positive
    pack: Positive
    alone: bool = False  # the generator is told nothing of rows


class WassersteinLoss(Block):
    """A Wasserstein GAN with gradient penalty."""

    kind: Literal["wgan-gp"]
    penalty: Real
    critic_steps: Positive
    also: Annotated[EpochCondition | DigitCritic, Field(discriminator="kind")] | None


class Training(Block):
    """How a GAN-GAN is trained (paper, section 3)."""

    epochs: Positive
    batch: Positive
    learning_rate: Real
    latent: Positive
    generator: Generator
    discriminator: Discriminator
    space: Annotated[RowSpace | StandardisedSpace | ComponentSpace, Field(discriminator="kind")]
    loss: Annotated[GanLoss | WassersteinLoss, Field(discriminator="kind")]
    renormalise: bool

    @model_validator(mode="after")
    def _digits_fill_packs(self) -> Self:
        also = self.loss.also if isinstance(self.loss, WassersteinLoss) else None
        if isinstance(also, DigitCritic) and self.batch % (also.gans * also.pack):
            raise ValueError(f"batch: {self.batch}; allowed: a multiple of loss.also.gans × loss.also.pack")
        return self


class Rows(Block):
    """Which rows of a zoo a GAN-GAN learns."""

    runs: Annotated[list[Count], Field(min_length=1)] | None = None  # all
    from_epoch: Count = 0
    repeat: Positive = 1


class ArmRows(Rows):
    """The same for an arm, whose GAN-GANs may each learn one run."""

    own_run: bool = False  # that of the GAN-GAN's own number


class Draws(Block):
    """Which GANs of a GAN-GAN are shown and scored."""

    truncation: Real = 1.0  # what latents drawn at random are multiplied by
    renormalise: bool = False  # hidden units get the moments that they have in the GAN at z = 0
    best_of: Positive = 1  # each draw is the best by validation digits of so many
    after: Positive | None = None  # from the GAN-GAN as it was after so many epochs


class Arm(Block):
    """One experiment: GAN-GANs trained on rows of a zoo, or those of another arm, drawn from in another way."""

    name: Name
    group: Name
    draws_from: Name | None = None
    zoo: Name | None = None
    rows: ArmRows = ArmRows()
    training: Training | None = None
    looks: list[Positive] = []  # noqa: RUF012  epochs after which the generator is kept too
    draws: Draws = Draws()
    seeds: Annotated[list[Count], Field(min_length=1)]
    tuning_seeds: list[Count] = []  # noqa: RUF012  Pydantic copies it
    against: Name | None = None  # a zoo of GANs trained on, which the median draw is held against


class Samples(Block):
    """How many GANs of a GAN-GAN are drawn, and how far along a latent of one number."""

    count: Several
    extent: Real


class Evaluation(Block):
    """How much is measured of each GAN."""

    images: Several
    neighbour_images: Several
    neighbours: Neighbours
    every: Positive
    ema: Annotated[Share, Field(gt=0)]
    lines: Positive
    probes: Positive


class Figures(Block):
    """How much the figures show."""

    panel: Positive
    columns: Positive
    strip: list[Name] = []  # noqa: RUF012  arms; those that are not there are left out


class Explorer(Block):
    """How much the explorer may hold."""

    megabytes: Real


class Claims(Block):
    """For which arms the paper's claims are tested, how long the GANs were trained that a reasonable run's are held
    against, the two widths of claim C4, and a zoo that no arm learns."""

    group: Name
    also: list[Name] = []  # noqa: RUF012  arms of other groups that are asked the first claim
    prefix: str
    reasonable_after: Positive
    narrow: Positive
    wide: Positive
    held_out: Name | None


class Config(Block):
    """The whole block."""

    per_job: Positive
    zoos: Annotated[dict[Name, Zoo], Field(min_length=1)]
    training: Training
    arms: Annotated[list[Arm], Field(min_length=1)]
    samples: Samples
    evaluation: Evaluation
    figures: Figures
    explorer: Explorer
    claims: Claims

    @model_validator(mode="before")
    @classmethod
    def _written_out(cls, values: Any) -> Any:
        """Zoos that are ``like`` another, and arms that name only what they change, as whole blocks.

        What is like a block with a mistake is left out, or the mistake would be said once for each.
        """
        if not isinstance(values, Mapping):
            return values
        zoos, arms, training = (values.get(key) for key in ("zoos", "arms", "training"))
        written = dict(values)
        if isinstance(zoos, Mapping):
            whole = {name: _like(zoos, name) for name in zoos}
            like = {name: zoo["like"] for name, zoo in zoos.items() if isinstance(zoo, Mapping) and zoo.get("like")}
            wrong = [name for name, other in like.items() if not _right(Zoo, whole[other])]
            written["zoos"] = {name: zoo for name, zoo in whole.items() if name not in wrong}
        if isinstance(arms, list):
            right = _right(Training, training)
            written["arms"] = [_trained(arm, training) if right else _without_training(arm) for arm in arms]
        return written

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_inconsistent(self)
        return self


def _like(zoos: Mapping[str, Any], name: str, seen: tuple[str, ...] = ()) -> Any:
    zoo = zoos[name]
    if not isinstance(zoo, Mapping) or not zoo.get("like"):
        return zoo
    other = zoo["like"]
    if not isinstance(other, str) or other not in zoos or other in (*seen, name):
        raise ValueError(f"zoos.{name}.like: {other!r}; allowed: another zoo")
    return merged(_like(zoos, other, (*seen, name)), zoo)


def _right(model: type[Block], values: Any) -> bool:
    try:
        model.model_validate(values)
    except ValidationError:
        return False
    return True


def _without_training(arm: Any) -> Any:
    return {key: value for key, value in arm.items() if key != "training"} if isinstance(arm, Mapping) else arm


def _trained(arm: Any, training: Any) -> Any:
    if not isinstance(arm, Mapping) or (arm.get("draws_from") is not None and "training" not in arm):
        return arm
    return {**arm, "training": merged(training, arm.get("training") or {})}
