"""What Snakemake is asked about a study, and what it answers."""

import json
import logging
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from gangan.core.files import UserError
from gangan.record.plan import facts, job_of, plan

CLONE = Path(__file__).parents[2]
# Two jobs of one rule behind `all`, of which one is made, and the command in which an argument is a file.
SNAKEFILE = """
import json
from pathlib import Path

def files(wildcards, input, output):
    given = {"wildcards": dict(wildcards), "input": {"rows": list(input.rows)}, "output": {"out": output.out}}
    path = Path(f".snakemake/gangan/{wildcards.name}.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(given))
    return f"@{path}"

rule all:
    input: "results/s/late.csv"

rule s_make:
    input: rows=["resources/b", "resources/a"]
    output: out="results/s/{name,[a-z]+}.csv", record="results/s/{name}.csv.json"
    params: settings=json.dumps({"gan": {"batch": 500}}), files=files
    shell: "gangan job core.layout.of --rule {rule} --settings {params.settings:q} --files {params.files} --threads 1"
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A clone of its own with a small Snakefile."""
    (tmp_path / "src").symlink_to(CLONE / "src")
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    (tmp_path / "resources").mkdir()
    for name in "ab":
        (tmp_path / "resources" / name).touch()
    return tmp_path


def test_jobs_are_those_behind_all_and_behind_the_asked_files_that_a_rule_makes(study: Path) -> None:
    jobs = plan(study, [], ["results/s/late.csv", "results/s/other.csv", "results/s/no-rule.csv", "nowhere.h5"])
    assert sorted(job.place for job in jobs) == ["results/s/late.csv.json", "results/s/other.csv.json"]
    job = next(job for job in jobs if job.wildcards == {"name": "late"})
    assert (job.rule, job.call, job.settings) == ("s_make", "core.layout.of", {"gan": {"batch": 500}})
    assert job.inputs == {"rows": ["resources/b", "resources/a"]}
    assert job.reads == {"rows.0": "resources/b", "rows.1": "resources/a"}
    assert (job.outputs, job.makes) == ({"out": "results/s/late.csv"}, ["results/s/late.csv"])
    assert "Missing output files" in job.reason
    for file in ("late.csv", "late.csv.json"):
        (study / "results/s" / file).parent.mkdir(parents=True, exist_ok=True)
        (study / "results/s" / file).touch()
    assert {job.wildcards["name"]: bool(job.reason) for job in plan(study, [], ["results/s/other.csv"])} == {
        "late": False,
        "other": True,
    }


def test_planning_asks_no_cluster(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scontrol = study / "bin/scontrol"
    scontrol.parent.mkdir()
    scontrol.write_text(f'#!/bin/sh\necho "$SLURM_CONF" >> {study}/asked\n')
    scontrol.chmod(0o755)
    monkeypatch.setenv("PATH", f"{scontrol.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("SLURM_CONF", "/etc/slurm/slurm.conf")
    plan(study, [])
    asked = study / "asked"  # by no plugin, or by one that finds no cluster to wait for
    assert not asked.exists() or {*asked.read_text().split()} == {"/dev/null"}


def test_what_snakemake_refuses_is_said(study: Path) -> None:
    (study / "Snakefile").write_text("rule all:\n    input: 'nothing makes this'\n")
    with pytest.raises(
        UserError, match=r"^Snakemake cannot plan this study: Missing input .*\n.*\n *nothing makes this$"
    ):
        plan(study, [])
    with pytest.raises(UserError, match=r"^absent\.yaml: No such file"):
        plan(study, [Path("absent.yaml")])
    (study / "Snakefile").unlink()
    with pytest.raises(UserError, match="no Snakefile in"):
        plan(study, [])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            "WorkflowError('a.yaml: foo: unknown key\\na.yaml: bar: missing')",
            "a.yaml: foo: unknown key\na.yaml: bar: missing",
        ),
        ("KeyError('bar')", "KeyError: 'bar'"),
    ],
)
def test_of_a_snakefile_that_fails_the_message_is_said_and_no_traceback(study: Path, error: str, said: str) -> None:
    (study / "Snakefile").write_text(f"from snakemake.exceptions import WorkflowError\nraise {error}\n")
    with pytest.raises(UserError) as failure:
        plan(study, [])
    assert str(failure.value) == f"Snakemake cannot plan this study: {said}"


def test_a_target_that_no_rule_makes_is_said(study: Path) -> None:
    with pytest.raises(UserError, match=r"^Snakemake cannot plan this study: No rule to produce nonsense [^\n]*$"):
        plan(study, [], target="nonsense")


def event(**changes: Any) -> dict[str, Any]:
    files = json.dumps({"wildcards": {}, "input": {"rows": ["a", "b"]}, "output": {"out": "c"}})
    return {
        "rule_name": "s_make",
        "wildcards": {},
        "input": ["a", "b"],
        "output": ["c", "c.json"],
        "shellcmd": f"gangan job core.layout.of --rule s_make --settings '{{}}' --files '{files}' --threads 1",
    } | changes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"shellcmd": "touch c c.json"}, "rule s_make runs no `gangan job`"),
        ({"shellcmd": None}, "rule s_make runs no `gangan job`"),
        ({"input": ["a", "b", "d"]}, "rule s_make and its command do not both name d"),
        ({"output": ["e", "e.json"]}, "rule s_make and its command do not both name c, e, e.json"),
        ({"output": ["c", "d.json"]}, "rule s_make and its command do not both name d.json"),  # whose record is it?
    ],
)
def test_a_rule_whose_command_says_other_files_than_it_is_named(changes: dict[str, Any], said: str) -> None:
    assert job_of(Path(), event(), "").makes == ["c"]
    with pytest.raises(UserError, match=said):
        job_of(Path(), event(**changes), "")


def test_a_command_whose_file_is_gone_is_said(tmp_path: Path) -> None:
    words = "gangan job core.layout.of --rule s_make --settings '{}' --files @gone.json --threads 1"
    with pytest.raises(UserError, match=r"gone\.json: No such file"):
        job_of(tmp_path, event(shellcmd=words), "")


def test_another_snakemake_that_tells_less_of_its_jobs_is_named() -> None:
    told = logging.makeLogRecord({"event": "job_info"} | event() | {"reason": ""})
    assert facts([told], every_job=True) == [event() | {"reason": ""}]
    del told.shellcmd
    with pytest.raises(UserError, match=rf"Snakemake {version('snakemake')} .*lack shellcmd"):
        facts([told], every_job=True)
    with pytest.raises(UserError, match="no JOB_INFO event"):
        facts([], every_job=True)
    assert facts([], every_job=False) == []
