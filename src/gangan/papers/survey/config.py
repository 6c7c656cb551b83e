"""The block ``survey`` of a study: toy densities, GANs that draw, GANs that translate, and what is measured and shown.

Models alone: every value of a block reaches a job as a setting and stands in its record, so nothing here decides a
byte. ``config/survey.yaml`` holds the values, ``config/README.md`` explains the keys.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from gangan.core.settings import Block, Count, Name, Neighbours, Positive, Read, Real, Several, Share, written_out
from gangan.papers.survey.consistency import refuse_inconsistent

Number = Annotated[float, Field(allow_inf_nan=False), Read]
Seeds = Annotated[list[Count], Field(min_length=1)]


class Mode(Block):
    """One of the equal parts of a toy density, by its middle and its standard deviation or half width."""

    shape: Literal["normal", "uniform"]
    centre: Number
    spread: Real


class ToyArm(Block):
    """A way to train toy GANs."""

    name: Name
    density: Name
    width: Positive
    discriminator_steps: Positive
    generator_steps: Positive


class Toy(Block):
    """Toy densities, and how GANs of numbers are trained and measured."""

    seeds: Several
    densities: dict[Name, Annotated[list[Mode], Field(min_length=2)]]
    arms: list[ToyArm]
    rounds: Positive
    look: Positive  # rounds between two chances to save a checkpoint
    batch: Several
    learning_rate: Real
    samples: Several
    reach: Real  # spreads of a mode within which a number is of it
    missed: Annotated[Share, Field(gt=0)]  # of a mode's mass below which it is missed
    spot: Annotated[Share, Field(gt=0)]  # of the density's standard deviation below which all mass is on one spot


class Digits(Block):
    """The study's digits, the first so many of them."""

    kind: Literal["digits"]
    first: Positive | None


class Church(Block):
    """LSUN's churches."""

    kind: Literal["church-outdoor"]


class Infogan(Block):
    """The published networks of the GAN of digits."""

    kind: Literal["infogan"]


class Dcgan(Block):
    """DCGAN's, for images of a side."""

    kind: Literal["dcgan"]
    side: Annotated[Literal[32, 64], Read]
    width: Positive  # channels of the layers next to the image
    slope: Share  # of leaky ReLU


class Gan(Block):
    """Cross-entropy; the generator's is non-saturating."""

    kind: Literal["gan"]


class Wasserstein(Block):
    """A critic with clipped weights."""

    kind: Literal["wasserstein"]
    sigmoid: bool
    clip: Real
    critic_steps: Positive
    bursts: bool  # 100 steps of the critic for the first 25 of the generator, and for each 500th


class Adam(Block):
    """Adam with β 0.5 and 0.999."""

    kind: Literal["adam"]
    learning_rate: Real


class RMSprop(Block):
    """RMSprop with PyTorch's values."""

    kind: Literal["rmsprop"]
    learning_rate: Real


class Drawing(Block):
    """How a GAN that draws is trained."""

    data: Annotated[Digits | Church, Field(discriminator="kind")]
    network: Annotated[Infogan | Dcgan, Field(discriminator="kind")]
    loss: Annotated[Gan | Wasserstein, Field(discriminator="kind")]
    optimizer: Annotated[Adam | RMSprop, Field(discriminator="kind")]
    epochs: Positive
    batch: Several


class Strokes(Block):
    """Digits and other digits in thick dark strokes on light ground: the true mapping is known."""

    kind: Literal["strokes"]
    first: Annotated[int, Field(ge=4), Read] | None


class Published(Block):
    """One of CycleGAN's sets."""

    kind: Literal["published"]
    name: Literal["monet2photo", "summer2winter-yosemite"]
    side: Positive


class Folders(Block):
    """Images of one's own: two folders."""

    kind: Literal["folders"]
    a: str
    b: str
    side: Positive


class Generators(Block):
    """Two of them, or one encoder that two decoders share."""

    kind: Literal["two", "fused"]
    width: Positive  # channels of the first convolution
    blocks: Several  # residual, from input to output


class Translation(Block):
    """How a GAN that translates is trained."""

    data: Annotated[Strokes | Published | Folders, Field(discriminator="kind")]
    crop: Positive | None  # the side of a random part of each image, with flips; None: whole images
    generators: Generators
    padding: Annotated[Literal[1, 3], Read]  # of the last two convolutions of the discriminators
    identity: Annotated[float, Field(ge=0, allow_inf_nan=False), Read]  # the weight of its loss
    cycle: Real  # the weight of its loss
    epochs: Positive
    constant: Count  # epochs after which the learning rate begins to fall
    steps: Positive | None  # in an epoch; None: as many as the larger domain has images
    batch: Positive
    learning_rate: Real


def _without_training(schema: dict[str, Any]) -> None:
    """A file says what an arm changes of the training, if anything; ``Config`` writes it out."""
    schema["required"].remove("training")


class DrawingArm(Block):
    """One experiment, with a run for each seed."""

    model_config = ConfigDict(json_schema_extra=_without_training)

    name: Name
    seeds: Seeds
    training: Drawing


class TranslationArm(Block):
    """One experiment, with a run for each seed."""

    model_config = ConfigDict(json_schema_extra=_without_training)

    name: Name
    seeds: Seeds
    training: Translation


class Scoring(Block):
    """How much is measured (docs/claims/survey.md)."""

    images: Several
    neighbour_images: Several
    neighbours: Neighbours
    probe: list[Name]  # arms whose last generator is held while its critic is trained on
    probe_steps: Positive
    probe_every: Positive


class Shown(Block):
    """A figure of what the first seed of an arm draws."""

    name: Name
    arm: Name
    after: Annotated[list[Positive], Field(min_length=1)]  # epochs
    columns: Positive
    rows: Positive


class Compared(Block):
    """A figure of test images, and of what first seeds of arms make of them."""

    name: Name
    arms: Annotated[list[Name], Field(min_length=1)]
    source: Literal["A", "B"]
    rows: Positive


class Figures(Block):
    """What is drawn; nothing of it decides a score."""

    drawings: list[Shown]
    translations: list[Compared]


class Claims(Block):
    """Arms and values that the claims name."""

    optimal: Name  # a toy arm
    optimal_balanced: Name
    overtrained: Name
    overtrained_balanced: Name
    infogan: Name
    gan: Name
    wasserstein: Name
    wasserstein_released: Name
    baseline: Name  # arms that translate: as the report compares them
    fused: Name
    tracks: Annotated[Share, Field(gt=0)]  # a rank correlation from which a loss tracks quality
    smaller: Real
    faster: Real


class Config(Block):
    """The whole block."""

    toy: Toy
    drawing: Drawing
    drawing_arms: list[DrawingArm]
    translation: Translation
    translation_arms: list[TranslationArm]
    factorial: list[Name]  # arms that translate, which differ in three settings
    scoring: Scoring
    figures: Figures
    claims: Claims

    @model_validator(mode="before")
    @classmethod
    def _written_out(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            return values
        found = dict(values)
        for name, model in (("drawing", Drawing), ("translation", Translation)):
            if isinstance(arms := values.get(f"{name}_arms"), list):
                found[f"{name}_arms"] = written_out(arms, values.get(name), model)
        return found

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_inconsistent(self)
        return self
