"""What needs no GAN-GAN: averages and simple draws of the rows it learns from (docs/papers/gangan.md, section 3)."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import pandas as pd
import torch
from torch import Tensor

from gangan.core import rowfile
from gangan.core.layout import Layout
from gangan.core.streams import stream
from gangan.measure.moments import join
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Evaluation
from gangan.papers.gangan.scoring.bench import Bench, Scores
from gangan.papers.gangan.spaces import repair
from gangan.papers.gangan.spaces.frames import aligned, frames_of

POINTS = (0.25, 0.5, 0.75)  # of a line between two runs, from the first


@dataclass(frozen=True)
class Baseline:
    """One row made from others, of which runs, and where on a line it is."""

    kind: str
    runs: Sequence[int]
    row: Tensor
    t: float | None = None


def of_run(
    run: int, rows: Tensor, averages: Sequence[int], decay: float, generator: torch.Generator
) -> Iterator[Baseline]:
    """Averages of one run's rows (epochs, width): of the last so many, and a moving one with that decay; and its last
    row plus noise as long as its last step."""
    for count in averages:
        yield Baseline(f"last-{count}", [run], rows[-count:].mean(0))
    average = rows[0].clone()
    for row in rows[1:]:
        average.lerp_(row, 1 - decay)
    yield Baseline("ema", [run], average)
    step = (rows[-1] - rows[-2:][0]).norm()
    noise = torch.randn(rows.shape[1], generator=generator)
    yield Baseline("noise", [run], rows[-1] + noise * step / math.sqrt(rows.shape[1]))


def gaussians(runs: Sequence[int], rows: Tensor, count: int, generator: torch.Generator) -> Iterator[Baseline]:
    """Draws of two Gaussians with the mean of rows (n, width): one with each weight's own variance, one with their
    whole covariance, which is the Gaussian in the space of all their principal components."""
    mean, deviation = rows.mean(0), rows.std(0, correction=min(1, len(rows) - 1))
    for _ in range(count):
        yield Baseline("gaussian", runs, mean + deviation * torch.randn(len(mean), generator=generator))
    # x = Σ εᵢ (rowᵢ − mean) / √(n − 1) has exactly that covariance.
    weights = torch.randn(count, len(rows), generator=generator)
    weights = (weights - weights.mean(1, keepdim=True)) / math.sqrt(max(1, len(rows) - 1))
    for direction in weights @ rows:
        yield Baseline("gaussian-pca", runs, mean + direction)


def across_runs(last: Mapping[int, Tensor], settings: Evaluation, prefix: str = "") -> Iterator[Baseline]:
    """The mean of the last rows (width) of all runs, and points on straight lines between those of pairs, each run in
    one pair alone. ``prefix`` says what was done to the rows."""
    yield Baseline(f"{prefix}mean-of-runs", list(last), torch.stack([*last.values()]).mean(0))
    for first, second in islice(zip([*last][::2], [*last][1::2], strict=False), settings.lines):
        for t in POINTS:
            yield Baseline(f"{prefix}line", [first, second], torch.lerp(last[first], last[second], t), t)


def renormalised(mixes: Iterable[Baseline], last: Mapping[int, Tensor], layout: Layout) -> Iterator[Baseline]:
    """Mixes of last rows (width) by run with their hidden units renormalised: a unit's moments are mixed as the weights
    were."""
    place, moments = {run: i for i, run in enumerate(last)}, repair.moments(torch.stack([*last.values()]), layout)
    for mix in mixes:
        shares = torch.full((len(mix.runs),), 1 / len(mix.runs)) if mix.t is None else torch.tensor([1 - mix.t, mix.t])
        wanted = torch.tensordot(shares, moments[[place[run] for run in mix.runs]], 1)
        row = repair.repaired(mix.row.unsqueeze(0), layout, wanted)[0]
        yield replace(mix, kind=f"{mix.kind}-renormalised", row=row)


def score_baselines(
    evaluation: Evaluation,
    averages: list[int],
    subsets: list[list[int] | None],
    count: int,
    seed: int,
    zoo: Path,
    alignment: Path,
    judge: Path,
    second: Path,
    digits: Path,
    scores: Path,
    moments: Path,
    device: torch.device,
) -> None:
    """Score the baselines of a zoo, and the floor: real digits (CSV, a line each).

    Args:
        evaluation: how much is measured.
        averages: of how many last rows of a run.
        subsets: sets of runs, those that arms read, None for all; each has its Gaussians, the same whatever other sets
            there are.
        count: draws of each Gaussian.
        seed: of the study.
        zoo: the packed zoo.
        alignment: its runs' frames. What is made across runs is made of the rows as they are, and of aligned rows
            where there are frames.
        judge: the judge's weights.
        second: the second judge's.
        digits: the dataset.
        scores: the CSV to write: ``kind``, ``runs`` and ``t`` say what a line is about.
        moments: the file to write of the moments of the judge's features, in the same order.
        device: where to compute.
    """
    bench = Bench(judge, second, digits, evaluation, seed, device)
    runs, gan = rowfile.runs_of(zoo), networks.of(rowfile.network_of(zoo))
    layout, cpu = gan.layout(), torch.device("cpu")
    made: list[Baseline] = []
    last: dict[int, Tensor] = {}
    brought: dict[int, Tensor] = {}
    for run, frames in zip(runs, frames_of(alignment, runs), strict=True):
        rows = rowfile.rows(zoo, [run])
        made += of_run(run, rows, averages, evaluation.ema, stream(seed, "baseline-noise", run, 0, cpu))
        last[run] = rows[-1]
        if frames:
            brought[run] = aligned(rows[-1:], layout, frames)[0]
    made += across_runs(last, evaluation)
    if brought:
        mixes = list(across_runs(brought, evaluation, "aligned-"))
        made += [*mixes, *renormalised(mixes, brought, layout)]
    for subset in subsets:
        some = rowfile.runs_of(zoo, subset)
        generator = stream(seed, f"baseline-gaussian-{name(some)}", 0, 0, cpu)
        made += gaussians(some, rowfile.rows(zoo, some), count, generator)
    keys = pd.DataFrame([{"kind": b.kind, "runs": name(b.runs), "t": b.t} for b in made])
    kinds, floor = bench.floor()
    scored = bench.scores(gan, [b.row for b in made], [b.t is None for b in made])
    whole = pd.concat([floor.table, scored.table], ignore_index=True)
    Scores(whole, join([floor.moments, scored.moments])).write(
        pd.concat([kinds.to_frame(), keys], ignore_index=True), scores, moments
    )


def name(runs: Sequence[int]) -> str:
    """Runs in a word: ``7``, ``0-34`` if none is left out between, else ``0+3+5``."""
    if len(runs) > 2 and list(runs) == list(range(runs[0], runs[-1] + 1)):
        return f"{runs[0]}-{runs[-1]}"
    return "+".join(map(str, runs))
