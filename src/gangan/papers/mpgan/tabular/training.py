"""Training one GAN of lines of a table: each epoch leaves a row."""

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from gangan.papers.mpgan.config import TableTraining
from gangan.papers.mpgan.tabular.lines import split
from gangan.papers.mpgan.training import Streams, fit, fresh

if TYPE_CHECKING:
    from gangan.core.checkpoint import Checkpoint


def train_lines(
    training: TableTraining,
    target: str,
    held_out: float,
    seed: int,
    run: int,
    table: Path,
    rows: Path,
    timing: Path,
    device: torch.device,
    checkpoint: "Checkpoint",
) -> None:
    """Train one GAN of the lines of a table and write its rows, one per epoch.

    Args:
        training: how.
        target: the column of classes.
        held_out: the share of lines that it does not learn.
        seed: of the study.
        run: the GAN's own seed, which also chooses those lines.
        table: the CSV.
        rows: HDF5 to write, see ``core.rowfile``.
        timing: CSV to write, the seconds of each epoch.
        device: where to compute.
        checkpoint: carries an unfinished training over to the next attempt.

    Raises:
        UserError: the table is none of numbers, or training diverged.
    """
    samples = torch.from_numpy(split(table, target, held_out, run).samples).to(device)
    network = {"kind": "table", "columns": samples.shape[1], "latent": training.latent, "hidden": training.hidden}
    random = Streams(seed, "mpgan-table", run, device)
    gan = fresh(network, random).to(device)
    fit(network, gan, samples, training, training.steps, False, random, rows, timing, checkpoint)
