"""A finished study, shared; and a study on a zoo that was brought."""

import json
import subprocess
import sys
from typing import Any

import h5py
import pytest
import torch
import yaml

from gangan.core import rowfile
from gangan.core.files import file_digest
from gangan.papers.gangan import networks
from support.clone import TINY, Clone


def gangan(clone: Clone, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gangan", *words]
    return subprocess.run(command, cwd=clone.folder, text=True, capture_output=True)


def test_a_study_is_shared_whole_by_one_command_and_verified(copied: Clone) -> None:
    done = gangan(copied, "card", "tiny", "--configfile", TINY)
    files = done.stdout.split()
    assert [file.rpartition("/shared/")[2] for file in files] == [
        "zoo/README.md", "zoo/croissant.json", "gan-gans/README.md",
    ], done.stderr  # fmt: skip
    shared = copied.folder / "results/tiny/gangan/shared"
    with h5py.File(shared / "zoo/rows.h5") as rows:
        assert rows["split"].asstr()[:].tolist() == ["learned"] * 12 + ["held-out"] * 16
        assert "aligned_generator_rotation" in rows
        assert len(json.loads((shared / "zoo/croissant.json").read_text())["recordSet"][0]["field"]) == len(rows)
    assert {path.stem for path in shared.glob("gan-gans/*.safetensors")} == {"as-described", "as-released"}
    audit = gangan(copied, "audit", *files, "--configfile", TINY)
    assert audit.stdout.startswith("VERIFIED"), audit.stdout


def test_a_study_that_has_trained_nothing_is_told_so_in_one_line(clone: Clone) -> None:
    for words in (["card"], ["zoo", "export"]):
        done = gangan(clone, *words, "tiny", "--configfile", TINY)
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert "not there yet, and " in line
        assert "makes all" in line
    done = gangan(clone, "card", "absent")
    assert done.stderr.splitlines() == [
        "error: no config/absent.yaml: name the configuration of study absent with --configfile"
    ]


ARM = {"group": "paper", "zoo": "mlp", "seeds": [0]}
ALIGNED = {"renormalise": True, "space": {"kind": "rows", "align": True, "output": "tanh"}}


@pytest.mark.parametrize(
    ("arm", "zoo", "said"),
    [
        (
            {"zoo": "published", "name": "one"},
            {"file": "absent.h5"},
            "gangan.arms: none of group paper can run: absent.h5 not there; allowed: one on a zoo that is there",
        ),
        (
            {"training": ALIGNED, "name": "one"},
            {},
            "study tiny has no arm to share: one whose generator alone draws GANs",
        ),
    ],
)
def test_a_study_without_a_gangan_to_share_is_told_so_in_one_line(
    clone: Clone, arm: dict[str, Any], zoo: dict[str, Any], said: str
) -> None:
    study = yaml.safe_load((clone.folder / TINY).read_text())
    study["gangan"]["arms"] = [ARM | arm]
    study["gangan"]["zoos"]["published"] = zoo
    study["gangan"]["claims"] = {"also": []}
    (clone.folder / "mine.yaml").write_text(yaml.safe_dump(study))
    done = gangan(clone, "card", "tiny", "--configfile", "mine.yaml")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert said in line


def test_a_study_takes_a_zoos_file_in_place_of_trainings(clone: Clone) -> None:
    study = yaml.safe_load((clone.folder / TINY).read_text())
    study["gangan"]["zoos"]["mlp"]["file"] = "resources/theirs.h5"
    gan = {"epochs": 4, "network": study["gangan"]["zoos"]["mlp"]["gan"]["network"]}
    layout = networks.of(gan["network"]).layout()
    rows = torch.randn(4, 3, layout.size).numpy() * 0.2
    theirs = clone.folder / "theirs.h5"
    rowfile.write_runs(theirs, layout, gan["network"], gan, range(3), -1, rows, {})
    study["data"] |= {"given": {"theirs.h5": file_digest(theirs)}, "mirrors": {"theirs.h5": ["file:."]}}
    (clone.folder / "mine.yaml").write_text(yaml.safe_dump(study))

    zoo = "results/tiny/gangan/zoos/mlp/zoo.h5"
    clone.snakemake(zoo, study="mine.yaml")
    found = rowfile.rows(clone.folder / zoo).reshape(3, 4, -1)
    assert torch.equal(found, torch.from_numpy(rows).swapaxes(0, 1))
    study["data"]["mirrors"] = {"theirs.h5": ["file:/elsewhere"]}  # the same bytes from elsewhere: nothing is remade
    (clone.folder / "mine.yaml").write_text(yaml.safe_dump(study))
    assert clone.planned(zoo, study="mine.yaml") == {}

    audit = gangan(clone, "audit", zoo, "--configfile", "mine.yaml")
    assert audit.stdout.startswith("VERIFIED"), audit.stdout
    assert "resources/theirs.h5" in audit.stdout
    with (clone.folder / "resources/theirs.h5").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"?")
    audit = gangan(clone, "audit", zoo, "--configfile", "mine.yaml")
    assert "modified since" in audit.stdout
    (clone.folder / "resources/theirs.h5.json").unlink()
    said = clone.snakemake(zoo, "-n", study="mine.yaml", check=False)
    line = "resources/theirs.h5: no job made it; move it elsewhere, to a folder of data.mirrors.theirs.h5"
    assert line in said.splitlines()
    (clone.folder / "resources/.theirs.h5.lease").touch()  # as if a job had died between its file and its record
    assert line not in clone.snakemake(zoo, "-n", study="mine.yaml")
