"""pyproject.toml, requirements.lock, environment.yml and Dockerfile ask for the same software."""

import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from support.clone import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DIRECT = [Requirement(text) for text in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]]
LOCK = (ROOT / "requirements.lock").read_text().splitlines()
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]


def locked(python: str) -> dict[str, Requirement]:
    """What the lock file installs on a Python: name → pin."""
    machine = {"sys_platform": "linux", "platform_machine": "x86_64", "platform_python_implementation": "CPython"}
    there = {**machine, "python_version": python, "python_full_version": f"{python}.0"}
    pins = [Requirement(line) for line in LOCK]
    return {pin.name: pin for pin in pins if pin.marker is None or pin.marker.evaluate(there)}


def version(pin: Requirement) -> str:
    """The one version a pin allows."""
    (specifier,) = pin.specifier
    assert specifier.operator == "=="
    return specifier.version


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_file_pins_every_direct_dependency_to_an_allowed_version(python: str) -> None:
    assert SpecifierSet(PROJECT["requires-python"]).contains(f"{python}.0")
    pins = locked(python)
    for wanted in DIRECT:
        assert wanted.specifier.contains(version(pins[wanted.name])), wanted


def test_each_direct_dependency_has_a_line_that_says_what_it_is_for() -> None:
    text = (ROOT / "docs/dependencies.md").read_text()
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| ")]
    told = {name.strip() for cell in cells for name in cell.split(",")}
    assert told >= {requirement.name for requirement in DIRECT}


def test_conda_users_get_the_versions_of_the_lock_file() -> None:
    assert CONDA[:2] == ["python=3.12", "pip"]
    assert CONDA[2] == {"pip": LOCK}


def test_a_container_has_the_lock_file_on_the_python_of_conda_users() -> None:
    steps = (ROOT / "Dockerfile").read_text()
    assert f"FROM python:{CONDA[0].removeprefix('python=')}-slim\n" in steps
    assert "COPY requirements.lock .\nRUN pip install --no-cache-dir --requirement requirements.lock\n" in steps
    assert "!requirements.lock" in (ROOT / ".dockerignore").read_text().splitlines()
