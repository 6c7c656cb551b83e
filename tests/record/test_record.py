"""What a job records."""

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
import torch

from gangan.core.files import LINEAGE, UserError, file_digest, text_digest
from gangan.record import machine
from gangan.record.ledger import Records
from gangan.record.record import Record, canonical, recorded
from gangan.record.replay import _link, platform_changes, shortened
from gangan.record.targets import carried_lineage
from gangan.show import style

CALL = "core.layout.of"  # whose code stands in the records here; it is not called


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def job(output: str, inputs: dict[str, Path | list[Path]], text: str = "made", **settings: Any) -> dict[str, Any]:
    """Do a small job; its record."""
    with recorded(CALL, settings, inputs, {"out": Path(output)}, "make", {"arm": "best"}):
        Path(output).write_text(text)
    return json.loads(Path(f"{output}.json").read_text())


def test_a_record_holds_the_digest_of_each_file_and_reads_back(here: Path) -> None:
    (here / "in").write_bytes(b"read")
    record = job("out", {"in": here / "in"}, text="written", seed=7)
    assert record["inputs"]["in"] == {
        "path": "in",  # given whole, recorded from the working directory
        "size": 4,
        "sha256": hashlib.sha256(b"read").hexdigest(),
        "lineage": None,
    }
    assert record["outputs"]["out"]["sha256"] == hashlib.sha256(b"written").hexdigest()
    assert record["settings"] == {"seed": 7}
    assert (record["call"], record["rule"], record["wildcards"]) == (CALL, "make", {"arm": "best"})
    assert list(record["code"]) == ["core.layout"]
    records = Records()
    records.add("out.json", Path("out.json").read_text())
    assert list(records.kept) == ["out.json"]


def test_a_list_of_inputs_is_recorded_by_its_places(here: Path) -> None:
    for name in "ab":
        (here / name).write_text(name)
    read = job("out", {"rows": [Path("b"), Path("a")], "timings": [Path("a")]})["inputs"]
    assert {name: entry["path"] for name, entry in read.items()} == {"rows.0": "b", "rows.1": "a", "timings.0": "a"}


def test_a_job_tells_its_record_what_only_it_knows_and_may_ask_what_stands_there(here: Path) -> None:
    (here / "in").write_text("x")
    with recorded(CALL, {}, {"in": Path("in")}, {"out": Path("out")}) as activity:
        activity.attempts = [{"resumed_at": 3}]
        activity.mirrors = ["https://example.org"]
        asked = activity.lineage, activity.inputs["in"].sha256
        Path("out").touch()
    record = json.loads(Path("out.json").read_text())
    assert (record["attempts"], record["mirrors"]) == ([{"resumed_at": 3}], ["https://example.org"])
    assert asked == (record["lineage"], record["inputs"]["in"]["sha256"])
    assert record["rule"] is None
    assert record["seal"] == text_digest(canonical({key: value for key, value in record.items() if key != "seal"}))


def test_the_lineage_holds_what_decides_and_neither_time_nor_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    first = job("a", {}, seed=1)
    monkeypatch.setattr("gangan.record.record.environment", lambda: {"host": "elsewhere"})
    again = job("a", {}, seed=1)
    assert again["environment"]["host"] != first["environment"]["host"]
    assert first["started"] != again["started"]
    assert first["lineage"] == again["lineage"]
    assert job("a", {}, seed=2)["lineage"] != first["lineage"]
    assert job("b", {}, seed=1)["lineage"] != first["lineage"]


def test_the_lineage_reaches_through_inputs_to_their_own_settings() -> None:
    job("a", {}, text="same bytes", seed=1)
    first = job("b", {"a": Path("a")})
    job("a", {}, text="same bytes", seed=2)
    second = job("b", {"a": Path("a")})
    assert first["inputs"]["a"]["sha256"] == second["inputs"]["a"]["sha256"]
    assert first["lineage"] != second["lineage"]


