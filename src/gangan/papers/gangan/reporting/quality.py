"""The table of quality: digits, GANs, averages and GAN-GANs in one column (docs/claims/gangan.md)."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from gangan.measure import stats as inference
from gangan.papers.gangan.reporting.results import AVERAGES, ArmScores, Scored, chosen, read
from gangan.show.tables import rounded, table_job

OTHERS = (
    "frechet_second", "energy", "divergence", "saturated",
    "kernel", "precision", "recall", "density", "coverage", "confidence", "discriminator",
)  # fmt: skip
NEAR = ("l2", "rms", "l2_own", "rms_own", "l2_sibling", "rms_sibling")


@table_job
def quality(scores: list[Path], scored: Scored) -> pd.DataFrame:
    """Fréchet distances and what stands beside them, the mean over the units of each line (runs of the zoo, draws,
    seeds of an arm) with its interval; docs/claims/gangan.md explains the columns."""
    found = read(scored, scores)
    lines = []
    for zoo, rows in found.zoos.items():
        last, baselines, distances = rows["epoch"].max(), found.baselines[zoo], found.distances[zoo]
        real = baselines["kind"].str.startswith("real-")
        for kind, of_kind in baselines[real].groupby("kind", sort=False):
            lines.append(_line(f"real digits: {str(kind).removeprefix('real-')}", "", of_kind))
        for epoch in (0, last):
            for frame, near in distances.groupby("frame", sort=False):
                of_epoch = rows[rows["epoch"] == epoch].merge(near[["gan", "epoch", *NEAR[:4]]], how="left")
                what = f"GANs after {epoch + 1} epochs" + ("" if frame == "own" else f", {frame}")
                lines.append(_line(what, f"{zoo}", of_epoch))
        best = rows.loc[[rows["frechet_validation"].idxmin()]]
        lines.append(_line("the best row", zoo, best))
        for (made, runs), of_kind in baselines[~real].groupby(_kinds(baselines[~real]), sort=False):
            lines.append(_line(str(made), f"{zoo} {runs}".strip(), of_kind))
    for zoo, rows in found.others.items():
        last = rows["epoch"].max()
        lines.append(_line(f"GANs after {last + 1} epochs", zoo, rows[rows["epoch"] == last]))
    for name, arm in found.arms.items():
        for points in ("draws", "line"):
            lines += _of_arm(name, arm, points)
    return rounded(pd.DataFrame(lines).assign(judge=found.judge))


@table_job
def attempts(scores: list[Path], scored: Scored) -> pd.DataFrame:
    """How near each arm comes to a GAN-GAN that beats what it learned from and is no copy: medians over its draws, and
    what each GAN-GAN learned from, mean over seeds, with the interval of the draws' Fréchet distance.

    A draw nearer to a training row (``nearest``) than rows of neighbouring epochs are to each other (``neighbour``) is
    a copy. ``other_run`` is how far training rows are from late ones of other runs; both are of rows of the last epoch.
    ``sibling`` is how far draws are from the nearest of their own GAN-GAN, ``runs`` of how many runs the late rows are
    that draws are nearest to.
    """
    found = read(scored, scores)
    lines = []
    for name, arm in found.arms.items():
        by_seed = arm.of_points("draws").groupby("seed")
        draws = by_seed[["frechet", "recall", "l2", "l2_sibling"]].median()
        if draws.empty:
            continue
        estimate = inference.mean(draws["frechet"].tolist())
        rows, averages = arm.best_rows(), arm.best_averages()
        frame, near = "aligned" if arm.training.space.align else "own", found.distances[arm.zoo]
        near = near[
            (near["frame"] == frame) & (near["epoch"] == near["epoch"].max()) & near["gan"].isin(arm.rows["gan"])
        ]
        line = {
            "arm": name,
            "n": estimate.n,
            "frechet": estimate.estimate,
            "low": estimate.low,
            "high": estimate.high,
            "best_row": rows["frechet"].mean(),
            "best_average": averages["frechet"].mean(),
            "recall": draws["recall"].mean(),
            "best_row_recall": rows["recall"].mean(),
            "nearest": draws["l2"].mean(),
            "runs": by_seed["l2_late_gan"].nunique().mean(),
            "sibling": draws["l2_sibling"].mean(),
            "neighbour": near["l2_own"].mean(),
            "other_run": near["l2"].mean(),
        }
        lines.append(line)
    return rounded(pd.DataFrame(lines).assign(judge=found.judge))


def _kinds(baselines: pd.DataFrame) -> list[pd.Series]:
    """What baselines stand in one line: those of single runs or pairs by kind, the others by their runs too."""
    kind, runs = baselines["kind"], baselines["runs"]
    single = kind.str.fullmatch(rf"{AVERAGES}|noise") | baselines["t"].notna()
    return [kind.where(baselines["t"].isna(), kind + " at " + baselines["t"].astype(str)), runs.where(~single, "")]


def _of_arm(name: str, arm: ArmScores, points: str) -> Iterator[dict[str, object]]:
    samples = arm.of_points(points)
    if len(samples):
        by_seed = samples.drop(columns=["points", "judge", "frechet_validation"]).groupby("seed").median()
        yield _line(f"GAN-GAN, {points} (median)", name, by_seed)
        best = samples.loc[samples.groupby("seed")["frechet_validation"].idxmin()]
        yield _line(f"GAN-GAN, {points} (best)", name, best)


def _line(what: str, of: str, table: pd.DataFrame) -> dict[str, object]:
    estimate = inference.mean(table["frechet"].tolist())
    line = {
        "what": what,
        "of": of,
        "n": estimate.n,
        "frechet": estimate.estimate,
        "low": estimate.low,
        "high": estimate.high,
    }
    if "frechet_validation" in table:
        line["best"] = chosen(table)
    return line | {column: table[column].mean() for column in (*OTHERS, *NEAR) if column in table}
