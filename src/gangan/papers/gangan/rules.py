"""What ``workflow/gangan.smk`` asks of the configuration: which arms run, what jobs are given, and where files are.

No job imports this: what it says reaches a job as settings and paths.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from gangan.papers.gangan.arms import (
    FEWEST_HELD_OUT,
    SHOWN_SERIES,
    but_for,
    job_names,
    moments,
    numbers,
    rows_of,
    scores,
)
from gangan.papers.gangan.config import Arm, Config, DigitCritic, Rows, WassersteinLoss, Zoo
from gangan.papers.gangan.design import factors


@dataclass(frozen=True)
class Plan:
    """The paper's part of a study."""

    config: Config
    folder: str  # of its results
    digits: str  # the dataset's file
    given: Sequence[str] = ()  # files from outside that a job brings

    @cached_property
    def arms(self) -> dict[str, Arm]:
        """All arms that can run, by name; one that draws from another's GAN-GANs with what that one says of these."""
        named = {arm.name: arm for arm in self.config.arms}

        def whole(arm: Arm) -> Arm:
            if arm.draws_from is None:
                return arm
            other = named[arm.draws_from]
            assert other.training is not None
            epochs = arm.draws.after or other.training.epochs
            training = other.training.model_copy(update={"epochs": epochs})
            return arm.model_copy(update={"zoo": other.zoo, "rows": other.rows, "training": training})

        found = {name: whole(arm) for name, arm in named.items()}
        return {name: arm for name, arm in found.items() if arm.zoo not in self.absent}

    @cached_property
    def absent(self) -> dict[str, str]:
        """Zoos that arms would read but whose published rows are not there, and the file."""
        read = {arm.zoo for arm in self.config.arms}
        return {name: zoo.file for name, zoo in self.config.zoos.items() if zoo.file and name in read - self._there}

    @cached_property
    def _there(self) -> set[str]:
        """Zoos that are trained, or whose rows are there or brought by a job."""
        files = {name: zoo.file for name, zoo in self.config.zoos.items()}
        return {name for name, file in files.items() if not file or file in self.given or Path(file).exists()}

    @cached_property
    def any_arm(self) -> str:
        """The wildcard of an arm's outputs: what is no arm's name, no rule makes."""
        return f"{{arm,{'|'.join(self.arms)}}}"

    @cached_property
    def any_zoo(self) -> str:
        """The wildcard of a zoo's outputs."""
        return f"{{zoo,{'|'.join(self.config.zoos)}}}"

    def any_job(self, before: str = "/gans/", how: Literal["trained", "adopted", "taken"] | None = None) -> str:
        """The same, and the name of one of its jobs, with the text between; of all zoos that can be made, or of those
        that are trained here, whose file has the rows of one GAN, or whose file is a zoo's."""
        zoos = [name for name, zoo in self.config.zoos.items() if name in self._there and how in (None, _made(zoo))]
        of_each = [f"{name}(?={before}(?:{'|'.join(self.jobs(name))})[.])" for name in zoos]
        return f"{{zoo,{'|'.join(of_each) or '(?!)'}}}{before}{{first}}"

    @cached_property
    def any_group(self) -> str:
        """The wildcard of a group's outputs."""
        return f"{{group,{'|'.join(self.groups)}}}"

    @cached_property
    def any_key(self) -> str:
        """The wildcard of a key of trainings: arms alike but for it are drawn together."""
        return f"{{key,{'|'.join(SHOWN_SERIES)}}}"

    @property
    def first_arm(self) -> Arm:
        """The arm that Fig. 1 draws."""
        return next(iter(self.arms.values()))

    @property
    def first_zoo(self) -> Zoo:
        """Its zoo."""
        return self.config.zoos[self.first_arm.zoo or ""]

    @cached_property
    def groups(self) -> list[str]:
        """Names of groups that have an arm that can run, in the order of the configuration."""
        return list(dict.fromkeys(arm.group for arm in self.arms.values()))

    @cached_property
    def shown(self) -> dict[str, list[Arm]]:
        """By group its arms, beside those whose claims are tested."""
        of_claims = self.config.claims.group
        return {group: [arm for arm in self.arms.values() if arm.group in (group, of_claims)] for group in self.groups}

    def zoos(self, arms: Sequence[Arm]) -> list[str]:
        """The zoos that some arms read, in the order of the configuration."""
        return [zoo for zoo in self.config.zoos if any(arm.zoo == zoo for arm in arms)]

    def jobs(self, zoo: str) -> dict[str, int]:
        """The training jobs of a zoo: name → number of GANs."""
        return job_names(numbers(self.config.zoos[zoo]), self.config.per_job)

    def zoo(self, zoo: str, file: str = "zoo.h5") -> str:
        """A file of a zoo."""
        return f"{self.folder}/zoos/{zoo}/{file}"

    def gangan(self, arm: str, seed: int | str | None = None, file: str = "weights.safetensors") -> str:
        """A file of an arm's GAN-GAN, of the first seed unless another is given."""
        trained = self.arms[arm].draws_from or arm
        return f"{self.folder}/gangans/{trained}/{self.arms[arm].seeds[0] if seed is None else seed}/{file}"

    def gangans(self, arms: Sequence[Arm], file: str) -> dict[str, str]:
        """One file of each GAN-GAN of some arms, by arm and seed; arms may share GAN-GANs."""
        return {
            f"{arm.draws_from or arm.name}/{seed}": self.gangan(arm.name, seed, file)
            for arm in arms
            for seed in arm.seeds
        }

    def scores_of(self, arms: Sequence[Arm]) -> list[str]:
        """The scores of each GAN-GAN of some arms alone."""
        return [f"{self.folder}/metrics/gangans/{arm.name}/{seed}.csv" for arm in arms for seed in arm.seeds]

    def rows(self, arm: str, seed: str) -> Rows:
        """What an arm's GAN-GAN of a seed learns."""
        return rows_of(self.arms[arm], int(seed))

    def read_by(self, arm: str) -> dict[str, str]:
        """What training a GAN-GAN of an arm reads besides its zoo."""
        training = self.arms[arm].training
        assert training is not None
        loss = training.loss
        found = self.frames(arm)
        if isinstance(loss, WassersteinLoss) and isinstance(loss.also, DigitCritic):
            found["digits"] = self.digits
        return found

    def frames(self, arm: str) -> dict[str, str]:
        """The frames an arm's rows are aligned by, if they are."""
        one = self.arms[arm]
        assert one.training is not None
        return {"alignment": self.zoo(one.zoo or "", "alignment.h5")} if one.training.space.align else {}

    def order_of_draws(self, arm: str) -> list[str]:
        """The scores that put Fig. 3's draws in order; a latent of one number is in order already."""
        one = self.arms[arm]
        assert one.training is not None
        return [] if one.training.latent == 1 else [f"{self.folder}/metrics/gangans/{arm}/{one.seeds[0]}.csv"]

    def timings(self, group: str) -> dict[str, str]:
        """By stage the times of its epochs, of all that a group trains."""
        arms = self.shown[group]
        zoos = {
            f"GANs, zoo {zoo}": self.zoo(zoo, "timing.csv") for zoo in self.zoos(arms) if not self.config.zoos[zoo].file
        }
        return zoos | {f"GAN-GAN, arm {name}": path for name, path in self.gangans(arms, "timing.csv").items()}

    def described(self, group: str) -> dict[str, Any]:
        """Zoos and arms of a group with all their settings."""
        arms = self.shown[group]
        zoos = {zoo: self.config.zoos[zoo].model_dump(mode="json") for zoo in self.zoos(arms)}
        return {"zoos": zoos, "arms": [arm.model_dump(mode="json") for arm in arms]}

    def alone(self, arm: str) -> tuple[list[str], list[Arm]]:
        """An arm and its zoo."""
        return [self.arms[arm].zoo or ""], [self.arms[arm]]

    def alike(self, key: str, arm: str) -> tuple[list[str], list[Arm]]:
        """The arms that are like one but for a key of the training, and their zoo."""
        return [self.arms[arm].zoo or ""], self.series[key, arm]

    def whole(self, group: str) -> tuple[list[str], list[Arm], list[str]]:
        """All that a group shows, and zoos that no arm of it reads but that some are held against."""
        arms = self.shown[group]
        return self.zoos(arms), arms, sorted({arm.against for arm in arms if arm.against})

    def with_held_out(self, group: str) -> tuple[list[str], list[Arm], list[str]]:
        """The same, the zoo that no arm learns among them, if it has enough runs to have neighbours."""
        zoos, arms, others = self.whole(group)
        held_out = self.config.claims.held_out
        if held_out and self.config.zoos[held_out].runs >= FEWEST_HELD_OUT:
            others = sorted({*others, held_out})
        return zoos, arms, others

    def scored(self, zoos: Sequence[str], arms: Sequence[Arm], others: Sequence[str] = ()) -> dict[str, Any]:
        """Zoos and arms that were scored, as a setting of what shows them."""

        def blocks(names: Sequence[str]) -> dict[str, dict[str, Any]]:
            some = {zoo: self.config.zoos[zoo] for zoo in names}
            return {
                name: {"first": zoo.first, "runs": zoo.runs, "network": zoo.gan.network.kind}
                for name, zoo in some.items()
            }

        return {
            "zoos": blocks(zoos),
            "per_job": self.config.per_job,
            "arms": [arm.model_dump(mode="json") for arm in arms],
            "others": blocks(others),
        }

    def scores(self, zoos: Sequence[str], arms: Sequence[Arm], others: Sequence[str] = ()) -> list[str]:
        """The files of their scores, in the order in which ``reporting.results`` reads them."""
        return [f"{self.folder}/metrics/{path}" for path in self._scores(zoos, arms, others).values()]

    def moments(self, zoos: Sequence[str], arms: Sequence[Arm], others: Sequence[str]) -> list[str]:
        """The files of moments beside them, in that order."""
        return [f"{self.folder}/metrics/{path}" for path in moments(self._scores(zoos, arms, others)).values()]

    def _scores(self, zoos: Sequence[str], arms: Sequence[Arm], others: Sequence[str]) -> dict[tuple[str, ...], str]:
        runs, more = ({zoo: numbers(self.config.zoos[zoo]) for zoo in some} for some in (zoos, others))
        return scores(runs, self.config.per_job, {arm.name: arm.seeds for arm in arms}, more)

    def subsets(self, zoo: str) -> list[list[int] | None]:
        """The sets of runs that arms read of a zoo, each once, the largest first; None is all."""
        readers = [(arm, seed) for arm in self.arms.values() if arm.zoo == zoo for seed in arm.seeds]
        sets = {tuple(runs) if (runs := rows_of(arm, seed).runs) else None for arm, seed in readers}
        ordered = sorted(sets, key=lambda runs: (-len(runs), runs) if runs else (-self.config.zoos[zoo].runs, ()))
        return [list(runs) if runs else None for runs in ordered]

    def curves(self, zoo: str) -> list[Arm]:
        """The arms that the figure of a zoo's weight space shows: the paper's own, or all where they read another."""
        readers = [arm for arm in self.arms.values() if arm.zoo == zoo and arm.draws_from is None]
        return [arm for arm in readers if arm.group == self.config.claims.group] or readers

    @cached_property
    def explored(self) -> list[Arm]:
        """The arms that the explorer shows: of those that `all` makes, what is a line through rows of MLPs."""

        def line(arm: Arm) -> bool:
            assert arm.training is not None
            mended = arm.training.renormalise or arm.draws.renormalise
            mlps = self.config.zoos[arm.zoo or ""].gan.network.kind == "mlp"
            return arm.training.latent == 1 and mlps and not mended

        return list(filter(line, self.shown[self.config.claims.group]))

    @cached_property
    def strip(self) -> list[Arm]:
        """The arms that are shown side by side, all on MLPs of one kind: what is halfway between two is shown too."""
        found = [self.arms[name] for name in self.config.figures.strip if name in self.arms]
        networks = [self.config.zoos[arm.zoo or ""].gan.network for arm in found]
        return [
            arm
            for arm, network in zip(found, networks, strict=True)
            if network == networks[0] and network.kind == "mlp"
        ]

    def explorer(self, study: str, version: str, seed: int) -> dict[str, Any]:
        """The explorer's settings."""
        zoos = {name: self.config.zoos[name] for name in self.zoos(self.explored)}
        return {
            "study": study,
            "version": version,
            "seed": seed,
            "megabytes": self.config.explorer.megabytes,
            "digits": self.config.figures.columns,
            "samples": self.config.samples,
            "gans": {name: zoo.gan.model_dump(mode="json") for name, zoo in zoos.items()},
            "snapshots": {name: zoo.snapshots for name, zoo in zoos.items()},
            "scored": self.scored(list(zoos), self.explored),
        }

    @cached_property
    def series(self) -> dict[tuple[str, str], list[Arm]]:
        """By key of a training and arm: the arms that are like that one but for the key, it included."""
        found: dict[tuple[str, str], list[Arm]] = {}
        for key in SHOWN_SERIES:
            alike: dict[str, list[Arm]] = {}
            for arm in self.arms.values():
                alike.setdefault(but_for(key, arm)[1], []).append(arm)
            found |= {(key, arm.name): arms for arms in alike.values() for arm in arms}
        return found

    @cached_property
    def factorials(self) -> dict[str, list[Arm]]:
        """The groups whose arms are a factorial design, and those arms."""
        of = {group: [arm for arm in self.arms.values() if arm.group == group] for group in self.groups}
        return {group: arms for group, arms in of.items() if factors(arms)}


def _made(zoo: Zoo) -> Literal["trained", "adopted", "taken"]:
    if zoo.file is None:
        return "trained"
    return "adopted" if zoo.runs == 1 else "taken"
