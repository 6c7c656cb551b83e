"""What the audit says of a finished study, left alone and tampered with in each way by itself."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gangan.cli import app
from gangan.core.files import UserError
from gangan.record import ledger, page
from gangan.record.plan import Job, plan
from gangan.record.record import seal
from gangan.record.replay import replay
from gangan.record.targets import Found, investigate, study_of
from gangan.record.text import as_text
from support.clone import Clone
from support.hostile import surroundings

Audited = Callable[..., Found]
TINY = Path("tests/tiny.yaml")
PAPER = "results/tiny/gangan"
OTHER, RUN = RUNS = (f"{PAPER}/zoos/mlp/gans/00.h5", f"{PAPER}/zoos/mlp/gans/02.h5")
ZOO = f"{PAPER}/zoos/mlp/zoo.h5"
WEIGHTS = f"{PAPER}/gangans/as-described/0/weights.safetensors"
FIGURE = f"{PAPER}/figures/fig3-as-described.png"
DIGITS = "resources/mnist-5k.safetensors"


def asking_snakemake(clone: Clone, *words: str) -> Found:
    """Audit as ``gangan audit`` does."""
    with contextlib.chdir(clone.folder):
        return investigate(Path.cwd(), words or ["tiny"], [TINY], None, require_data=False)


@pytest.fixture(scope="session")
def jobs(finished: Clone) -> list[Job]:
    """What Snakemake plans for the tiny study: asked once, where a test changes neither code nor configuration."""
    with contextlib.chdir(finished.folder):
        made = [record.first for record in ledger.collect(finished.folder, "tiny").kept.values()]
        return plan(finished.folder, [TINY], [path for path in made if path.startswith("results/")])


@pytest.fixture
def audited(jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Found]:
    """Audit with those jobs."""
    monkeypatch.setattr("gangan.record.targets.plan", lambda *_: jobs)

    def audit(clone: Clone, *words: str, against: Path | None = None, require_data: bool = False) -> Found:
        with contextlib.chdir(clone.folder):
            return investigate(Path.cwd(), words or ["tiny"], [TINY], against, require_data)

    return audit


def verdicts(found: Found) -> dict[str, set[str]]:
    """Verdict → the files it was given to."""
    said: dict[str, set[str]] = {}
    for finding in [*found.audit.notes, *(f for node in found.audit.bad for f in node.findings)]:
        said.setdefault(finding.verdict, set()).add(finding.path)
    return said


def text_of(found: Found, path: str) -> str:
    return next(f.text for node in found.audit.bad for f in node.findings if f.path == path)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def flip(path: Path, where: int = -20) -> None:
    content = bytearray(path.read_bytes())
    content[where] ^= 1
    path.write_bytes(content)


def edit(path: Path, change: Callable[[dict], None], reseal: bool = False) -> None:
    record = json.loads(path.read_text())
    change(record)
    if reseal:
        record["seal"] = seal(record)
    path.write_text(json.dumps(record, indent=1) + "\n")


def test_an_untouched_study_is_verified_and_snakemake_agrees(finished: Clone) -> None:
    found = asking_snakemake(finished)
    assert verdicts(found) == {}
    assert found.audit.verified
    assert not found.audit.would_rerun
    assert all(node.verdict == "verified" for node in found.audit.nodes.values())


def test_a_record_lists_what_the_rule_says_it_reads_and_makes(finished: Clone, audited: Audited) -> None:
    found = audited(finished)
    for job in found.jobs:
        record = found.records.kept[job.place]
        assert (record.rule, record.wildcards) == (job.rule, job.wildcards)
        assert (record.call, record.settings) == (job.call, job.settings)
        assert {name: entry.path for name, entry in record.inputs.items()} == job.reads
        assert list(record.made) == job.makes


def test_the_chain_of_a_figure_leads_back_to_the_digits(finished: Clone, audited: Audited) -> None:
    nodes = audited(finished, FIGURE).audit.nodes
    rules = [node.record.rule for node in nodes.values() if node.record]
    names = ("walk", "train_gangan", "pack_zoo", "train_gans", "train_gans")
    assert rules == [*(f"gangan_{name}" for name in names), "fetch_digits"]
    assert nodes[f"{FIGURE}.json"].made_from == [f"{WEIGHTS}.json"]


@pytest.mark.parametrize(
    "path",
    [RUN, ZOO, WEIGHTS, f"{PAPER}/gangans/as-described/0/losses.csv", FIGURE, DIGITS],
    ids=lambda p: Path(p).name,
)
def test_one_flipped_byte_is_named(copied: Clone, path: str, audited: Audited) -> None:
    stamp = (copied.folder / path).stat()
    flip(copied.folder / path)
    os.utime(copied.folder / path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    found = audited(copied)
    assert verdicts(found) == {"modified since": {path}}
    assert [node.outputs for node in found.audit.blind if path in node.outputs]
    if path == RUN:
        assert "Nothing to be done" in copied.snakemake("-n")


def test_an_edited_record_is_named(copied: Clone, audited: Audited) -> None:
    edit(copied.folder / f"{RUN}.json", lambda record: record["environment"].update(host="elsewhere"))
    assert verdicts(audited(copied, FIGURE)) == {"bad record": {f"{RUN}.json"}}


def test_an_edited_and_sealed_record_is_betrayed_by_its_links(copied: Clone, audited: Audited) -> None:
    edit(copied.folder / f"{RUN}.json", lambda record: record["settings"].update(seed=1), reseal=True)
    assert "bad record" in verdicts(audited(copied, FIGURE))


def test_a_deleted_record_is_named_and_snakemake_is_blind_to_it(copied: Clone) -> None:
    (copied.folder / f"{RUN}.json").unlink()
    found = asking_snakemake(copied, FIGURE)
    assert verdicts(found) == {"unrecorded": {RUN}}
    assert [node.outputs[0] for node in found.audit.blind] == [RUN]
    assert "Nothing to be done" in copied.snakemake("-n")


def test_two_swapped_runs_are_named_with_and_without_their_records(copied: Clone, audited: Audited) -> None:
    def swap(ending: str) -> None:
        a, b = copied.folder / f"{RUN}{ending}", copied.folder / f"{OTHER}{ending}"
        a.rename(a.with_name("x"))
        b.rename(a)
        a.with_name("x").rename(b)

    swap("")
    assert verdicts(audited(copied, FIGURE)) == {"modified since": {RUN, OTHER}}
    swap(".json")
    found = audited(copied, FIGURE)
    assert verdicts(found)["bad record"] == {f"{RUN}.json", f"{OTHER}.json"}
    assert text_of(found, f"{RUN}.json") == f"the record of {OTHER}"


def test_an_older_valid_file_with_its_record_does_not_fit_the_chain(copied: Clone, audited: Audited) -> None:
    """An earlier zoo of two runs fewer: right by itself, but not what was read after, nor made of what is here."""
    old = json.loads((copied.folder / f"{ZOO}.json").read_text())
    (copied.folder / ZOO).write_bytes(b"an earlier zoo")
    old["outputs"]["zoo"] |= {"size": 14, "sha256": sha256(b"an earlier zoo")}
    old["seal"] = seal(old)
    (copied.folder / f"{ZOO}.json").write_text(json.dumps(old))
    found = audited(copied, FIGURE)
    assert verdicts(found) == {"other input": {WEIGHTS}}
    assert ZOO in text_of(found, WEIGHTS)


def test_touched_files_stay_verified_where_snakemake_is_over_eager(copied: Clone) -> None:
    os.utime(copied.folder / DIGITS)  # large, so Snakemake goes by its date
    found = asking_snakemake(copied)
    assert found.audit.verified
    assert {node.outputs[0] for node in found.audit.over_eager} >= {RUN}
    assert {node.outputs[0] for node in found.audit.would_rerun} >= {RUN}


def test_a_docstring_changes_nothing(copied: Clone) -> None:
    module = copied.folder / "src/gangan/papers/gangan/training/gans.py"
    text = module.read_text()
    assert text.startswith('"""')
    module.write_text(text.replace('"""', '"""Reworded: ', 1))
    assert asking_snakemake(copied).audit.verified


