"""How alike GANs are: by the generator's half of their rows, and by what they draw from the same noise.

A copy has distance zero in both. Reordered hidden units change the first distance and not the second. A rotated latent
changes both, though the GAN is the same.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from gangan.core import rowfile
from gangan.core.streams import stream
from gangan.measure import metrics
from gangan.measure.metrics import Array
from gangan.papers.gangan import networks
from gangan.papers.gangan.arms import late
from gangan.papers.gangan.config import Evaluation
from gangan.papers.gangan.networks import Network
from gangan.papers.gangan.spaces.frames import aligned, frames_of
from gangan.show.tables import write_scores

Points = dict[str, Tensor]  # by kind of distance
RowsOf = Callable[[int], Tensor]  # run → its rows (epochs, width), in another frame than the zoo's


def points(gan: Network, rows: Tensor, settings: Evaluation, seed: int, device: torch.device) -> Points:
    """GANs (n, width) as points whose Euclidean distance is the one meant: ``l2`` of the generator's weights, ``rms``
    of the pixels drawn from the same noise."""
    layout = gan.layout()
    noise = torch.randn(settings.probes, gan.latent, generator=stream(seed, "probes", 0, 0, torch.device("cpu")))
    rows = rows.to(device)
    images = networks.draw(gan, rows, layout, noise.to(device)).flatten(1)
    return {"l2": rows[:, layout.part("generator")[0]], "rms": images / images.shape[1] ** 0.5}


def to_zoo(
    some: Points,
    file: Path,
    runs: list[int],
    settings: Evaluation,
    seed: int,
    rows_of: RowsOf,
    from_epoch: int = 0,
) -> tuple[dict[str, Array], pd.DataFrame]:
    """Distances (n, rows) of each kind from points (n, …) to rows of some runs, and the ``gan`` and ``epoch`` of those
    rows. ``rows_of`` gives a run's rows, those of ``from_epoch`` and later."""
    gan, columns = networks.of(rowfile.network_of(file)), pd.DataFrame(rowfile.columns(file))
    columns = columns[columns["epoch"] >= from_epoch]
    found: dict[str, list[Tensor]] = {kind: [] for kind in some}
    for run in runs:  # one at a time: a zoo may be larger than memory
        others = points(gan, rows_of(run), settings, seed, some["l2"].device)
        for kind, here in some.items():
            found[kind].append(metrics.distances(here, others[kind]).cpu())
    keys = pd.concat([columns.loc[columns["gan"] == run, ["gan", "epoch"]] for run in runs], ignore_index=True)
    return {kind: torch.cat(parts, dim=1).numpy() for kind, parts in found.items()}, keys


def novelty(
    rows: Tensor,
    file: Path,
    runs: list[int],
    settings: Evaluation,
    seed: int,
    device: torch.device,
    rows_of: RowsOf | None = None,
    from_epoch: int = 0,
) -> pd.DataFrame:
    """For each GAN (n, width) that a GAN-GAN drew, by each kind of distance: how far the nearest row it learned from
    is (``l2``), whose that is (``l2_gan``, ``l2_epoch``), the same of late rows (``l2_late`` …), and how far the
    nearest of its siblings (``l2_sibling``).

    A GAN-GAN that learned rows in another frame is compared with them there, as ``rows_of`` gives them; one that
    learned the rows of late epochs, with those ``from_epoch`` on.
    """
    epochs = range(from_epoch, rowfile.epochs_of(file))
    rows_of = rows_of or (lambda run: rowfile.rows(file, [run], epochs))
    own = points(networks.of(rowfile.network_of(file)), rows, settings, seed, device)
    found, keys = to_zoo(own, file, runs, settings, seed, rows_of, from_epoch)
    columns: dict[str, Any] = {}
    for kind, table in found.items():
        siblings = metrics.distances(own[kind], own[kind]).fill_diagonal_(torch.inf).amin(1).cpu().numpy()
        of_late = np.where(keys["epoch"] >= late(rowfile.epochs_of(file)), table, np.inf)
        columns |= _nearest(table, keys, kind) | _nearest(of_late, keys, f"{kind}_late")
        columns[f"{kind}_sibling"] = siblings
    return pd.DataFrame(columns)


def _nearest(table: Array, keys: pd.DataFrame, kind: str) -> dict[str, Any]:
    """The smallest of each line of distances (n, rows), and whose it is; nothing where all are infinite."""
    where, least = table.argmin(1), pd.Series(table.min(1))
    found = np.isfinite(least)
    of = {f"{kind}_{key}": keys[key].iloc[where].reset_index(drop=True).where(found) for key in ("gan", "epoch")}
    return {kind: least.where(found), **{name: column.astype("Int64") for name, column in of.items()}}


def compare_rows(
    evaluation: Evaluation, seed: int, zoo: Path, alignment: Path, distances: Path, device: torch.device
) -> None:
    """What the novelty of a sample is held against (CSV): for every few rows of a zoo the nearest late row of another
    run, and the nearest of its own (``l2_own``), which is a neighbouring epoch's; in the runs' own frames and in one
    (``frame``: ``own``, ``aligned``).

    Args:
        evaluation: how much is measured.
        seed: of the study.
        zoo: the packed zoo.
        alignment: its runs' frames.
        distances: the CSV to write.
        device: where to compute.
    """
    columns, gan = pd.DataFrame(rowfile.columns(zoo)), networks.of(rowfile.network_of(zoo))
    runs, last = sorted(columns["gan"].unique().tolist()), columns["epoch"].max()
    epochs = [epoch for epoch in range(last + 1) if epoch % evaluation.every == 0 or epoch == last]
    frames = dict(zip(runs, frames_of(alignment, runs), strict=True))
    in_frame: dict[str, RowsOf] = {"own": lambda run: rowfile.rows(zoo, [run])}
    if any(frames.values()):
        in_frame["aligned"] = lambda run: aligned(rowfile.rows(zoo, [run]), gan.layout(), frames[run])
    tables = []
    for frame, rows_of in in_frame.items():
        asked = columns.loc[columns["epoch"].isin(epochs), ["gan", "epoch"]].reset_index(drop=True)
        some = points(gan, torch.cat([rows_of(run)[epochs] for run in runs]), evaluation, seed, device)
        found, keys = to_zoo(some, zoo, runs, evaluation, seed, rows_of)
        same_run = asked["gan"].to_numpy()[:, None] == keys["gan"].to_numpy()
        others = ~same_run & (keys["epoch"].to_numpy() >= late(last + 1))
        itself = same_run & (asked["epoch"].to_numpy()[:, None] == keys["epoch"].to_numpy())
        for kind, table in found.items():
            own = np.where(same_run & ~itself, table, np.inf).min(1)
            asked = asked.assign(**_nearest(np.where(others, table, np.inf), keys, kind), **{f"{kind}_own": own})
        tables.append(asked.assign(frame=frame))
    write_scores(pd.concat(tables, ignore_index=True), distances)
