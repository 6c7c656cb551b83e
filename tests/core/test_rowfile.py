"""Files of rows: what goes in comes out, damaged or foreign runs are refused by name, packing streams."""

import json
import re
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from gangan.core import rowfile
from gangan.core.files import UserError
from gangan.core.layout import Layout

NETWORK = {"kind": "mlp", "hidden": 1}
SETTINGS = {"epochs": 3, "learning_rate": 2e-4, "network": NETWORK}


def layout_of(hidden: int) -> Layout:
    """A generator and a critic of so many hidden units, of samples of 784 numbers."""
    return Layout.of(
        critic={"input.weight": (hidden, 784), "input.bias": (hidden,)},
        generator={"output.weight": (784, hidden), "output.bias": (784,)},
    )


LAYOUT = layout_of(1)


def write(
    path: Path,
    runs: range,
    settings: Mapping[str, Any] = SETTINGS,
    network: Mapping[str, Any] = NETWORK,
    seed: int = 0,
    layout: Layout = LAYOUT,
) -> Path:
    """A job's file whose every weight and loss tells its run and epoch."""
    tell = np.array([[run + epoch / 10 for run in runs] for epoch in range(settings["epochs"])], "f4")
    rows, losses = (
        np.repeat(tell[:, :, None], layout.size, 2),
        {"loss_generator": tell + 100, "loss_critic": tell + 200},
    )
    rowfile.write_runs(path, layout, network, settings, runs, seed, rows, losses)
    return path


@pytest.fixture
def jobs(tmp_path: Path) -> list[Path]:
    """Five GANs in jobs of two."""
    return [write(tmp_path / f"{runs[0]:02d}.h5", runs) for runs in (range(2), range(2, 4), range(4, 5))]


@pytest.fixture
def packed(jobs: list[Path], tmp_path: Path) -> Path:
    rowfile.pack(jobs, SETTINGS, range(5), tmp_path / "zoo.h5")
    return tmp_path / "zoo.h5"


def test_a_packed_zoo_holds_every_row_of_every_job_in_order(packed: Path) -> None:
    rows, columns = rowfile.rows(packed), rowfile.columns(packed)
    expected = np.array([run + epoch / 10 for run in range(5) for epoch in range(3)], "f4")
    assert rows.shape == (15, LAYOUT.size)
    assert np.array_equal(rows.numpy(), np.repeat(expected[:, None], LAYOUT.size, 1))
    assert columns["gan"].tolist() == [run for run in range(5) for _ in range(3)]
    assert columns["epoch"].tolist() == [0, 1, 2] * 5
    assert np.array_equal(columns["loss_generator"], expected + 100)
    assert np.array_equal(columns["loss_critic"], expected + 200)
    with h5py.File(packed) as file:
        assert file["snapshots"].dtype == "<f4"
        assert file["snapshots"].chunks == (1, LAYOUT.size)
        assert file["runs"][:].tolist() == list(range(5))
        assert file["seeds"][:].tolist() == [0] * 5
        assert Layout.from_json(file["layout"][()].decode()) == LAYOUT
        assert json.loads(file["network"][()]) == NETWORK
        assert json.loads(file["settings"][()]) == SETTINGS


def test_rows_of_some_gans_at_some_epochs_are_read_alone(packed: Path) -> None:
    assert rowfile.rows(packed, [3, 1], [2, 0])[:, 0].tolist() == pytest.approx([1, 1.2, 3, 3.2])
    assert rowfile.rows(packed, epochs=[1]).shape == (5, LAYOUT.size)


def test_what_a_file_holds_is_read_without_its_rows(packed: Path) -> None:
    assert rowfile.network_of(packed) == NETWORK
    assert rowfile.layout_of(packed) == LAYOUT
    assert rowfile.epochs_of(packed) == 3
    assert rowfile.runs_of(packed) == [0, 1, 2, 3, 4]
    assert rowfile.runs_of(packed, [3, 1]) == [1, 3]


def changed(path: Path, change: Callable[[h5py.File], None]) -> Path:
    with h5py.File(path, "r+") as file:
        change(file)
    return path


def assign(name: str, index: int, value: float) -> Callable[[h5py.File], None]:
    def change(file: h5py.File) -> None:
        file[name][index] = value

    return change


def stored(rows: int, written: int = 6, **options: object) -> Callable[[h5py.File], None]:
    """So many rows in place of those there, which may be stored in another way."""

    def change(file: h5py.File) -> None:
        del file["snapshots"]
        plain = {"dtype": "<f4", "chunks": (1, LAYOUT.size)}
        file.create_dataset("snapshots", (rows, LAYOUT.size), **(plain | options))[:written] = 0

    return change


def refused(jobs: list[Path]) -> str:
    """The one line of a pack that fails; nothing stays."""
    output = jobs[0].with_name("zoo.h5")
    before = set(output.parent.iterdir())
    with pytest.raises(UserError) as error:
        rowfile.pack(jobs, SETTINGS, range(5), output)
    assert set(output.parent.iterdir()) == before
    message = str(error.value)
    assert "\n" not in message
    return message


