"""What ``workflow/survey.smk`` asks of the configuration: which runs there are, what they read, and where files are.

No job imports this: what it says reaches a job as settings and paths.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from gangan.core.files import UserError
from gangan.core.outputs import everything
from gangan.papers.survey.config import (
    Compared,
    Config,
    DrawingArm,
    Folders,
    Shown,
    Strokes,
    ToyArm,
    Translation,
    TranslationArm,
)

IMAGES = "resources/images"
ENDINGS = (".jpg", ".jpeg", ".png")
FEWEST = 10  # images of a folder, of which every tenth is held out


@dataclass(frozen=True)
class Plan:
    """The paper's part of a study."""

    config: Config
    folder: str  # of its results
    digits: str  # the study's

    @cached_property
    def toys(self) -> dict[str, ToyArm]:
        """Toy arms by name."""
        return {arm.name: arm for arm in self.config.toy.arms}

    @cached_property
    def drawing(self) -> dict[str, DrawingArm]:
        """Arms that draw, by name."""
        return {arm.name: arm for arm in self.config.drawing_arms}

    @cached_property
    def translation(self) -> dict[str, TranslationArm]:
        """Arms that translate, by name."""
        return {arm.name: arm for arm in self.config.translation_arms}

    @property
    def scored(self) -> list[str]:
        """The arms that draw digits, which judges can read."""
        return [name for name, arm in self.drawing.items() if arm.training.data.kind == "digits"]

    @property
    def toys_scored(self) -> list[dict[str, Any]]:
        """What a scoring of toy GANs is told of each arm."""
        densities = self.config.toy.densities
        return [{"arm": arm.name, "modes": densities[arm.density], "width": arm.width} for arm in self.toys.values()]

    def kept(self, arm: str) -> int:
        """How many images are drawn after each epoch: those that are scored, or no more than figures show."""
        if arm in self.scored:
            return self.config.scoring.images
        return max((one.columns * one.rows for one in self.config.figures.drawings if one.arm == arm), default=1)

    def judged(self, arm: str, judges: dict[str, str]) -> dict[str, str]:
        """What a score of an arm that translates needs besides, where its domains are digits."""
        data = self.translation[arm].training.data
        return {**judges, "digits": self.digits} if isinstance(data, Strokes) else {}

    def runs(self, kind: str, arms: list[str]) -> list[dict[str, Any]]:
        """Every run of some arms that are ``drawing`` or ``translation``."""
        known: dict[str, Any] = getattr(self, kind)
        return [{"arm": arm, "seed": seed} for arm in arms for seed in known[arm].seeds]

    def measured(self, kind: str, runs: list[dict[str, Any]]) -> list[str]:
        """A file of measures for each of some runs."""
        return [f"{self.folder}/metrics/{kind}/{run['arm']}/{run['seed']}.csv" for run in runs]

    def first(self, kind: str, arm: str, file: str) -> str:
        """A file of an arm's first seed, which figures show."""
        known: dict[str, Any] = getattr(self, kind)
        return f"{self.folder}/{kind}/{arm}/{known[arm].seeds[0]}/{file}"

    def learned(self, arm: str) -> str:
        """The images that an arm draws like."""
        training = self.drawing[arm].training
        if training.data.kind == "digits" or training.network.kind == "infogan":
            return self.digits
        return f"{IMAGES}/church-outdoor-{training.network.side}.safetensors"

    def domains(self, arm: str) -> str:
        """The images that an arm translates."""
        return self.images_of(self.translation[arm].training)

    def images_of(self, training: Translation) -> str:
        """The same by how it is trained."""
        data = training.data
        if isinstance(data, Strokes):
            return f"{self.folder}/domains/strokes-{data.first or 'all'}.safetensors"
        if isinstance(data, Folders):
            return f"{self.folder}/domains/folders-{_digest(data)}.safetensors"
        return f"{IMAGES}/{data.name}-{data.side}.safetensors"

    @cached_property
    def strokes(self) -> dict[str, int | None]:
        """How many digits a made pair of domains has, by its name in a path."""
        return {str(data.first or "all"): data.first for data in self._data if isinstance(data, Strokes)}

    @cached_property
    def folders(self) -> dict[str, Folders]:
        """Pairs of folders of one's own, by the name in a path."""
        return {_digest(data): data for data in self._data if isinstance(data, Folders)}

    @property
    def _data(self) -> list[Any]:
        return [arm.training.data for arm in self.config.translation_arms]

    @cached_property
    def drawings(self) -> dict[str, Shown]:
        """Figures of what an arm draws, by name."""
        return {figure.name: figure for figure in self.config.figures.drawings}

    @cached_property
    def comparisons(self) -> dict[str, Compared]:
        """Figures of translated images, by name."""
        return {figure.name: figure for figure in self.config.figures.translations}

    @property
    def tracked(self) -> list[str]:
        """The arms whose losses are compared with quality."""
        claims = self.config.claims
        wanted = (claims.infogan, claims.gan, claims.wasserstein_released, claims.wasserstein)
        return [arm for arm in dict.fromkeys(wanted) if arm in self.scored]

    @property
    def probes(self) -> list[dict[str, Any]]:
        """The runs whose discriminators are trained on."""
        return self.runs("drawing", self.config.scoring.probe)

    @property
    def factors(self) -> list[dict[str, Any]]:
        """The arms of the factorial, by what makes them up."""
        return [
            {
                "arm": name,
                "fused": training.generators.kind == "fused",
                "width": training.generators.width,
                "identity": training.identity > 0,
            }
            for name in self.config.factorial
            for training in [self.translation[name].training]
        ]

    @property
    def of_toys(self) -> dict[str, bool]:
        """Figures of toy densities, and whether they show anything."""
        return {**{f"toy-{name}": True for name in self.toys}, "rates": bool(self.toys)}

    @property
    def of_runs(self) -> dict[str, bool]:
        """Figures of runs that draw but those that a study names, and whether they show anything."""
        losses = {f"losses-{name}": True for name in self.scored}
        return {**losses, "tracking": bool(self.tracked), "gradients": bool(self.probes)}

    def figures(self) -> list[str]:
        """The names of all figures."""
        named, more = dict.fromkeys(self.drawings, True), dict.fromkeys(self.comparisons, True)
        return [name for name, shown in (self.of_toys | named | self.of_runs | more).items() if shown]

    def tables(self) -> list[str]:
        """The names of all tables."""
        return [
            *(("quality",) if self.scored else ()),
            *(("factorial",) if self.config.factorial else ()),
            "claims",
        ]

    @property
    def evidence(self) -> dict[str, str]:
        """What the claims are tested on, of what there is."""
        there = {
            "toys": self.toys,
            "drawings": self.scored,
            "probed": self.probes,
            "translations": self.translation,
            "costs": self.translation,
        }
        return {name: f"{self.folder}/metrics/{name}.csv" for name, some in there.items() if some}

    @property
    def everything(self) -> list[str]:
        """All files that the paper's target makes, each with what it was made from."""
        return everything(self.folder, self.figures(), self.tables())


def files_of(folder: str) -> list[str]:
    """The images in a folder, in order.

    Raises:
        UserError: there are too few to hold some out.
    """
    found = sorted(str(path) for path in Path(folder).glob("[!.]*") if path.suffix.lower() in ENDINGS)
    if len(found) < FEWEST:
        raise UserError(f"{folder}: {len(found)} images ({', '.join(ENDINGS)}); allowed: {FEWEST} or more")
    return found


def _digest(data: Folders) -> str:
    return hashlib.sha256(data.model_dump_json().encode()).hexdigest()[:12]