def test_a_changed_constant_is_stale_code_by_the_name_of_its_module(copied: Clone) -> None:
    module = copied.folder / "src/gangan/papers/gangan/networks.py"
    assert "0.2" in module.read_text()
    module.write_text(module.read_text().replace("0.2", "0.3"))
    found = asking_snakemake(copied, FIGURE)
    assert verdicts(found) == {"stale code": {FIGURE, WEIGHTS, *RUNS}}
    assert text_of(found, RUN) == "changed since: papers.gangan.networks"
    assert {node.outputs[0] for node in found.audit.would_rerun} >= {RUN, WEIGHTS}


def test_a_changed_style_sheet_is_stale_code_of_the_figures_alone(copied: Clone, audited: Audited) -> None:
    sheet = copied.folder / "src/gangan/show/style.mplstyle"
    assert "font.size: 8" in sheet.read_text()
    sheet.write_text(sheet.read_text().replace("font.size: 8", "font.size: 9"))
    found = audited(copied, FIGURE)
    assert verdicts(found) == {"stale code": {FIGURE}}
    assert text_of(found, FIGURE) == "changed since: show/style.mplstyle"


def test_a_changed_parameter_is_named_with_both_values(copied: Clone) -> None:
    study = copied.folder / TINY
    study.write_text(study.read_text().replace("    batch: 500\n", "    batch: 250\n"))
    found = asking_snakemake(copied, FIGURE)
    assert text_of(found, RUN) == "gan.batch 500 → 250"
    assert RUN in verdicts(found)["stale parameter"]
    assert WEIGHTS not in verdicts(found)["stale parameter"]


