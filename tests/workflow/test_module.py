"""The workflow as a module of somebody else's: of a clone, and of a repository that Snakemake reads."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from support.clone import TINY, Clone

CONFIG = "    config: {'study': 'theirs', 'data': {'name': 'mnist-5k'}}\n"


def using(folder: Path, snakefile: str, config: str = "", rest: str = "", before: str = "") -> Clone:
    """Somebody's folder, whose workflow has this one as a module."""
    folder.mkdir()
    text = f"{before}module gangan:\n    snakefile: {snakefile}\n{config}use rule * from gangan{rest}\n"
    (folder / "Snakefile").write_text(text)
    return Clone(folder, parts=())


def other_package(folder: Path) -> Path:
    """A folder to import from, with another package of the same name."""
    (folder / "gangan").mkdir(parents=True)
    (folder / "gangan/__init__.py").touch()
    return folder


def test_two_lines_plan_what_the_clone_plans(clone: Clone, tmp_path: Path) -> None:
    theirs = using(tmp_path / "theirs", repr(str(clone.folder / "workflow/Snakefile")))
    expected = clone.planned()
    expected["everything"] = expected.pop("all")
    assert theirs.planned(study=str(clone.folder / TINY)) == expected


def test_a_module_with_a_config_reads_that_and_not_the_command_line(clone: Clone, tmp_path: Path) -> None:
    snakefile = repr(str(clone.folder / "Snakefile"))
    said = using(tmp_path / "theirs", snakefile, CONFIG, " as g_*").snakemake("-n", "--config", "mine=1", study="")
    assert "results/theirs/judge/deep.csv" in said
    assert "rule g_gangan_train_gans:" in said
    said = using(tmp_path / "wrong", snakefile, CONFIG.replace("study", "sturdy")).snakemake(
        "-n", study="", check=False
    )
    assert "the module's config: sturdy: unknown key" in said


def test_jobs_run_the_modules_own_package_and_leave_other_rules_alone(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = 'rule theirs:\n    input: "resources/mnist-5k.safetensors"\n    output: "path"\n    params: rule="theirs"\n'
    own += '    shell: "echo $PATH:$PYTHONPATH:$- > {output}"\n'
    theirs = using(tmp_path / "theirs", repr(str(clone.folder / "Snakefile")), CONFIG, " as g_*", own)
    monkeypatch.setenv("PYTHONPATH", str(other_package(tmp_path / "other")))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    theirs.snakemake("theirs", study="")
    record = json.loads((theirs.folder / "resources/mnist-5k.safetensors.json").read_text())
    assert record["rule"] == "g_fetch_digits"
    assert "data.idx" in record["code"]
    assert record["environment"]["prefix"] == Path(sys.prefix).name  # of Snakemake's Python, activated or not
    path, imports, flags = (theirs.folder / "path").read_text().strip().rsplit(":", 2)
    assert (path, imports) == ("/usr/bin:/bin", str(tmp_path / "other"))
    assert {*"eu"} <= {*flags}


def test_another_package_that_is_loaded_already_is_refused(clone: Clone, tmp_path: Path) -> None:
    other = other_package(tmp_path / "other")
    before = f"import sys\nsys.path.insert(0, {str(other)!r})\nimport gangan as theirs\n"
    theirs = using(tmp_path / "theirs", repr(str(clone.folder / "Snakefile")), before=before)
    assert f"{other}/gangan is loaded already" in theirs.snakemake("-n", study="", check=False)


@pytest.fixture
def repository(clone: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A repository in a module's words. git takes it from a folder here; one tag has the version that is installed."""
    address = "https://github.com/somebody/gangan"
    for name, value in {"COUNT": "1", "KEY_0": f"url.{clone.folder.as_uri()}.insteadOf", "VALUE_0": address}.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for tag in (version("gangan"), "99.0.0"):
        (clone.folder / "pyproject.toml").write_text(f'[project]\nversion = "{tag}"\n')
        git = ["git", "-C", str(clone.folder), "-c", "user.name=n", "-c", "user.email=e"]
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", tag], ["tag", tag]):
            subprocess.run([*git, *words], check=True)
    return 'github("somebody/gangan", path="workflow/Snakefile", tag="{}")'


def test_a_module_of_a_repository_needs_the_package_in_its_version(repository: str, tmp_path: Path) -> None:
    theirs = using(tmp_path / "theirs", repository.format(version("gangan")), CONFIG)
    assert theirs.planned("results/theirs/judge/deep.csv", study="") == {"fetch_digits": 1, "train_judge": 1}
    other = using(tmp_path / "other", repository.format("99.0.0"), CONFIG)
    said = other.snakemake("-n", study="", check=False)
    assert f"{version('gangan')} of the package gangan is installed; this workflow needs 99.0.0" in said
