"""A zoo's rows as a file of columns."""

import csv
import json

import h5py
import numpy as np
import pytest
import torch

from gangan.core import rowfile
from gangan.core.layout import Layout
from gangan.papers.gangan import networks
from gangan.papers.gangan.sharing import rows
from gangan.papers.gangan.spaces.frames import FIELDS, Frame, aligned, frames_of
from support.clone import ROOT
from support.scoring import GAN, LAYOUT

from .conftest import EPOCHS, HELD_OUT, LEARNED, Shared

COUNT = (len(LEARNED) + len(HELD_OUT)) * EPOCHS


def whole(file: h5py.File) -> torch.Tensor:
    """Rows (n, width) put together again."""
    return torch.from_numpy(np.concatenate([file[f"{network}_weights"][:] for network in FIELDS], 1))


def frames(file: h5py.File, row: int) -> dict[str, Frame]:
    return {
        network: Frame(**{field: file[f"aligned_{network}_{field}"][row] for field in fields})
        for network, fields in FIELDS.items()
    }


def test_every_dataset_is_as_long_as_the_rows_and_all_else_an_attribute(shared: Shared) -> None:
    """What the loader `hdf5` of Hugging Face's datasets asks for, version 5.2.0."""
    with h5py.File(shared.write("rows.h5")) as file:
        assert all(isinstance(one, h5py.Dataset) for one in file.values())
        assert {len(one) for one in file.values()} == {COUNT}
        kinds = {name: h5py.check_string_dtype(one.dtype) or one.dtype.kind for name, one in file.items()}
        assert {name for name, kind in kinds.items() if kind not in ("i", "f")} == {"zoo", "split"}
        assert {"study": "tiny", "version": "1.2.3", "seed": 7, "judge": "j"}.items() <= dict(file.attrs).items()
        assert json.loads(file.attrs["settings"])["batch"] == 500


def test_the_loader_of_datasets_reads_it_as_it_is(shared: Shared) -> None:
    datasets = pytest.importorskip("datasets")
    cache = str(shared.folder / "cache")
    found = datasets.load_dataset("hdf5", data_files=str(shared.write("rows.h5")), split="train", cache_dir=cache)
    assert found["split"][:] == ["learned"] * 12 + ["held-out"] * 8
    assert len(found[0]["generator_weights"]) == LAYOUT.part("generator")[1].size


def test_rows_stand_beside_their_losses_and_scores_whatever_the_order_of_the_tables(shared: Shared) -> None:
    shared.tables.reverse()
    with h5py.File(shared.write("rows.h5")) as file:
        assert torch.equal(whole(file), torch.cat([rowfile.rows(path) for path in shared.gans]))
        gan, epoch = file["gan"][:], file["epoch"][:]
        assert gan.tolist() == np.repeat([*LEARNED, *HELD_OUT], EPOCHS).tolist()
        np.testing.assert_array_equal(file["frechet"][:], 100.0 * gan + epoch)
        np.testing.assert_array_equal(np.isnan(file["kernel"]), epoch % 3 != 0)
        assert (file["loss_generator"][:] == 0.5).all()
        assert file["split"].asstr()[:].tolist() == ["learned"] * 12 + ["held-out"] * 8
        for network in FIELDS:
            assert Layout.from_json(file[f"{network}_weights"].attrs["layout"]) == LAYOUT.part(network)[1]


def test_the_frames_are_those_that_gangans_learn_in(shared: Shared) -> None:
    stored = frames_of(shared.folder / "alignment.h5", LEARNED)
    with h5py.File(shared.write("rows.h5")) as file:
        for row in range(len(LEARNED) * EPOCHS):
            one = whole(file)[[row]]
            assert torch.equal(
                aligned(one, LAYOUT, frames(file, row)), aligned(one, LAYOUT, stored[row // EPOCHS])
            )  # fmt: skip


def test_runs_that_none_learns_are_aligned_with_the_same_gan(shared: Shared) -> None:
    with h5py.File(shared.write("rows.h5")) as file:
        assert file.attrs["reference"] == 0
        copy, reference = whole(file)[[15]], whole(file)[[3]]  # run 3 is run 0 scrambled; last rows
        assert (copy - reference).norm() > 1
        torch.testing.assert_close(aligned(copy, LAYOUT, frames(file, 15)), reference, atol=1e-4, rtol=1e-4)
        other, frame = whole(file)[[19]], frames(file, 19)
        z = torch.randn(6, GAN.latent)
        turned = z @ torch.from_numpy(frame["generator"].rotation).T
        drawn = networks.draw(GAN, aligned(other, LAYOUT, frame), LAYOUT, z)
        torch.testing.assert_close(drawn, networks.draw(GAN, other, LAYOUT, turned), atol=1e-4, rtol=1e-4)


def test_the_same_study_gives_the_same_bytes(shared: Shared) -> None:
    assert shared.write("one.h5").read_bytes() == shared.write("two.h5").read_bytes()


def test_every_column_that_is_scored_is_said_what_it_is() -> None:
    with (ROOT / "reference/demo/metrics/zoo-mlp/00.csv").open() as file:
        assert {*next(csv.reader(file))} - {"judge"} <= rows.ABOUT.keys()
