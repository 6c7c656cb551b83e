"""Which commit a record names: that of the clone whose code ran, and no other repository's."""

import os
import subprocess
from pathlib import Path

import pytest

from gangan.record import machine
from support.clone import ROOT

NONE = {"commit": None, "uncommitted": None}


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    done = subprocess.run(["git", "-C", folder, *identity, *words], check=True, capture_output=True, encoding="utf-8")
    return done.stdout.strip()


def repository(folder: Path) -> Path:
    """A clone with what git ignores here, one module and all of it committed."""
    (folder / "src").mkdir(parents=True)
    (folder / "src/module.py").write_text("A = 1\n")
    (folder / ".gitignore").write_bytes((ROOT / ".gitignore").read_bytes())
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = repository(tmp_path / "clone")
    monkeypatch.setattr(machine, "CLONE", folder)
    return folder


def test_a_commit_is_the_clone_s_own_whatever_repository_is_named_or_lies_around_it(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {"commit": git(clone, "rev-parse", "HEAD"), "uncommitted": None}
    assert machine.commit() == own
    monkeypatch.setenv("GIT_DIR", str(repository(tmp_path / "other") / ".git"))  # as git's hooks have it
    assert machine.commit() == own
    monkeypatch.setattr(machine, "CLONE", tmp_path / "other/src")  # unpacked inside a repository
    assert machine.commit() == NONE
    monkeypatch.setattr(machine, "CLONE", tmp_path / "nowhere")
    assert machine.commit() == NONE


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_clone_of_somebody_else_has_its_commit_too(clone: Path) -> None:
    for path in (clone, clone / ".git"):
        os.chown(path, 12345, 12345)
    assert machine.commit()["commit"]


def test_what_decides_nothing_is_no_uncommitted_change(clone: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for name in ("results", "resources", ".snakemake", ".venv", "build"):
        (clone / name).symlink_to(scratch)
    (clone / "notes.txt").write_text("x")
    for name in (".#module.py", "._module.py", ".ipynb_checkpoints/module-checkpoint.py", "__pycache__/module.pyc"):
        path = clone / "src" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    assert machine.commit()["uncommitted"] is None


def test_what_may_decide_is_an_uncommitted_change_told_from_others(clone: Path, tmp_path: Path) -> None:
    seen = {None}

    def differs() -> bool:
        now = machine.commit()
        new = now["uncommitted"] not in seen
        seen.add(now["uncommitted"])
        return new and now["commit"] is not None

    (clone / "src/module.py").write_text("A = 2\n")
    assert differs()
    (clone / "src/new.py").write_text("A = 2\n")
    assert differs()
    (clone / "src/new.py").write_text("A = 3\n")
    assert differs()
    (clone / "src/gone.py").symlink_to("nowhere")
    assert differs()
    (clone / "src" / os.fsdecode(b"\xff.py")).write_text("A = 4\n")  # a name that is no UTF-8
    assert differs()
    (clone / "src/folder").symlink_to(tmp_path)
    assert differs()


def test_the_digest_of_changes_does_not_follow_from_how_a_person_likes_diffs(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clone / "src/module.py").write_text("A = 2\nB = 3\n")
    before = machine.commit()
    (tmp_path / ".gitconfig").write_text(
        "[color]\nui = always\n[diff]\nexternal = false\nnoprefix = true\ncontext = 0\nalgorithm = histogram\n"
        "mnemonicPrefix = true\nrenames = copies\n[core]\nabbrev = 20\nquotePath = false\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    assert machine.commit() == before