def test_an_input_edited_after_its_record_has_no_lineage() -> None:
    job("a", {})
    Path("a").write_text("edited")
    assert job("b", {"a": Path("a")})["inputs"]["a"]["lineage"] is None


def test_an_input_that_changes_while_another_is_hashed_is_noticed(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        (here / name).write_text("old")

    def change(path: Path) -> str:
        if path.name == "b":
            (here / "a").write_text("new")
            os.utime(here / "a", (0, 0))  # another time, whatever the clock's step
        return file_digest(path)

    monkeypatch.setattr("gangan.record.record.file_digest", change)
    with pytest.raises(UserError, match=r"^a changed while out was made"):
        job("out", {"one": Path("a"), "other": Path("b")})
    assert not Path("out.json").exists()


def test_names_that_people_give_files_are_recorded_or_refused_in_one_line(here: Path) -> None:
    screenshot = here / "Screenshot 9.41\u202fAM.png"
    screenshot.touch()
    assert job("out", {"in": screenshot})["inputs"]["in"]["path"] == screenshot.name
    (here / "a\nb").touch()
    with pytest.raises(UserError, match=r"^a\?b: its name is too long or no line of text; rename it$"):
        job("out", {"in": Path("a\nb")})


def test_a_file_of_somebody_s_beside_an_input_is_not_to_be_deleted(here: Path) -> None:
    (here / "a.png").touch()
    (here / "a.png.json").write_text("{}")
    with pytest.raises(UserError, match=r"^a\.png\.json is no record: move it elsewhere if a\.png is a file of yours"):
        job("out", {"in": Path("a.png")})


def test_a_replay_links_what_a_job_reads_by_two_names_once(here: Path) -> None:
    (here / "in").write_text("x")
    _link(here, here / "scratch", ["in", "in"])
    assert (here / "scratch/in").read_text() == "x"


def test_measured_times_are_recorded_and_outside_the_lineage() -> None:
    Path("t.csv").write_text("1 s")
    first = job("b", {"timing": [Path("t.csv")]})
    Path("t.csv").write_text("2 s")
    second = job("b", {"timing": [Path("t.csv")]})
    assert first["inputs"] != second["inputs"]
    assert first["lineage"] == second["lineage"]


def test_an_input_that_changes_while_it_is_read_fails_the_job_without_a_record() -> None:
    Path("a").write_text("before")

    def careless() -> None:
        with recorded(CALL, {}, {"a": Path("a")}, {"b": Path("b")}):
            Path("a").write_text("after")
            Path("b").write_text("made")

    with pytest.raises(UserError, match="a changed while"):
        careless()
    assert not Path("b.json").exists()


def test_a_broken_record_beside_an_input_is_said_in_one_line() -> None:
    Path("a").write_text("x")
    Path("a.json").write_text("{")
    with pytest.raises(UserError, match=r"a\.json is no record"):
        job("b", {"a": Path("a")})
    with pytest.raises(UserError, match="cannot read gone"):
        job("b", {"a": Path("gone")})


@pytest.mark.parametrize("ending", ["png", "pdf"])
def test_the_lineage_that_a_figure_carries_is_found_in_figures_alone(ending: str, here: Path) -> None:
    figure, axes = plt.subplots(figsize=(1, 1))
    axes.plot([0, 1])
    key = "Comment" if ending == "png" else "Keywords"
    figure.savefig(here / f"a.{ending}", metadata={key: f"{LINEAGE}{'0' * 64}"})
    plt.close(figure)
    assert carried_lineage(here / f"a.{ending}") == "0" * 64
    (here / f"a.{ending}").rename(here / "zoo.h5")  # may have gigabytes: not read for this
    assert carried_lineage(here / "zoo.h5") is None


@pytest.mark.parametrize("ending", ["png", "pdf"])
def test_a_figure_carries_its_lineage_and_is_the_same_bytes_again(ending: str, here: Path) -> None:
    def drawn(name: str, lineage: str) -> Path:
        figure, axes = plt.subplots(figsize=(1, 1))
        axes.plot([0, 1])
        style.save(figure, [here / f"{name}.{ending}"], lineage)
        return here / f"{name}.{ending}"

    first = drawn("a", "0" * 64)
    assert carried_lineage(first) == "0" * 64
    assert carried_lineage(drawn("c", "1" * 64)) == "1" * 64
    assert first.read_bytes() == drawn("b", "0" * 64).read_bytes()


@pytest.mark.parametrize(
    "line",
    [
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024",
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.15  Release Build  (builder@host)  Tue Mar  5",
    ],
)
def test_the_version_of_the_gpu_driver_is_read_from_what_the_kernel_says(line: str) -> None:
    match = re.search(machine.DRIVER, line)
    assert match
    assert match.group(1) == "550.54.15"


def test_a_gpu_that_a_job_did_not_use_is_not_in_its_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: False)
    assert "gpu" not in machine.environment()


