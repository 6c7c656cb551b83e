"""What a release consists of: one version, files that describe it alike, a package, and checks on public hosts."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from packaging.specifiers import SpecifierSet

import gangan
from support.clone import ROOT, Clone

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text())
CODEMETA, ZENODO = (json.loads((ROOT / name).read_text()) for name in ("codemeta.json", ".zenodo.json"))
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
STEPS = {job: block["steps"] for job, block in WORKFLOW["jobs"].items()}


def test_a_release_has_one_version() -> None:
    (newest, *_) = re.findall(r"^## (\S+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    said = {PROJECT["version"], gangan.__version__, CITATION["version"], CODEMETA["version"], ZENODO["version"]}
    assert said == {newest}


def test_a_release_is_described_alike_to_each_index() -> None:
    for index, names in {
        "codemeta": ("name", "description", "keywords", "author"),
        "zenodo": ("title", "description", "keywords", "creators"),
    }.items():
        title, abstract, keywords, authors = (({"codemeta": CODEMETA, "zenodo": ZENODO}[index])[name] for name in names)
        assert (title, abstract, keywords) == tuple(CITATION[key] for key in ("title", "abstract", "keywords"))
        assert [author["name"] for author in authors] == [author["name"] for author in CITATION["authors"]]
    assert {CITATION["license"], ZENODO["license"], CODEMETA["license"].rsplit("/", 1)[1]} == {PROJECT["license"]}
    (paper,) = CITATION["references"]
    (related,) = ZENODO["related_identifiers"]
    assert related["identifier"] == paper["identifiers"][0]["value"]
    assert CODEMETA["referencePublication"]["@id"].rsplit("/", 1)[1] == related["identifier"].removeprefix("arXiv:")


def test_public_hosts_run_what_is_run_before_a_change_lands() -> None:
    commands = {job: [step["run"] for step in steps if "run" in step] for job, steps in STEPS.items()}
    assert commands == {"checks": [".ci/run"], "demo": ["make demo"]}
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert {"make lint", "make test"} <= {*(ROOT / ".ci/run").read_text().splitlines()}
    versions = WORKFLOW["jobs"]["checks"]["strategy"]["matrix"]["python"]
    assert len({*versions}) == 2
    assert all(SpecifierSet(PROJECT["requires-python"]).contains(f"{version}.0") for version in versions)


def test_public_hosts_keep_the_report_of_the_demo() -> None:
    (kept,) = (step["with"]["path"] for step in STEPS["demo"] if "upload-artifact" in step.get("uses", ""))
    recipe = (ROOT / "Makefile").read_text().split("\ndemo:")[1].split("\n\n")[0]
    assert f"--report {kept} " in recipe


@pytest.mark.parametrize("paper", [path.stem for path in ROOT.glob("docs/papers/*.svg")])
def test_the_picture_of_the_rules_has_the_rules_that_run(paper: str, clone: Clone) -> None:
    """``make rulegraph`` draws it anew."""
    drawn = re.findall(r"<text [^>]*>([^<]+)</text>", (ROOT / f"docs/papers/{paper}.svg").read_text())
    assert {*drawn} == {*clone.planned(paper, study="")}


def test_make_gives_pytest_what_it_understands() -> None:
    """Options of our own are known only where pytest reads the tests' folder, which a free-standing path prevents."""
    recipe = subprocess.run(["make", "-n", "faults"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    (command,) = (line.partition(" -m ")[2] for line in recipe.splitlines() if " -m pytest " in line)
    collected = [sys.executable, "-m", *command.split(), "--collect-only", "--ignore-glob=*/papers/*"]
    assert "test_local" in subprocess.run(collected, cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel as it lies in another project's environment."""
    folder = tmp_path_factory.mktemp("wheel")
    source = Clone(folder / "source", ("src", "pyproject.toml", "README.md", "LICENSE")).folder
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--wheel-dir", folder, source], check=True)
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def test_a_wheel_has_the_whole_package(installed: Path) -> None:
    def files(folder: Path) -> set[Path]:
        found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
        return {path for path in found if "__pycache__" not in path.parts}

    assert files(installed / "gangan") == files(ROOT / "src/gangan")


def test_an_installed_package_works_outside_a_clone_or_says_that_it_needs_one(installed: Path, tmp_path: Path) -> None:
    def gangan(*words: str) -> tuple[int, list[str]]:
        environment = os.environ | {"PYTHONPATH": str(installed)}
        command = [sys.executable, "-P", "-m", "gangan", *words]
        done = subprocess.run(command, cwd=tmp_path, env=environment, text=True, capture_output=True)
        return done.returncode, done.stderr.splitlines()

    assert gangan("schema", "schema.json") == (0, [])
    assert (tmp_path / "schema.json").read_bytes() == (ROOT / "config/schema.json").read_bytes()
    ledger = str(ROOT / "reference/demo/ledger.json")
    needs = [f"error: no Snakefile in {tmp_path}: run this in a clone of the project"]
    assert gangan("audit", "demo", "--against", ledger) == (1, needs)
