"""What a GAN's lines measure against those that it did not learn, beside what the learned ones measure."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from scipy.stats import wasserstein_distance
from sklearn.linear_model import LogisticRegression

from gangan.core import rowfile
from gangan.core.streams import stream
from gangan.data.tabular import Array
from gangan.measure import stats
from gangan.papers.mpgan import networks
from gangan.papers.mpgan.tabular.lines import Lines, split
from gangan.show.tables import rounded, table_job, write_scores

Made = tuple[Array, Array]  # numbers (n, columns) and classes (n,)


def drawn(rows: Path, lines: Lines, seed: int, count: int) -> Made:
    """Lines that the last generator of a run makes."""
    gan = networks.of(rowfile.network_of(rows))
    gan.load(rowfile.rows(rows, epochs=[rowfile.epochs_of(rows) - 1])[0])
    random = stream(seed, "mpgan-table-drawn", rowfile.runs_of(rows)[0], 0, torch.device("cpu"))
    return lines.told(gan.draw(torch.randn(count, gan.latent, generator=random)).numpy())


def score_lines(target: str, held_out: float, seed: int, run: int, table: Path, rows: Path, scores: Path) -> None:
    """Write what as many drawn lines as were learned measure (``made``), and what those measure (``real``), a line
    each: the Wasserstein-1 distance of each column from the lines held out, in standard deviations; the mean error of
    the correlation between two columns; and the accuracy on the lines held out of a logistic regression.

    Args:
        target: the column of classes.
        held_out: the share of lines that the run did not learn.
        seed: of the study.
        run: the GAN's own seed.
        table: the CSV.
        rows: the run's.
        scores: the CSV to write: ``what``, ``of`` which column, ``made``, ``real``.
    """
    lines = split(table, target, held_out, run)
    made = measures(drawn(rows, lines, seed, len(lines.learned)), lines)
    real = measures((lines.learned, lines.learned_classes), lines)
    found = [(*key, value, real[key]) for key, value in made.items()]
    write_scores(pd.DataFrame(found, columns=["what", "of", "made", "real"]), scores)


def measures(made: Made, lines: Lines) -> dict[tuple[str, str], float]:
    """By what is measured and of which column, of lines against those held out."""
    values, classes = made
    found = {
        ("wasserstein", name): float(wasserstein_distance(values[:, i], lines.held_out[:, i]))
        for i, name in enumerate(lines.columns)
    }
    found["wasserstein", "mean"] = float(np.mean(list(found.values())))
    found["correlation", "mean error"] = correlation_error(values, lines.held_out)
    found["accuracy", "held out"] = accuracy(values, classes, lines)
    return found


def correlations(values: Array) -> Array:
    """The correlation matrix of columns; of a column that does not vary 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Array = np.nan_to_num(np.corrcoef(values, rowvar=False))
    return found


def correlation_error(some: Array, others: Array) -> float:
    """The mean absolute difference of the correlations between two columns."""
    above = np.triu_indices(some.shape[1], 1)
    return float(np.abs(correlations(some)[above] - correlations(others)[above]).mean())


def accuracy(values: Array, classes: Array, lines: Lines) -> float:
    """On the lines held out, of a logistic regression that learned some; of one class alone, that class's share."""
    if len(np.unique(classes)) < 2:
        return float((lines.held_out_classes == classes[0]).mean())
    learned = LogisticRegression(max_iter=1000).fit(values, classes)
    return float(learned.score(lines.held_out, lines.held_out_classes))


@table_job
def tabulate(scores: list[Path], sources: list[str]) -> pd.DataFrame:
    """By table and measure the mean over runs with its interval, and that of the learned lines.

    Args:
        scores: of each run.
        sources: the name of each one's table.
    """
    parts = [pd.read_csv(path).assign(table=source) for path, source in zip(scores, sources, strict=True)]
    lines = []
    for (source, what, of), runs in pd.concat(parts).groupby(["table", "what", "of"], sort=False):
        found = stats.mean(runs["made"].tolist())
        line = {"table": source, "measure": what, "of": of, "n": found.n, "drawn": found.estimate}
        lines.append(line | {"low": found.low, "high": found.high, "learned": float(runs["real"].mean())})
    return rounded(pd.DataFrame(lines))