def test_another_gpu_of_the_same_model_excuses_no_other_bytes() -> None:
    card = {"name": "H100", "driver": "580", "uuid": "a"}
    assert platform_changes({"gpu": card}, {"gpu": card | {"uuid": "b"}}) == []
    assert platform_changes({"gpu": card}, {"gpu": card | {"driver": "590"}})


def test_a_shorter_training_changes_the_one_number_of_epochs() -> None:
    trained = job_record("rows.h5")
    settings = {"rows": {"zoo": "mlp", "gangan": {"epochs": 250, "batch": 4}}, "seed": 0}
    shorter = shortened(settings, trained, 2)
    assert shorter == {"rows": {"zoo": "mlp", "gangan": {"epochs": 2, "batch": 4}}, "seed": 0}
    assert settings["rows"]["gangan"]["epochs"] == 250
    assert shortened(settings | {"looks": [1, 2, 10]}, trained, 2)["looks"] == [1, 2]
    with pytest.raises(UserError, match="--epochs 251: this training has 250"):
        shortened(settings, trained, 251)
    falling = {"training": {"epochs": 8, "constant": 4}}
    assert shortened(falling, trained, 3)["training"]["epochs"] == 3
    assert shortened(falling, trained, 8) == falling
    with pytest.raises(UserError, match=r"--epochs 6: later learning rates .*; allowed: below 4"):
        shortened(falling, trained, 6)
    for other in ({}, {"a": {"epochs": 1}, "b": [{"epochs": 1}]}):
        with pytest.raises(UserError, match="--epochs is for a training"):
            shortened(other, trained, 1)
    with pytest.raises(UserError, match="--epochs is for a training"):
        shortened(settings, job_record("judge.safetensors"), 1)


def job_record(output: str) -> Record:
    job(output, {})
    return Record.model_validate_json(Path(f"{output}.json").read_text())


def test_what_other_programs_leave_beside_an_input_is_passed_over(here: Path) -> None:
    with recorded(CALL, {}, {}, {"out": Path("a.h5"), "timing": Path("a.csv")}):
        for name in ("a.h5", "a.csv"):
            (here / name).write_text(name)
    made = json.loads((here / "a.h5.json").read_text("utf-8"))
    (here / "0.json").mkdir()
    (here / ".#1.json").symlink_to("someone@elsewhere.1234")
    (here / "2.json").symlink_to("nowhere")
    (here / "._a.h5.json").write_bytes(b"\x00\x05\x16\x07")
    stale = made | {"lineage": "0" * 64}  # of an earlier run, which a sync tool kept beside the new one
    for name in ("a (conflicted copy).h5.json", ".ipynb_checkpoints/a.h5-checkpoint.json"):
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_text(json.dumps(stale))
    assert job("b", {"read": Path("a.csv")})["inputs"]["read"]["lineage"] == made["lineage"]
