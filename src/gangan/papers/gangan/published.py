"""Rows that somebody published, in a zoo of their own (docs/papers/gangan.md, section 9)."""

from pathlib import Path

import h5py
import numpy as np

from gangan.core import rowfile
from gangan.core.files import UserError, atomic
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Gan
from gangan.papers.gangan.sharing.taken import take


def adopt(gan: Gan, run: int, seed: int, published: Path, rows: Path, timing: Path) -> None:
    """Take the rows of a GAN that somebody else trained, as if a job here had trained it.

    Args:
        gan: how it was trained, as far as is known.
        run: its number here.
        seed: of the study, whose other zoos have it too.
        published: HDF5 with ``snapshots`` (epochs, width) float32, one row after each epoch: the discriminator before
            the generator, by layer, weights before biases. What a zoo of this project says besides must be the same,
            and its GAN of that number is taken.
        rows: the file to write, without losses but those of a zoo.
        timing: a CSV without lines.

    Raises:
        UserError: the file is no HDF5, or its rows are not those of such a GAN, one for each epoch.
    """
    try:
        with h5py.File(published, "r", locking=False) as file:
            found = None if "settings" in file else np.asarray(file["snapshots"], "f4")
    except (OSError, KeyError) as error:
        raise UserError(f"{published}: no HDF5 file with snapshots ({error})") from None
    if found is None:
        take(gan, run, 1, seed, published, rows, timing)
        return
    layout = networks.of(gan.network.model_dump()).layout()
    if found.shape != (gan.epochs, layout.size) or not np.isfinite(found).all():
        wanted = f"({gan.epochs}, {layout.size})"
        raise UserError(f"{published}: snapshots are {found.shape}, expected finite ones of shape {wanted}")
    settings = gan.model_dump(mode="json")
    rowfile.write_runs(rows, layout, settings["network"], settings, [run], seed, found[:, None], {})
    with atomic(timing) as partial:
        partial.write_text("epoch,attempt,host,seconds,examples_per_second\n")  # as a training's
