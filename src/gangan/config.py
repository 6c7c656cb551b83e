"""The configuration of a study: one model per YAML block, unknown keys refused. ``config/README.md`` explains the keys.

The values live in ``config/paper.yaml``, not here: a default in code would be a second home.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, ValidationError, model_validator

from gangan.files import UserError
from gangan.mistakes import home, said


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
Dataset = Literal["mnist", "mnist-5k", "fashion-mnist", "kmnist"]
Addresses = dict[Dataset, list[Annotated[str, Field(pattern=r"^(https?|file):")]]]


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
    latent: Positive
    hidden: Positive


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
    loss: Literal["gan", "wgan-gp"]
    penalty: Real
    critic_steps: Positive
    average: Annotated[float, Field(ge=0, lt=1), Read]
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
        if self.digits and self.loss != "wgan-gp":
            return "loss: gan; allowed with digits: wgan-gp"
        if self.digits and self.batch % (self.digits_gans * self.digits_pack):
            return f"batch: {self.batch}; allowed: a multiple of digits_gans × digits_pack"
        return None


def _changes_schema(schema: dict[str, Any]) -> None:
    schema["properties"] = GanGan.model_json_schema()["properties"]
    schema["additionalProperties"] = False


class Arm(Block):
    """One experiment: which rows a GAN-GAN reads, how often trained, and what it changes of ``gangan``."""

    name: Name
    zoo: Name
    runs: list[Count] | None = None  # all of the zoo's
    from_epoch: Count = 0
    repeat: Positive = 1
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


class Shown(Block):
    """What the tables of architectures and settings show: zoos, and arms with the zoo each reads."""

    zoos: dict[Name, Zoo]
    arms: dict[Name, tuple[Name, Rows]]


class Study(Block):
    """A whole study."""

    study: Name
    seed: Annotated[int, Field(ge=0, lt=2**63), Read]  # a zoo keeps it in 64 bits
    data: Data
    jobs: Jobs
    zoos: Annotated[dict[Name, Zoo], Field(min_length=1)]
    gangan: GanGan
    arms: Annotated[list[Arm], Field(min_length=1)]
    figures: Figures

    @model_validator(mode="after")
    def _consistent(self) -> "Study":
        _refuse_repetition("arms", [arm.name for arm in self.arms])
        _refuse_repetition("figures.snapshots", self.figures.snapshots)
        for arm in self.arms:
            here = f"arms.{arm.name}"
            if arm.zoo not in self.zoos:
                raise ValueError(f"{here}.zoo: no zoo {arm.zoo!r}; allowed: {', '.join(self.zoos)}")
            zoo = self.zoos[arm.zoo]
            if arm.runs is not None and (not arm.runs or max(arm.runs) >= zoo.runs):
                raise ValueError(f"{here}.runs: {arm.runs}; allowed: a list of 0 … {zoo.runs - 1}")
            for key in ("runs", "seeds"):
                _refuse_repetition(f"{here}.{key}", getattr(arm, key) or [])
            if arm.from_epoch >= zoo.epochs:
                raise ValueError(f"{here}.from_epoch: {arm.from_epoch}; allowed: 0 … {zoo.epochs - 1}")
            rows = self.rows(arm)
            if rows.gangan.contradiction:
                raise ValueError(f"{here}.gangan.{rows.gangan.contradiction}")
            distinct = len(rows.runs) * (zoo.epochs - rows.from_epoch)
            if rows.gangan.rows_per_step > distinct * rows.repeat:
                raise ValueError(
                    f"{here}: a batch of {rows.gangan.rows_per_step} needs as many rows; {arm.zoo} gives "
                    f"{distinct * rows.repeat}"
                )
            if (rows.gangan.components or 0) > distinct:
                raise ValueError(
                    f"{here}.gangan.components: {rows.gangan.components}; allowed: 1 … {distinct}, the rows it reads"
                )
            if max(self.figures.snapshots) >= zoo.epochs:
                raise ValueError(
                    f"figures.snapshots: {max(self.figures.snapshots)}; "
                    f"allowed: 0 … {zoo.epochs - 1} (epochs of zoo {arm.zoo})"
                )
        if self.data.name != "mnist-5k" and not self.data.mirrors.get(self.data.name):
            raise ValueError(f"data.mirrors: no mirror for {self.data.name}")
        return self

    def rows(self, arm: Arm) -> Rows:
        """What the GAN-GAN of an arm reads and how it is trained."""
        try:
            gangan = GanGan.model_validate({**self.gangan.model_dump(), **arm.gangan})
        except ValidationError as error:
            raise ValueError(f"arms.{arm.name}.gangan.{said(error.errors()[0], GanGan)}") from None
        runs = arm.runs if arm.runs is not None else list(range(self.zoos[arm.zoo].runs))
        return Rows(runs=runs, from_epoch=arm.from_epoch, repeat=arm.repeat, gangan=gangan)

    def arm(self, name: str) -> Arm:
        """The arm of that name."""
        return next(arm for arm in self.arms if arm.name == name)

    @property
    def shown(self) -> Shown:
        """Zoos in use and arms, for the tables."""
        zoos = {name: self.zoos[name] for name in self.used_zoos}
        return Shown(zoos=zoos, arms={arm.name: (arm.zoo, self.rows(arm)) for arm in self.arms})

    @property
    def used_zoos(self) -> list[str]:
        """Zoos that an arm reads, in the order of the configuration."""
        return [zoo for zoo in self.zoos if any(arm.zoo == zoo for arm in self.arms)]

    def jobs_of(self, zoo: str) -> dict[str, int]:
        """The training jobs of a zoo, see ``job_names``."""
        return job_names(self.zoos[zoo].runs, self.jobs.per_job)


def _refuse_repetition(key: str, values: Sequence[int | str]) -> None:
    if len(set(values)) < len(values):
        raise ValueError(f"{key}: {', '.join(map(str, values))}; allowed: each once")


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


def load(config: dict[str, Any], files: Sequence[Path], command_line: Mapping[str, Any]) -> Study:
    """Validate a merged configuration.

    Args:
        config: what Snakemake merged.
        files: the YAML files it was merged from, in order, and
        command_line: what ``--config`` set after them, to say where a mistake stands.

    Raises:
        UserError: one line per mistake: file, key, what is wrong, what is allowed.
    """
    try:
        return Study.model_validate(config)
    except ValidationError as error:
        here = Path.cwd()
        shown = {file: file.relative_to(here) if file.is_relative_to(here) else file for file in files}
        sources: dict[str, Any] = {str(shown[file]): yaml.safe_load(file.read_text()) for file in files}
        sources["the command line (--config)"] = command_line
        lines = [f"{home(mistake, sources)}: {said(mistake, Study)}" for mistake in error.errors()]
        raise UserError("\n".join(dict.fromkeys(lines))) from None


def editor_schema() -> str:
    """The JSON Schema of a study's file for editors (``config/schema.json``).

    A file holds only what it changes of ``paper.yaml``, so nothing is required but in arms, a list replaced whole.
    """
    schema = Study.model_json_schema()
    for block in (schema, *(block for name, block in schema["$defs"].items() if name != "Arm")):
        block.pop("required", None)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
