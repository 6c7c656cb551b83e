"""A paper is a folder, its rules and its configuration: another one changes nothing, and each can be deleted."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gangan.record.plan import Job, plan
from support.clone import PARTS, Clone
from support.papers import FILES, delete

DEMO = "config/demo.yaml"
TOY = {
    "src/gangan/papers/toy/__init__.py": '"""A paper about squares."""\n',
    "src/gangan/papers/toy/config.py": '''"""The block ``toy`` of a study."""

from gangan.core.settings import Block, Positive


class Config(Block):
    """How many squares."""

    count: Positive
''',
    "src/gangan/papers/toy/draw.py": '''"""Squares of numbers."""

from pathlib import Path

from gangan.core.files import atomic


def squares(count: int, table: Path) -> None:
    """Write the first squares, a line each."""
    with atomic(table) as partial:
        partial.write_text("".join(f"{number},{number**2}\\\\n" for number in range(count)))
''',
    "workflow/toy.smk": """# Squares.
EVERYTHING["toy"] = [f"{RESULTS}/toy/squares.csv"]


rule toy:
    input:
        EVERYTHING["toy"],


rule toy_squares:
    output:
        **recorded(table=f"{RESULTS}/toy/squares.csv"),
    log:
        log_of("toy_squares"),
    localrule: True
    params:
        **job("papers.toy.draw.squares", count=study.toy.count),
    shell:
        JOB
""",
    "config/toy.yaml": "toy: {count: 3}\n",
    "tests/papers/toy/test_toy.py": '''"""Squares."""

from pathlib import Path

from gangan.papers.toy.draw import squares


def test_squares(tmp_path: Path) -> None:
    squares(3, tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_text() == "0,0\\\\n1,1\\\\n2,4\\\\n"
''',
}


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone with tests of its own."""
    tests = ("pyproject.toml", "tests/conftest.py", "tests/support", "tests/core", "tests/papers")
    return Clone(tmp_path / "clone", (*PARTS, *tests))


def add(clone: Clone, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = clone.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("\\\\n", "\\n"))


def without(block: str, text: str) -> str:
    """A YAML text without one of its top-level blocks."""
    kept = re.sub(rf"^{block}:.*\n(?:(?: .*)?\n)*", "", text, flags=re.MULTILINE)
    assert kept != text
    return kept


def jobs(clone: Clone) -> list[Job]:
    """All jobs of the demo, without the reason to run them: all are due."""
    found = [replace(job, reason="") for job in plan(clone.folder, [Path(DEMO)])]
    return sorted(found, key=lambda job: job.place)


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> list[Job]:
    """The jobs of a clone as it is."""
    return jobs(Clone(tmp_path_factory.mktemp("whole") / "clone"))


def test_a_paper_more_changes_no_job_of_another(before: list[Job], clone: Clone) -> None:
    add(clone, TOY)
    both = jobs(clone)
    (squares,) = (job for job in both if job.rule.startswith("toy"))
    assert [job for job in both if job != squares] == before
    assert (squares.call, squares.settings) == ("papers.toy.draw.squares", {"count": 3})
    assert clone.planned("toy", study=DEMO) == {"toy": 1, "toy_squares": 1}
    delete(clone, TOY)
    assert jobs(clone) == before


@pytest.mark.parametrize("paper", FILES)
def test_a_paper_goes_and_the_jobs_of_the_others_are_what_they_were(
    paper: str, before: list[Job], clone: Clone
) -> None:
    delete(clone, FILES[paper])
    demo = clone.folder / DEMO
    demo.write_text(without(paper, demo.read_text()))
    left = [job for job in before if not job.rule.startswith(f"{paper}_") and f"/{paper}/" not in job.place]
    assert left
    assert jobs(clone) == left


def test_papers_go_with_their_folders_rules_and_values_and_the_rest_is_whole(clone: Clone) -> None:
    add(clone, TOY)
    demo = clone.folder / DEMO
    for paper, files in FILES.items():
        if paper == "oned":
            environment = os.environ | {"PYTHONPATH": str(clone.folder / "src")}
            own = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/papers/oned/test_networks.py"]
            done = subprocess.run(own, cwd=clone.folder, env=environment, text=True, capture_output=True)
            assert done.returncode == 0, done.stdout + done.stderr
        delete(clone, files)
        demo.write_text(without(paper, demo.read_text()))
    assert [job.rule for job in jobs(clone)] == ["toy_squares"]
    clone.snakemake("toy", study=DEMO)
    assert (clone.folder / "results/demo/toy/squares.csv").read_text() == "0,0\n1,1\n2,4\n"
    assert (clone.folder / "results/demo/toy/squares.csv.json").exists()
    environment = os.environ | {"PYTHONPATH": str(clone.folder / "src")}
    own = ["tests/papers/toy", *(f"tests/core/test_{name}.py" for name in ("files", "layout", "lease"))]
    for command in (
        ["pytest", "-q", "-p", "no:cacheprovider", *own],
        ["gangan", "audit", "demo", "--configfile", DEMO],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=clone.folder, env=environment, text=True, capture_output=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("VERIFIED")
    contracts = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([contracts], cwd=clone.folder, env=environment, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