def test_what_no_rule_makes_any_more_is_named(copied: Clone) -> None:
    study = copied.folder / TINY
    lines = study.read_text().splitlines()
    kept = [line for line in lines if "name: as-released" not in line]
    assert len(kept) == len(lines) - 1
    study.write_text("\n".join(kept))
    assert f"{PAPER}/gangans/as-released/0/weights.safetensors" in verdicts(asking_snakemake(copied))["no rule"]


def test_jobs_of_another_division_are_named_and_hinder_no_audit(copied: Clone) -> None:
    study = copied.folder / TINY
    study.write_text(study.read_text().replace("per_job: 2", "per_job: 3"))
    found = asking_snakemake(copied)
    assert RUN in verdicts(found)["no rule"]
    assert f"{PAPER}/metrics/zoo-mlp/02.csv" in verdicts(found)["no rule"]


def test_what_lies_in_resources_is_audited_as_the_study_that_reads_it_has_it(copied: Clone) -> None:
    (copied.folder / "results/another/logs").mkdir(parents=True)
    with contextlib.chdir(copied.folder):
        assert study_of(Path.cwd(), [DIGITS]) == study_of(Path.cwd(), [DIGITS, FIGURE]) == "tiny"
        with pytest.raises(UserError, match="one study at a time, not another, tiny"):
            study_of(Path.cwd(), ["another", FIGURE])


def test_a_replaced_dataset_is_named_even_when_recorded_anew(copied: Clone, audited: Audited) -> None:
    from gangan.data import idx

    content = (copied.folder / DIGITS).read_bytes()
    (copied.folder / DIGITS).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert idx.images(copied.folder / DIGITS).shape == (5000, 28, 28)  # as good a dataset as before

    def record(record: dict) -> None:
        record["outputs"]["digits"]["sha256"] = sha256((copied.folder / DIGITS).read_bytes())

    edit(copied.folder / f"{DIGITS}.json", record, reseal=True)
    found = audited(copied, FIGURE)
    assert verdicts(found) == {"other input": set(RUNS)}


def test_a_missing_file_and_a_stray_one_are_named_but_not_snakemakes_report(copied: Clone, audited: Audited) -> None:
    (copied.folder / RUN).unlink()
    (copied.folder / "results/tiny/report.html").touch()
    (copied.folder / f"{PAPER}/figures/fig9.png").write_bytes(b"drawn by hand")
    assert verdicts(audited(copied)) == {"missing": {RUN}, "unrecorded": {f"{PAPER}/figures/fig9.png"}}


def test_a_link_in_a_circle_is_said_and_not_followed(copied: Clone, audited: Audited) -> None:
    (copied.folder / RUN).unlink()
    (copied.folder / RUN).symlink_to((copied.folder / RUN).name)
    assert verdicts(audited(copied, FIGURE)) == {"unreadable": {RUN}}