other_settings = SETTINGS | {"learning_rate": 1e-3}
FOREIGN = {
    "other settings": (lambda path: write(path, range(2, 4), settings=other_settings), "trained with other settings"),
    "another network": (lambda path: write(path, range(2, 4), network={"kind": "dcgan"}), "other network than"),
    "another layout": (lambda path: write(path, range(2, 4), layout=layout_of(2)), "its rows have another layout"),
    "losses of other networks": (
        lambda path: changed(path, lambda file: file.move("loss_critic", "loss_discriminator")),
        "holds loss_discriminator, loss_generator, expected loss_critic, loss_generator",
    ),
    "another seed": (lambda path: write(path, range(2, 4), seed=7), r"GANs \[2, 3\] of seeds \[7\], expected GAN 2"),
    "other GANs": (lambda path: write(path, range(1, 3)), r"holds GANs \[1, 2\] of seeds \[0\], expected GAN 2 and on"),
    "too many GANs": (
        lambda path: write(path, range(2, 6)),
        r"GANs \[2, 3, 4, 5\] .* expected GAN 2 and on, of 5",
    ),
    "no losses": (
        lambda path: changed(path, lambda file: [file.pop(name) for name in ("loss_critic", "loss_generator")]),
        "holds no losses, expected loss_critic, loss_generator",
    ),
    "a missing row": (lambda path: changed(path, stored(5)), "rows missing or out of order"),
    "a row without bytes": (lambda path: changed(path, stored(6, written=5)), "not one plain chunk of float32 each"),
    "doubles": (lambda path: changed(path, stored(6, dtype="f8")), "not one plain chunk of float32 each"),
    "most significant byte first": (lambda path: changed(path, stored(6, dtype=">f4")), "not one plain chunk"),
    "compressed rows": (lambda path: changed(path, stored(6, compression="gzip")), "not one plain chunk"),
    "rows in pairs": (lambda path: changed(path, stored(6, chunks=(2, LAYOUT.size))), "not one plain chunk"),
    "rows in one piece": (lambda path: changed(path, stored(6, chunks=None)), "not one plain chunk"),
    "epochs out of order": (lambda path: changed(path, assign("epoch", 1, 2)), "rows missing or out of order"),
    "a NaN": (lambda path: changed(path, assign("snapshots", 4, np.nan)), "row 4 is not finite"),
    "an infinity": (lambda path: changed(path, assign("snapshots", 0, np.inf)), "row 0 is not finite"),
    "a truncated file": (
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        "not a readable HDF5 file .*truncated",
    ),
    "an empty file": (lambda path: path.write_bytes(b""), "not a readable HDF5 file"),
    "no zoo": (lambda path: changed(path, lambda file: file.pop("gan")), "not a zoo, no gan"),
    "no file": (lambda path: path.unlink(), "no such file"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_damaged_or_foreign_run_is_refused_by_name(jobs: list[Path], kind: str) -> None:
    spoil, complaint = FOREIGN[kind]
    spoil(jobs[1])
    message = refused(jobs)
    assert message.startswith(f"{jobs[1]}: ")
    assert re.search(complaint, message), message


def test_a_zoo_with_too_few_runs_is_refused(jobs: list[Path]) -> None:
    assert "12 rows from 2 files, expected 5 × 3" in refused(jobs[:2])


def test_packing_four_times_the_runs_takes_no_more_memory(tmp_path: Path) -> None:
    settings, layout = {"epochs": 5}, Layout.of(generator={"weight": (64, 1777)})  # a row of 455 kB
    files = [write(tmp_path / f"{run}.h5", range(run, run + 1), settings, layout=layout) for run in range(32)]

    def peak(runs: int) -> int:
        """Bytes that Python and NumPy held at once."""
        tracemalloc.start()
        rowfile.pack(files[:runs], settings, range(runs), tmp_path / "zoo.h5")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(32) < peak(8) + 2 * layout.size * 4  # of 120 rows more


def test_export_writes_one_row_as_named_tensors(packed: Path, tmp_path: Path) -> None:
    output = tmp_path / "gan.safetensors"
    rowfile.export(packed, 7, output)
    tensors = load_file(output)
    with safe_open(output, "pt") as file:
        assert json.loads(file.metadata()["facts"]) == {"gan": 2, "epoch": 1}
    assert {name: tuple(t.shape) for name, t in tensors.items()} == dict(LAYOUT.shapes)
    assert torch.equal(tensors["generator.output.bias"], torch.full((784,), 2.1))
    with pytest.raises(UserError, match=r"zoo\.h5: no row 15; allowed: 0 … 14$"):
        rowfile.export(packed, 15, output)
    with pytest.raises(UserError, match=r"no row -1"):
        rowfile.export(packed, -1, output)


def test_info_says_what_a_zoo_holds(packed: Path) -> None:
    text = rowfile.describe(packed)
    assert f"network: {json.dumps(NETWORK, sort_keys=True)}" in text
    assert '"learning_rate": 0.0002' in text
    assert f"15 rows of {LAYOUT.size:,} weights" in text
    assert "5 GANs (0 … 4) × 3 epochs, seed 0" in text
    assert "generator.output.weight" in text
    assert f"{LAYOUT.offsets()['generator.output.weight']:,}" in text


def test_the_times_of_all_jobs_stand_in_one_table(tmp_path: Path) -> None:
    for name in ("00", "02"):
        (tmp_path / f"{name}.csv").write_text(f"epoch,seconds\n0,1.{name}\n1,2.{name}\n")
    rowfile.pack_timings([tmp_path / "00.csv", tmp_path / "02.csv"], tmp_path / "timing.csv")
    lines = (tmp_path / "timing.csv").read_text().splitlines()
    assert lines == ["job,epoch,seconds", "00,0,1.00", "00,1,2.00", "02,0,1.02", "02,1,2.02"]
