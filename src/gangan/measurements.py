"""Where the scores of a study are, and reading them back: one table a zoo, one an arm."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gangan.config import Measured, MeasuredArm, job_names

AVERAGES = r"last-\d+|ema"  # baselines that are an average of one run's rows
FIRST_VALIDATION_SEED = 100  # seeds from here on are for choosing, and reported nowhere (docs/claims.md)


@dataclass(frozen=True)
class ArmScores:
    """What was measured of one arm."""

    arm: MeasuredArm
    samples: pd.DataFrame  # of all its GAN-GANs, with the column ``seed``
    rows: pd.DataFrame  # of the zoo, those it learned from
    averages: pd.DataFrame  # baselines: averages of the runs it learned from

    def of_points(self, points: str) -> pd.DataFrame:
        """The samples at ``draws`` of z or along its ``line``, of the seeds that are reported."""
        return self.samples[(self.samples["points"] == points) & (self.samples["seed"] < FIRST_VALIDATION_SEED)]

    def medians(self) -> pd.Series:
        """By seed, the median Fréchet distance of the draws."""
        return self.of_points("draws").groupby("seed")["frechet"].median()


@dataclass(frozen=True)
class Measurements:
    """What was measured of a study."""

    zoos: dict[str, pd.DataFrame]
    baselines: dict[str, pd.DataFrame]
    distances: dict[str, pd.DataFrame]
    arms: dict[str, ArmScores]

    @property
    def judge(self) -> str:
        """The digest of the one judge that gave all scores."""
        tables = [*self.zoos.values(), *self.baselines.values(), *(arm.samples for arm in self.arms.values())]
        (judge,) = {name for table in tables for name in table["judge"]}
        return str(judge)


def jobs(measured: Measured, zoo: str) -> list[str]:
    """The names of a zoo's training jobs."""
    return list(job_names(measured.zoos[zoo], measured.per_job))


def files(measured: Measured, folder: Path) -> dict[str, Path]:
    """The scores below a study's folder of metrics, each by a name of its own."""
    found = {
        f"zoo.{zoo}.{job}": folder / f"zoo-{zoo}/{job}.csv" for zoo in measured.zoos for job in jobs(measured, zoo)
    }
    found |= {
        f"{kind}.{zoo}": folder / f"{kind}-{zoo}.csv" for zoo in measured.zoos for kind in ("baselines", "distances")
    }
    arms = {
        f"gangan.{name}.{seed}": folder / f"gangans/{name}/{seed}.csv"
        for name, arm in measured.arms.items()
        for seed in arm.seeds
    }
    return found | arms


def read(measured: Measured, folder: Path) -> Measurements:
    """Read ``files`` back."""
    paths = files(measured, folder)
    zoos = {
        zoo: pd.concat([pd.read_csv(paths[f"zoo.{zoo}.{job}"]) for job in jobs(measured, zoo)], ignore_index=True)
        for zoo in sorted(measured.zoos)  # as the arms, however a configuration orders them
    }
    baselines = {zoo: pd.read_csv(paths[f"baselines.{zoo}"], dtype={"runs": str}) for zoo in measured.zoos}
    distances = {zoo: pd.read_csv(paths[f"distances.{zoo}"]) for zoo in measured.zoos}
    arms = {}
    for name, arm in sorted(measured.arms.items()):
        tables = [pd.read_csv(paths[f"gangan.{name}.{seed}"]).assign(seed=seed) for seed in arm.seeds]
        of_zoo, others = zoos[arm.zoo], baselines[arm.zoo]
        runs = arm.rows.runs or of_zoo["gan"].unique().tolist()
        averages = others["kind"].str.fullmatch(AVERAGES) & others["runs"].isin([str(run) for run in runs])
        rows = of_zoo[of_zoo["gan"].isin(runs) & (of_zoo["epoch"] >= arm.rows.from_epoch)]
        arms[name] = ArmScores(arm, pd.concat(tables, ignore_index=True), rows, others[averages])
    return Measurements(zoos, baselines, distances, arms)


def chosen(table: pd.DataFrame) -> float:
    """The test distance of the GAN that is best by the validation distance."""
    return float(table["frechet"].iloc[table["frechet_validation"].argmin()])


def trained_less(scores: Measurements, arm: ArmScores) -> list[ArmScores]:
    """The arm and those that are it after fewer epochs, the longest trained first.

    With one seed they are one GAN-GAN at several times, since what is random follows from seed and epoch alone.
    """
    budgets = alike(scores, arm, "epochs")
    return [budgets[epochs] for epochs in sorted(budgets, reverse=True) if epochs <= arm.arm.rows.gangan.epochs]


def alike(scores: Measurements, arm: ArmScores, key: str) -> dict[int, ArmScores]:
    """By the value of a key of ``gangan``, the arms that are alike but for it; this one included."""
    return {
        getattr(other.arm.rows.gangan, key): other
        for other in scores.arms.values()
        if arm.arm.alike_but(key, other.arm)
    }
