"""What is left of an unfinished training, and of a finished one that Snakemake has not seen (core.checkpoint)."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from gangan.core import lease
from gangan.core.checkpoint import Checkpoint
from gangan.core.files import UserError

ROW = torch.arange(6, dtype=torch.float32).view(2, 3)  # one epoch of two GANs with three weights each


def trained(folder: Path, epochs: int, identity: str = "a") -> Checkpoint:
    """A checkpoint after some epochs, whose only tensor counts them."""
    checkpoint = Checkpoint(folder, identity, 0, row_bytes=24)
    count = torch.zeros(1)
    for epoch in range(checkpoint.restore({"count": count}), epochs):
        checkpoint.end_epoch({"g": [epoch, epoch / 3]}, 1.0)
        checkpoint.append(ROW + epoch)
        count += 1
        checkpoint.save_when_due({"count": count}, last=False)
    assert count == epochs
    return checkpoint


def test_rows_are_where_their_epoch_is_however_often_written(tmp_path: Path) -> None:
    trained(tmp_path, 2)
    (tmp_path / "rows.f32").open("ab").write(b"rows of an epoch whose state was never saved")
    rows = trained(tmp_path, 3).rows(2)
    assert np.array_equal(rows, np.stack([ROW + epoch for epoch in range(3)]))


def test_an_epoch_keeps_its_losses_by_network_its_time_and_its_attempt(tmp_path: Path) -> None:
    first = Checkpoint(tmp_path, "a", 0)
    first.restore({})
    for epoch in range(2):
        first.end_epoch({"critic": [epoch / 3, math.nan], "generator": [epoch / 7, -epoch / 7]}, epoch + 0.1)
        first.save_when_due({}, last=False)
    second = Checkpoint(tmp_path, "a", 0)
    assert second.restore({}) == 2
    second.end_epoch({"critic": [2 / 3, 5], "generator": [2 / 7, -2 / 7]}, 2.1)
    losses = second.means()
    assert list(losses) == ["critic", "generator"]
    np.testing.assert_array_equal(losses["critic"], [[0, math.nan], [1 / 3, math.nan], [2 / 3, 5]])  # to the last bit
    np.testing.assert_array_equal(losses["generator"], [[0, 0], [1 / 7, -1 / 7], [2 / 7, -2 / 7]])
    assert [(epoch.seconds, epoch.attempt) for epoch in second.history] == [(0.1, 0), (1.1, 0), (2.1, 1)]


def test_the_losses_of_thousands_of_runs_are_tensors_as_a_header_has_no_room_for_them(tmp_path: Path) -> None:
    def header(runs: int) -> int:
        """Bytes of the header of a state after three epochs, of which a safetensors file has at most 100 MB."""
        losses = np.random.default_rng(0).random((3, 2, runs))
        checkpoint = Checkpoint(tmp_path / str(runs), "a", 0)
        checkpoint.restore({})
        for critic, generator in losses:
            checkpoint.end_epoch({"critic": critic.tolist(), "generator": generator.tolist()}, 1.0)
            checkpoint.save_when_due({}, last=False)
        again = Checkpoint(tmp_path / str(runs), "a", 0)
        again.restore({})
        assert np.array_equal(np.stack(list(again.means().values()), 1), losses)
        return int.from_bytes((tmp_path / str(runs) / "state.safetensors").read_bytes()[:8], "little")

    assert header(5000) < header(1) + 100


@pytest.mark.parametrize("damage", ["state cut short", "rows cut short", "rows gone"])
def test_a_damaged_checkpoint_is_trained_anew(damage: str, tmp_path: Path) -> None:
    trained(tmp_path, 2)
    match damage:
        case "state cut short":
            state = tmp_path / "state.safetensors"
            state.write_bytes(state.read_bytes()[:-1])
        case "rows cut short":
            with (tmp_path / "rows.f32").open("r+b") as rows:
                rows.truncate(47)
        case "rows gone":
            (tmp_path / "rows.f32").unlink()
    checkpoint = trained(tmp_path, 3)
    assert checkpoint.attempts[-1]["resumed_at"] == 0
    assert np.array_equal(checkpoint.rows(2), np.stack([ROW + epoch for epoch in range(3)]))


def test_a_training_does_not_go_on_on_another_device(tmp_path: Path) -> None:
    trained(tmp_path, 2)
    checkpoint = Checkpoint(tmp_path, "a", 0, row_bytes=24)
    assert checkpoint.restore({"count": torch.zeros(1, device="meta")}) == 0
    assert (len(checkpoint.history), len(checkpoint.attempts)) == (0, 1)
    assert (tmp_path / "rows.f32").stat().st_size == 0


def test_who_lost_the_lease_saves_nothing(tmp_path: Path) -> None:
    output = tmp_path / "out"
    with lease.held(output) as held:
        checkpoint = Checkpoint(tmp_path / "checkpoint", "a", 0, held, row_bytes=24)
        checkpoint.restore({})
        held.path.unlink()
        with pytest.raises(UserError, match="removed while a job was at work"):
            checkpoint.save_when_due({}, last=True)
    assert not (tmp_path / "checkpoint/state.safetensors").exists()


def test_the_table_of_times_has_a_line_for_each_epoch_and_the_attempt_that_did_it(tmp_path: Path) -> None:
    trained(tmp_path / "checkpoint", 2)
    checkpoint = trained(tmp_path / "checkpoint", 3)
    checkpoint.write_timing(tmp_path / "timing.csv", 500)
    with (tmp_path / "timing.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [(line["epoch"], line["attempt"], line["seconds"]) for line in lines] == [
        ("0", "0", "1.0000"),
        ("1", "0", "1.0000"),
        ("2", "1", "1.0000"),
    ]
    assert {line["examples_per_second"] for line in lines} == {"500"}


def kept(folder: Path) -> Path:
    """A finished output, kept."""
    checkpoint = trained(folder / "checkpoint", 2)
    output = folder / "out"
    output.write_text("rows")
    checkpoint.keep([output])
    assert sorted(path.name for path in (folder / "checkpoint").iterdir()) == ["kept.json", "out"]
    assert output.samefile(folder / "checkpoint/out")  # no second copy
    return output


def test_a_finished_output_that_snakemake_deleted_is_there_again(tmp_path: Path) -> None:
    output = kept(tmp_path)
    output.unlink()
    again = Checkpoint(tmp_path / "checkpoint", "a", 0)
    assert again.take_kept([output])
    assert output.read_text() == "rows"
    assert [attempt["resumed_at"] for attempt in again.attempts] == [0, 2]
    again.keep([output])
    assert output.samefile(tmp_path / "checkpoint/out")


@pytest.mark.parametrize("why", ["another training", "damaged", "gone"])
def test_what_was_kept_is_not_taken_for_anything_else(why: str, tmp_path: Path) -> None:
    output = kept(tmp_path)
    match why:
        case "damaged":
            output.write_text("rots")  # the same bytes on disk as the second name's
        case "gone":
            (tmp_path / "checkpoint/out").unlink()
    output.unlink()
    assert not Checkpoint(tmp_path / "checkpoint", "b" if why == "another training" else "a", 0).take_kept([output])
    assert not output.exists()
