"""The table of generators of GANs: those that were trained, and those that need no training (docs/claims/gangan.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import torch

from gangan.measure import moments as kept
from gangan.measure import stats
from gangan.measure.moments import Moments
from gangan.papers.gangan import arms
from gangan.papers.gangan.config import Claims
from gangan.papers.gangan.reporting import results
from gangan.papers.gangan.reporting.claims import AXES, good, percentiles
from gangan.papers.gangan.reporting.results import Measurements, Scored, equivalent_epochs, yardstick
from gangan.show.tables import rounded, table_job

UNTRAINED = r"noise|gaussian.*|.*line.*"  # baselines that draw GANs
AXES_READ = [f"{what}_{axis}" for what in ("epochs", "worse_rows") for axis in AXES]
OF_SEEDS = {f"epochs_{axis}": "median" for axis in AXES} | {"energy_p": "median"}  # of all else the mean
Runs = tuple[int, ...]


@dataclass(frozen=True)
class Zoo:
    """GANs, a line each, and the moments of their digits in the same order."""

    table: pd.DataFrame
    moments: Moments

    def of(self, which: "pd.Series[bool]") -> Moments:
        """Moments of some of the GANs."""
        return self.moments.of(torch.tensor(which.to_numpy()))

    def late(self, runs: Runs) -> Moments:
        """Those of the late rows of some runs."""
        first = arms.late(int(self.table["epoch"].max()) + 1)
        return self.of((self.table["epoch"] >= first) & self.table["gan"].isin(runs))

    def last(self) -> Moments:
        """Those of every run's last row."""
        return self.of(self.table["epoch"] == self.table["epoch"].max())


class Alike:
    """What draws have to do with the rows that were read and with runs that were not, by moments. ``zoos`` are those
    whose GANs are of the same network as the runs held out."""

    def __init__(self, zoos: dict[str, Zoo], held_out: Moments | None):
        self.zoos, self.held_out = zoos, held_out
        self.between = None if held_out is None else kept.distances(held_out, held_out)
        self.as_new = cache(self._as_new)

    def _as_new(self, zoo: str, runs: Runs) -> float:
        """How far held-out runs are from the late rows of some runs: the median distance to the nearest."""
        assert self.held_out is not None
        return _to_nearest(self.held_out, self.zoos[zoo].late(runs))

    def line(self, zoo: str, rows: pd.DataFrame, draws: Moments, count: int) -> dict[str, float]:
        """Coverage of held-out runs by the first ``count`` draws, none of fewer, novelty, and the energy test of draws
        whose maker read those rows of a zoo."""
        if self.held_out is None or self.between is None or zoo not in self.zoos:
            return {}
        runs = tuple(sorted(rows["gan"].unique().tolist()))
        across = kept.distances(draws, self.held_out)
        drawn = len(across)  # not of draws: moments are a pair of tensors, whose length is 2
        radii = self.between.kthvalue(arms.FEWEST_HELD_OUT, dim=1).values  # the nearest is itself
        own = kept.distances(draws, draws)
        whole = torch.cat([torch.cat([own, across], 1), torch.cat([across.mT, self.between], 1)])
        apart, p = stats.energy_test(whole.clamp(min=0).sqrt().numpy(), drawn)
        covered = {"covered_by": count, "coverage": (across[:count].amin(0) < radii).double().mean().item()}
        return {
            **(covered if drawn >= count else {}),
            "novelty": _to_nearest(draws, self.zoos[zoo].late(runs)) / self.as_new(zoo, runs),
            "energy_distance": apart,
            "energy_p": p,
        }


def _to_nearest(some: Moments, rows: Moments) -> float:
    return kept.distances(some, rows).amin(1).quantile(0.5).item()


