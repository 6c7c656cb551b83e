"""What a job records."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
import torch

from gangan import figures, provenance
from gangan.files import UserError
from gangan.ledger import Record
from gangan.provenance import recorded
from gangan.replay import _platform_changes
from gangan.targets import carried_lineage


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def job(output: str, inputs: dict[str, Path], text: str = "made", **settings: Any) -> dict[str, Any]:
    """Do a small job; its record."""
    with recorded(("weights",), settings, inputs, {"out": Path(output)}):
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
    assert Record.model_validate_json(Path("out.json").read_text()).seal == provenance.seal(record)


def test_rule_and_wildcards_come_from_the_pattern_that_the_output_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = {"other": r"figures/.+", "train_gan": r"zoos/(?P<zoo>[a-z]+)/gans/(?P<first>\d\d+)\.h5"}
    monkeypatch.setenv("GANGAN_RULES", json.dumps(rules))
    Path("zoos/mlp/gans").mkdir(parents=True)
    record = job("zoos/mlp/gans/07.h5", {})
    assert (record["rule"], record["wildcards"]) == ("train_gan", {"zoo": "mlp", "first": "07"})
    assert job("elsewhere", {})["rule"] is None


def test_the_lineage_holds_what_decides_and_neither_time_nor_machine() -> None:
    first = job("a", {}, seed=1)
    again = job("a", {}, seed=1)
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


def test_measured_times_are_recorded_and_outside_the_lineage() -> None:
    Path("t.csv").write_text("1 s")
    first = job("b", {"timing.07": Path("t.csv")})
    Path("t.csv").write_text("2 s")
    second = job("b", {"timing.07": Path("t.csv")})
    assert first["inputs"] != second["inputs"]
    assert first["lineage"] == second["lineage"]


def test_an_input_that_changes_while_it_is_read_fails_the_job_without_a_record() -> None:
    Path("a").write_text("before")

    def careless() -> None:
        with recorded(("weights",), {}, {"a": Path("a")}, {"b": Path("b")}):
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
def test_a_figure_carries_its_lineage_and_is_the_same_bytes_again(ending: str, here: Path) -> None:
    def drawn(name: str, lineage: str) -> Path:
        figure, axes = plt.subplots(figsize=(1, 1))
        axes.plot([0, 1])
        figures.save(figure, [here / f"{name}.{ending}"], lineage)
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
    match = re.search(provenance.DRIVER, line)
    assert match
    assert match.group(1) == "550.54.15"


def test_a_gpu_that_a_job_did_not_use_is_not_in_its_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: False)
    assert "gpu" not in provenance.environment()


def test_another_gpu_of_the_same_model_excuses_no_other_bytes() -> None:
    card = {"name": "H100", "driver": "580", "uuid": "a"}
    assert _platform_changes({"gpu": card}, {"gpu": card | {"uuid": "b"}}) == []
    assert _platform_changes({"gpu": card}, {"gpu": card | {"driver": "590"}})