def test_a_mailed_copy_finds_its_record_by_its_bytes_or_by_the_lineage_it_carries(
    finished: Clone, tmp_path: Path, audited: Audited
) -> None:
    for ending in ("png", "pdf"):
        mailed = tmp_path / f"mailed.{ending}"
        shutil.copy(finished.folder / Path(FIGURE).with_suffix(f".{ending}"), mailed)
        found = audited(finished, str(mailed))
        assert found.audit.verified
        assert found.audit.targets == [f"{FIGURE}.json"]
        flip(mailed)
        found = audited(finished, str(mailed))
        assert found.audit.targets == [f"{FIGURE}.json"]
        assert list(verdicts(found)) == ["modified since"]
    with pytest.raises(UserError, match="no record here has its bytes"):
        audited(finished, __file__)


def test_a_clone_moved_elsewhere_without_snakemakes_records_is_still_verified(copied: Clone) -> None:
    shutil.rmtree(copied.folder / ".snakemake")
    copied.folder = copied.folder.rename(copied.folder.with_name("elsewhere"))
    assert asking_snakemake(copied).audit.verified


def test_a_ledger_stands_for_a_study_that_is_not_here(copied: Clone, audited: Audited) -> None:
    output = copied.folder / "reference/tiny/ledger.json"
    found = audited(copied)
    root = ledger.write(found.records, "tiny", output)
    assert root == ledger.read(output)[1].root
    shutil.rmtree(copied.folder / ".snakemake")
    shutil.rmtree(copied.folder / "resources")
    shutil.rmtree(copied.folder / f"{PAPER}/zoos")
    (copied.folder / f"{FIGURE}.json").unlink()
    found = audited(copied, against=output)
    assert found.audit.verified
    assert found.audit.nodes[f"{ZOO}.json"].verdict == "recorded, not here"
    assert found.audit.nodes[f"{FIGURE}.json"].verdict == "verified"
    assert ZOO in verdicts(audited(copied, against=output, require_data=True))["missing"]
    flip(copied.folder / FIGURE)
    assert verdicts(audited(copied, FIGURE, against=output)) == {"modified since": {FIGURE}}


@pytest.mark.usefixtures("audited")
def test_a_ledger_and_a_crate_are_made_by_their_commands(copied: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied.folder)
    for words in (["ledger", "write", "tiny", "--output", "tiny.json"], ["crate", "tiny", "--output", "crate"]):
        done = CliRunner().invoke(app, [*words, "--configfile", str(TINY)])
        assert done.exit_code == 0, done.output
    study, records = ledger.read(Path("tiny.json"))
    assert study == "tiny"
    assert {*records.kept} == {*ledger.collect(copied.folder, "tiny").kept}
    assert Path("crate/ro-crate-metadata.json").exists()


def test_an_edited_ledger_is_refused(copied: Clone, audited: Audited) -> None:
    output = copied.folder / "ledger.json"
    ledger.write(audited(copied).records, "tiny", output)
    edit(output, lambda content: content["records"].pop(f"{RUN}.json"))
    with pytest.raises(UserError, match="root digest"):
        audited(copied, against=output)


def gangan(clone: Clone, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(clone.folder / "src")}
    command = [sys.executable, "-m", "gangan", *words, "--configfile", str(TINY)]
    return subprocess.run(
        command, cwd=clone.folder, env=environment, encoding="utf-8", errors="replace", capture_output=True
    )