@table_job
def generators(
    scores: list[Path], moments: list[Path], timing: list[Path], names: list[str], scored: Scored, claims: Claims
) -> pd.DataFrame:
    """What each generator of GANs draws, one that was trained (mean over seeds) or one that needs no training.

    ``works`` is the share of draws that are no worse than the median GAN after so many epochs, by classes and by
    fidelity, ``works_rows`` that of the rows read (of noise and of lines between GANs the last ones). By the median
    draw: ``epochs_…``, after how many epochs the median GAN is worse (the median over seeds), and ``worse_rows_…``,
    the share of the rows read that are worse. ``coverage`` is the share of held-out runs that are nearer to some
    draw than to their third nearest held-out run. More draws cover more, so as many of each generator count,
    ``covered_by``; one that draws a single GAN has no coverage. ``novelty`` is how far draws are from the late rows
    that were read, 1 being as far as held-out runs; ``energy_distance`` is 0 for draws like held-out runs (p of the
    permutation test beside it: the median over seeds). ``seconds`` of training.

    Args:
        scores: of zoos, baselines and GAN-GANs.
        moments: beside them.
        timing: of the GAN-GANs.
        names: of the GAN-GANs of these, as ``arm/seed``.
        scored: what was scored; the zoo held out is one that no arm reads.
        claims: how long the GANs trained that draws must be no worse than, and which zoo is held out.
    """
    found = results.read(scored, scores)
    of = dict(zip(arms.moments(results.keys(scored)), map(kept.read, moments), strict=True))

    def whole(zoo: str, table: pd.DataFrame) -> Zoo:
        return Zoo(table, kept.join([of[key] for key in of if key[:2] == ("zoo", zoo)]))

    held_out, zoos = None, {}
    if claims.held_out and claims.held_out in found.others:
        held_out = whole(claims.held_out, found.others[claims.held_out]).last()
        same = scored.others[claims.held_out].network
        zoos = {zoo: whole(zoo, table) for zoo, table in found.zoos.items() if found.networks[zoo] == same}
    alike = Alike(zoos, held_out)
    untrained = list(_untrained(found))
    sizes = [len(draws) for *_, draws in untrained]
    sizes += [size for arm in found.arms.values() for size in arm.of_points("draws").groupby("seed").size()]
    count = min((size for size in sizes if size > 1), default=1)
    lines: list[dict[str, object]] = []
    for zoo, name, rows, draws in untrained:
        seen = of["baselines", zoo].of(torch.tensor(draws.index.tolist()))
        judged = _judged(draws, rows, yardstick(found, zoo), claims)
        lines.append({"generator": name, "reads": zoo, "n": 1, **judged, **alike.line(zoo, rows, seen, count)})
    times = {name: pd.read_csv(path) for name, path in zip(names, timing, strict=True)}
    for name, arm in found.arms.items():
        by_seed = []
        for seed in arm.arm.seeds:
            samples = arm.samples[arm.samples["seed"] == seed].reset_index(drop=True)
            here = samples["points"] == "draws"
            rows = arm.rows_of(seed)
            seen = of["gangan", name, str(seed)].of(torch.tensor(here.to_numpy()))
            judged = _judged(samples[here], rows, yardstick(found, arm.zoo), claims)
            line = judged | alike.line(arm.zoo, rows, seen, count)
            epochs = times[f"{arm.arm.draws_from or name}/{seed}"]
            by_seed.append(line | {"seconds": epochs.loc[epochs["epoch"] < arm.training.epochs, "seconds"].sum()})
        worse = {f"worse_rows_{axis}": percentiles(arm, column).mean() for axis, column in AXES.items()}
        seeds = pd.DataFrame(by_seed)
        summary = {str(column): seeds[column].agg(OF_SEEDS.get(str(column), "mean")) for column in seeds}
        lines.append({"generator": name, "reads": arm.zoo, "n": len(by_seed), **summary, **worse})
    measured = ["works", "works_rows", "frechet", *AXES_READ]
    measured += ["covered_by", "coverage", "novelty", "energy_distance", "energy_p"]
    columns = ["generator", "reads", "n", *measured, "seconds"]
    return rounded(pd.DataFrame(lines).reindex(columns=columns).assign(judge=found.judge))


def _judged(draws: pd.DataFrame, rows: pd.DataFrame, zoo: pd.DataFrame, claims: Claims) -> dict[str, float]:
    """How good draws are, and how many of the rows read, held against the course of a zoo's training."""
    epochs = {
        f"epochs_{axis}": float(equivalent_epochs(pd.Series([draws[column].median()]), column, zoo)[0])
        for axis, column in AXES.items()
    }
    works = {
        key: float(good(some, zoo, claims.reasonable_after).mean())
        for key, some in {"works": draws, "works_rows": rows}.items()
    }
    return {**works, "frechet": float(draws["frechet"].median()), **epochs}


def _untrained(found: Measurements) -> Iterator[tuple[str, str, pd.DataFrame, pd.DataFrame]]:
    """Zoo, name, the rows read, and draws, of what needs no training: a Gaussian reads all rows of some runs, the
    others the last row of each."""
    for zoo, made in found.baselines.items():
        rows = found.zoos[zoo]
        last = rows[rows["epoch"] == rows["epoch"].max()]
        named = made["kind"].where(made["t"].isna(), made["kind"] + " at " + made["t"].astype(str))
        subset = made["runs"].where(made["kind"].str.startswith("gaussian"), "")
        some = made["kind"].str.fullmatch(UNTRAINED)
        for title, draws in made[some].groupby((named + " " + subset).str.strip(), sort=False):
            of_runs = subset[draws.index[0]]
            yield zoo, str(title), rows[rows["gan"].isin(_runs(of_runs))] if of_runs else last, draws


def _runs(word: str) -> Runs:
    """The runs that a word of ``scoring.baselines.name`` names."""
    first, dash, last = word.partition("-")
    return tuple(range(int(first), int(last) + 1)) if dash else tuple(map(int, word.split("+")))
