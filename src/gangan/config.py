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
    arms: dict[Name, tuple[Name, Rows]]


class MeasuredArm(Block):
    """An arm whose GAN-GANs were scored."""

    zoo: Name
    rows: Rows  # of no runs if of all: a job is told this on its command line
    seeds: list[Count]

    def alike_but(self, key: str, other: "MeasuredArm") -> bool:
        """Whether another arm is the same but perhaps for one key of ``gangan``."""
        gangan = other.rows.gangan.model_copy(update={key: getattr(self.rows.gangan, key)})
        return (self.zoo, self.rows) == (other.zoo, other.rows.model_copy(update={"gangan": gangan}))


class Measured(Block):
    """What was scored: by zoo the number of its GANs, how many of them a job trained, and arms."""

    zoos: dict[Name, Positive]
    per_job: Positive
    arms: dict[Name, MeasuredArm]


class Study(Block):
    """A whole study."""

    study: Name
    seed: Annotated[int, Field(ge=0, lt=2**63), Read]  # a zoo keeps it in 64 bits
    data: Data
    jobs: Jobs
    zoos: Annotated[dict[Name, Zoo], Field(min_length=1)]
    gangan: GanGan
    arms: Annotated[list[Arm], Field(min_length=1)]
    judge: Judge
    evaluation: Evaluation
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
            if max(self.evaluation.averages) > zoo.epochs:
                raise ValueError(
                    f"evaluation.averages: {max(self.evaluation.averages)}; allowed: 1 … {zoo.epochs} "
                    f"(epochs of zoo {arm.zoo})"
                )
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
        if self.evaluation.neighbours >= self.evaluation.neighbour_images:
            raise ValueError(
                f"evaluation.neighbours: {self.evaluation.neighbours}; "
                f"allowed: below evaluation.neighbour_images ({self.evaluation.neighbour_images})"
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

    def measured(self, zoos: Sequence[str], arms: Sequence[Arm]) -> Measured:
        """Some zoos and arms of them, as scored."""

        def of(arm: Arm) -> MeasuredArm:
            rows = self.rows(arm).model_copy(update={"runs": arm.runs or []})
            return MeasuredArm(zoo=arm.zoo, rows=rows, seeds=arm.seeds)

        counts = {zoo: self.zoos[zoo].runs for zoo in zoos}
        return Measured(zoos=counts, per_job=self.jobs.per_job, arms={arm.name: of(arm) for arm in arms})

    def series(self, arm: str, key: str) -> list[Arm]:
        """The arms that are like one but for a key of ``gangan``, that one included."""
        measured = self.measured([], self.arms).arms
        return [other for other in self.arms if measured[arm].alike_but(key, measured[other.name])]

    @property
    def used_zoos(self) -> list[str]:
        """Zoos that an arm reads, in the order of the configuration."""
        return [zoo for zoo in self.zoos if any(arm.zoo == zoo for arm in self.arms)]

    def subsets(self, zoo: str) -> list[list[int]]:
        """Sets of runs that arms read of a zoo, the largest first, each once."""
        sets = {tuple(self.rows(arm).runs) for arm in self.arms if arm.zoo == zoo}
        return [list(runs) for runs in sorted(sets, key=lambda runs: (-len(runs), runs))]

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
