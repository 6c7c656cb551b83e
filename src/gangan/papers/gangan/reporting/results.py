"""The scores of a study read back: one table a zoo, one an arm."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from gangan.core.settings import Block, Count, Name, Positive
from gangan.papers.gangan import arms
from gangan.papers.gangan.config import Arm, Training

AVERAGES = r"last-\d+|ema"  # baselines that are an average of one run's rows


class ScoredZoo(Block):
    """A zoo whose GANs were scored."""

    first: Count = 0
    runs: Positive
    network: Literal["mlp", "dcgan"]


class Scored(Block):
    """What was scored: zoos, how many of their GANs a job trained, arms with what their GAN-GANs learned from, and zoos
    that no arm reads."""

    zoos: dict[Name, ScoredZoo]
    per_job: Positive
    arms: list[Arm]
    others: dict[Name, ScoredZoo] = {}  # noqa: RUF012  Pydantic copies it


@dataclass(frozen=True)
class ArmScores:
    """What was measured of one arm."""

    arm: Arm
    samples: pd.DataFrame  # of all its GAN-GANs, with the column ``seed``
    rows: pd.DataFrame  # of the zoo, those it learned from
    averages: pd.DataFrame  # baselines: averages of the runs it learned from

    @property
    def zoo(self) -> str:
        """The zoo it read."""
        assert self.arm.zoo is not None
        return self.arm.zoo

    @property
    def training(self) -> Training:
        """How its GAN-GANs were trained."""
        assert self.arm.training is not None
        return self.arm.training

    def rows_of(self, seed: int) -> pd.DataFrame:
        """Those that the GAN-GAN of a seed learned from."""
        runs = arms.rows_of(self.arm, seed).runs
        return self.rows if runs is None else self.rows[self.rows["gan"].isin(runs)]

    def best_rows(self) -> pd.DataFrame:
        """By seed, of the rows that its GAN-GAN learned from the best by the validation distance."""
        return pd.DataFrame({seed: best(self.rows_of(seed)) for seed in self.arm.seeds}).T

    def best_averages(self) -> pd.DataFrame:
        """The same of averages of the runs that it learned from."""
        of = {seed: arms.rows_of(self.arm, seed).runs for seed in self.arm.seeds}
        table = self.averages
        some = {seed: table if runs is None else table[table["runs"].isin(map(str, runs))] for seed, runs in of.items()}
        return pd.DataFrame({seed: best(averages) for seed, averages in some.items()}).T

    def of_points(self, points: str) -> pd.DataFrame:
        """The samples at ``draws`` of z or along its ``line``."""
        return self.samples[self.samples["points"] == points]

    def medians(self) -> pd.Series:
        """By seed, the median Fréchet distance of the draws."""
        return self.of_points("draws").groupby("seed")["frechet"].median()


@dataclass(frozen=True)
class Measurements:
    """What was measured of a study."""

    networks: dict[str, str]  # by zoo
    zoos: dict[str, pd.DataFrame]
    others: dict[str, pd.DataFrame]  # zoos that no arm reads
    baselines: dict[str, pd.DataFrame]
    distances: dict[str, pd.DataFrame]
    arms: dict[str, ArmScores]

    @property
    def judge(self) -> str:
        """The digest of the one judge that gave all scores."""
        tables = [
            *self.zoos.values(),
            *self.others.values(),
            *self.baselines.values(),
            *(arm.samples for arm in self.arms.values()),
        ]
        (judge,) = {name for table in tables for name in table["judge"]}
        return str(judge)


def yardstick(scores: Measurements, zoo: str) -> pd.DataFrame:
    """The zoo that GANs like those of a zoo are held against: of those of its network the largest, itself among
    equals."""
    alike = [name for name, network in scores.networks.items() if network == scores.networks[zoo]]
    return scores.zoos[max(alike, key=lambda name: (scores.zoos[name]["gan"].nunique(), name == zoo))]


def equivalent_epochs(values: pd.Series, column: str, zoo: pd.DataFrame) -> pd.Series:
    """After how many epochs of its training the median GAN of a zoo is worse than each value of a column of scores,
    from none to all. The median over runs by epoch, never rising."""
    course = zoo.groupby("epoch")[column].median().cummin().to_numpy()
    return values.map(lambda value: int((course > value).sum()))


def keys(scored: Scored) -> dict[arms.Key, str]:
    """The files of scores, below a folder of metrics, in the order in which ``read`` wants them."""
    runs, others = ({name: arms.numbers(zoo) for name, zoo in zoos.items()} for zoos in (scored.zoos, scored.others))
    return arms.scores(runs, scored.per_job, {arm.name: arm.seeds for arm in scored.arms}, others)


def read(scored: Scored, files: Sequence[Path]) -> Measurements:
    """Read the files of scores back."""
    paths = dict(zip(keys(scored), files, strict=True))
    distances, baselines = {}, {}

    def gans(zoo: str) -> pd.DataFrame:
        parts = [pd.read_csv(path) for key, path in paths.items() if key[:2] == ("zoo", zoo)]
        return pd.concat(parts, ignore_index=True)

    # sorted as the arms, however a configuration orders them
    zoos, others = ({zoo: gans(zoo) for zoo in sorted(some)} for some in (scored.zoos, scored.others))
    for zoo in scored.zoos:
        baselines[zoo] = pd.read_csv(paths["baselines", zoo], dtype={"runs": str})
        distances[zoo] = pd.read_csv(paths["distances", zoo])
    found = {}
    for arm in sorted(scored.arms, key=lambda arm: arm.name):
        tables = [pd.read_csv(paths["gangan", arm.name, str(seed)]).assign(seed=seed) for seed in arm.seeds]
        of_zoo, made = zoos[arm.zoo or ""], baselines[arm.zoo or ""]
        read_by = [arms.rows_of(arm, seed).runs for seed in arm.seeds]
        runs = {run for some in read_by for run in some or of_zoo["gan"].unique().tolist()}
        averages = made["kind"].str.fullmatch(AVERAGES) & made["runs"].isin([str(run) for run in runs])
        rows = of_zoo[of_zoo["gan"].isin(runs) & (of_zoo["epoch"] >= arm.rows.from_epoch)]
        found[arm.name] = ArmScores(arm, pd.concat(tables, ignore_index=True), rows, made[averages])
    networks: dict[str, str] = {name: zoo.network for name, zoo in scored.zoos.items()}
    return Measurements(networks, zoos, others, baselines, distances, found)


def best(table: pd.DataFrame) -> pd.Series:
    """The line of the GAN that is best by the validation distance."""
    return table.iloc[int(table["frechet_validation"].argmin())]


def chosen(table: pd.DataFrame) -> float:
    """Its test distance."""
    return float(best(table)["frechet"])


def trained_less(scores: Measurements, arm: ArmScores) -> list[ArmScores]:
    """The arm, and the arms that are like it but trained for fewer epochs, the longest trained first.

    With one seed they are one GAN-GAN at several times, since what is random follows from seed and epoch alone.
    """
    budgets = alike(scores, arm, "epochs")
    return [budgets[epochs] for epochs in sorted(budgets, reverse=True) if epochs <= arm.training.epochs]


def alike(scores: Measurements, arm: ArmScores, key: str) -> dict[int, ArmScores]:
    """By the value of a key of the training, the arms that are alike but for it; this one included."""
    _, wanted = arms.but_for(key, arm.arm)
    found = {}
    for other in scores.arms.values():
        value, rest = arms.but_for(key, other.arm)
        if rest == wanted:
            found[value] = other
    return found