def test_the_command_says_the_verdict_first_and_exits_by_it(copied: Clone) -> None:
    done = gangan(copied, "audit", FIGURE, "--replay")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("VERIFIED")
    assert "replayed: " in done.stdout.splitlines()[1]
    flip(copied.folder / RUN)
    done = gangan(copied, "audit", FIGURE, "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["verified"]) == (1, False)
    assert [job["record"] for job in answer["jobs"] if job["findings"]] == [f"{RUN}.json"]
    done = gangan(copied, "ledger", "write", "tiny", "--output", "ledger.json")
    assert done.returncode == 1
    assert done.stderr.endswith("error: tiny is not verified: see `gangan audit tiny`\n")
    assert not (copied.folder / "ledger.json").exists()


def test_an_audit_and_a_replay_do_not_follow_from_what_they_inherit(
    copied: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in surroundings(tmp_path / "home", copied.folder).items():
        monkeypatch.setenv(name, value)
    done = gangan(copied, "audit", FIGURE, "--replay")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("VERIFIED")


def test_what_other_programs_leave_in_a_study_is_not_looked_at(copied: Clone, audited: Audited) -> None:
    record = (copied.folder / f"{RUN}.json").read_text("utf-8")
    rows = copied.folder / RUN
    for name in ("._00.h5.json", ".ipynb_checkpoints/00.h5.json", ".stfolder/00.h5.json", ".DS_Store"):
        (rows.parent / name).parent.mkdir(exist_ok=True)
        (rows.parent / name).write_text(record)
    (rows.parent / ".#00.h5.json").symlink_to("someone@elsewhere.1234")
    (copied.folder / "results/.ipynb_checkpoints").mkdir()
    assert audited(copied, "tiny").audit.verified
    (rows.parent / "00 (conflicted copy).h5").write_text("x")  # in sight: a reader could take it for a result
    assert [note.verdict for note in audited(copied, "tiny").audit.notes] == ["unrecorded"]


def test_what_cannot_be_audited_is_said_with_what_could(copied: Clone) -> None:
    for word, said in (("dmo", "dmo: no such file, and no such study here (tiny)"), (str(TINY), "no record here")):
        done = gangan(copied, "audit", word)
        assert done.returncode == 1
        assert said in done.stderr


def test_what_is_wrong_stands_below_the_verdict_and_in_the_tree(copied: Clone, audited: Audited) -> None:
    flip(copied.folder / RUN)
    lines = as_text(audited(copied, FIGURE).audit, FIGURE).splitlines()
    assert lines[0].startswith("NOT VERIFIED")
    assert lines[1].startswith(f"  modified since: {RUN}: sha256 is ")
    assert [line for line in lines if f"{RUN}  gangan_train_gans zoo=mlp first=02: MODIFIED SINCE" in line]
    assert [line for line in lines if line.startswith("Snakemake is blind to") and RUN in line]


def test_a_replay_compares_and_says_what_differs_between_platforms(copied: Clone, audited: Audited) -> None:
    assert replay(copied.folder, audited(copied, RUN).audit, epochs=2) == [
        f"replayed: the first 2 epochs of {RUN}: the same"
    ]
    record, rows = copied.folder / f"{RUN}.json", copied.folder / RUN
    flip(rows)  # recorded below as if the job had written it
    edit(record, lambda r: r["outputs"]["rows"].update(sha256=sha256(rows.read_bytes())), reseal=True)
    found = audited(copied, RUN)
    assert replay(copied.folder, found.audit, epochs=None) == []
    assert verdicts(found) == {"replay differs": {RUN}}
    edit(record, lambda r: r["environment"].update(processor="another"), reseal=True)
    found = audited(copied, RUN)
    replay(copied.folder, found.audit, epochs=None)
    assert verdicts(found) == {"not comparable": {RUN}}
    assert "processor another → " in found.audit.notes[0].text


def test_a_replay_goes_only_as_far_as_a_training_and_only_from_a_verified_chain(
    copied: Clone, audited: Audited
) -> None:
    with pytest.raises(UserError, match="this training has 4"):
        replay(copied.folder, audited(copied, RUN).audit, epochs=5)
    with pytest.raises(UserError, match="--epochs is for a training"):
        replay(copied.folder, audited(copied, FIGURE).audit, epochs=1)
    flip(copied.folder / ZOO)
    with pytest.raises(UserError, match="already finds something wrong"):
        replay(copied.folder, audited(copied, FIGURE).audit, epochs=None)


def test_the_report_has_a_page_of_the_jobs_behind_each_figure(finished: Clone) -> None:
    figures = {path.stem for path in (finished.folder / f"{PAPER}/figures").glob("*.png")}
    pages = {path.stem: path for path in (finished.folder / f"{PAPER}/chains").glob("*.html")}
    assert pages.keys() == figures
    shown = pages["fig3-as-described"].read_text()
    for path in (FIGURE, WEIGHTS, ZOO, RUN, DIGITS):
        assert path in shown
        assert sha256((finished.folder / path).read_bytes()) in shown
    assert "No record" not in shown
    finished.snakemake("--report", "report.html")
    report = (finished.folder / "report.html").read_text()
    assert "Where the figures come from" in report


def test_what_a_record_says_cannot_write_html(copied: Clone) -> None:
    evil = "<script>alert(1)</script>"
    edit(copied.folder / f"{ZOO}.json", lambda record: record["environment"].update(host=evil), reseal=True)
    with contextlib.chdir(copied.folder):
        page.chain(Path(FIGURE), Path("page.html"))
    written = (copied.folder / "page.html").read_text()
    assert evil not in written
    assert "&lt;script&gt;" in written
