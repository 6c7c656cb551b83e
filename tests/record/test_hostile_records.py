"""Records and ledgers are data that anybody may have written: a bad one is a fault in one line, and never more."""

import copy
import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gangan.core.files import UserError
from gangan.record import ledger
from gangan.record.audit import _stale_parameters, audit, differences
from gangan.record.chain import chain
from gangan.record.code import code
from gangan.record.ledger import Records
from gangan.record.plan import Job
from gangan.record.record import Read, lineage, seal
from gangan.record.text import as_json, as_text

CLONE = Path(__file__).parents[2]
texts = st.text(max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def record(path: str = "results/s/a.h5", reads: str | None = None, **changes: Any) -> dict[str, Any]:
    """A good record of one output, whose bytes are ``b"a"``; ``changes`` are sealed in."""
    digest = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    inputs = {"in": {"path": reads, "size": 1, "sha256": digest, "lineage": None}} if reads else {}
    read = {name: Read(**entry) for name, entry in inputs.items()}
    made: dict[str, Any] = {
        "rule": "r",
        "wildcards": {},
        "call": "core.layout.of",
        "argv": ["gangan", "job", "core.layout.of"],
        "settings": {},
        "inputs": inputs,
        "outputs": {"out": {"path": path, "size": 1, "sha256": digest}},
        "code": code("core.layout"),
        "lineage": lineage("core.layout.of", Path(path).name, {}, code("core.layout"), read),
        "commit": {"commit": None, "uncommitted": None},
        "environment": {},
        "attempts": [{}],
        "started": "2026-01-01T00:00:00Z",
        "ended": "2026-01-01T00:01:00Z",
        "hashing_seconds": 0.5,
        "mirrors": [],
    } | changes
    return made | {"seal": seal(made)}


def taken(*raws: dict[str, Any]) -> Records:
    records = Records()
    for raw in raws:
        records.add(f"{raw['outputs']['out']['path']}.json", json.dumps(raw))
    return records


def complaint(raw: Any, place: str = "results/s/a.h5.json") -> str:
    records = Records()
    records.add(place, raw if isinstance(raw, str | bytes) else json.dumps(raw))
    fault = records.faults.get(place, "")
    assert "\n" not in fault
    return fault


def test_the_good_record_of_these_tests_is_good(tmp_path: Path) -> None:
    records = taken(record())
    assert not records.faults
    (tmp_path / "results/s").mkdir(parents=True)
    (tmp_path / "results/s/a.h5").write_bytes(b"a")
    (tmp_path / "src").symlink_to(CLONE / "src")
    job = Job("r", {}, "core.layout.of", {}, {}, {"out": "results/s/a.h5"})
    assert audit(tmp_path, ["results/s/a.h5.json"], records, [job]).verified


def test_mixed_commits_machines_and_software_are_warnings_and_the_time_of_hashing_is_told(tmp_path: Path) -> None:
    made = {"commit": {"commit": "b" * 40, "uncommitted": "0" * 64}}
    made |= {"environment": {"processor": "another", "packages": {"torch": "2"}}}
    raws = record(), record("results/s/b.h5", **made)
    (tmp_path / "results/s").mkdir(parents=True)
    (tmp_path / "src").symlink_to(CLONE / "src")
    jobs = []
    for name in ("a", "b"):
        (tmp_path / f"results/s/{name}.h5").write_bytes(b"a")
        jobs.append(Job("r", {}, "core.layout.of", {}, {}, {"out": f"results/s/{name}.h5"}))
    found = audit(tmp_path, [f"results/s/{name}.h5.json" for name in ("a", "b")], taken(*raws), jobs)
    assert found.verified
    told = ["uncommitted changes in the clone", "mixed commits", "mixed software", "mixed hardware in r"]
    assert [warning.partition(":")[0] for warning in found.warnings] == told
    text = as_text(found, "x")
    assert all(f"\nwarning: {one}" in text for one in told)
    assert "\nhashing took 0.8% of the jobs' time" in text  # half a second of a minute, each


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../a.h5", "results/../../a.h5", "results//a.h5", "", ".", "a\x1b[2J.h5", "a" * 5000]
)
def test_a_path_outside_the_study_or_unprintable_is_refused(path: str) -> None:
    assert "not a record: outputs.out.path" in complaint(record(path), f"{path}.json")
    if path != "/etc/passwd":
        reads = {"in": {"path": path, "size": 1, "sha256": "0" * 64, "lineage": None}}
        assert "not a record: inputs.in.path" in complaint(record(inputs=reads))


def test_what_was_made_from_a_file_outside_the_clone_is_called_so_and_never_verified(tmp_path: Path) -> None:
    (tmp_path / "results/s").mkdir(parents=True)
    for path in ("results/s/a.h5", "mine.csv"):
        (tmp_path / path).write_bytes(b"a")
    mine, target = f"{tmp_path}/mine.csv", "results/s/a.h5.json"
    raw, job = record(reads=mine), Job("r", {}, "core.layout.of", {}, {"in": mine}, {"out": "results/s/a.h5"})
    (tmp_path / "src").symlink_to(CLONE / "src")
    found = audit(tmp_path, [target], taken(raw), [job])
    assert not found.verified
    assert {(f.verdict, f.path) for node in found.bad for f in node.findings} == {
        ("outside input", target),
        ("unrecorded", mine),
    }
    (said,) = found.nodes[target].findings
    assert said.text == f"made from {mine}, which no audit follows; make it anew from a copy in resources"
    edited = taken(raw | {"hashing_seconds": 0.75})
    assert [f.verdict for f in audit(tmp_path, [target], edited, [job]).nodes[target].findings] == ["bad record"]
    book = tmp_path / "ledger.json"
    book.write_text(json.dumps({"study": "s", "root": "0" * 64, "records": {target: raw}}))
    with pytest.raises(UserError, match="which no audit follows"):
        ledger.read(book)


def test_deep_large_and_odd_files_are_refused(tmp_path: Path) -> None:
    assert complaint("[" * 100_000) == "not a record"
    assert complaint('{"a":' * 50_000)
    assert complaint(b"\xff\xfe\x00")
    assert complaint(json.dumps(record())[:-1] + ', "size": ' + "9" * 10_000 + "}")
    big = tmp_path / "big.json"
    with big.open("wb") as file:
        file.truncate(ledger.LARGEST + 1)
    with pytest.raises(UserError, match="no record or ledger has more"):
        ledger.content(big)
    loop = tmp_path / "loop.json"
    loop.symlink_to("loop.json")
    with pytest.raises(UserError, match="symbolic links"):
        ledger.content(loop)
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(UserError, match="no plain file"):
        ledger.read(tmp_path / "pipe.json")


def test_records_in_a_circle_are_said_and_end() -> None:
    records = taken(record("results/s/a.h5", "results/s/b.h5"), record("results/s/b.h5", "results/s/a.h5"))
    with pytest.raises(UserError, match=r"circle: results/s/a\.h5\.json → results/s/b\.h5\.json → results/s/a"):
        chain(["results/s/a.h5.json"], records, {})


def test_a_chain_of_ten_thousand_records_is_walked_and_printed(tmp_path: Path) -> None:
    count = 10_000
    raws = [record(f"results/s/{n}.h5", f"results/s/{n + 1}.h5") for n in range(count)]
    found = audit(tmp_path, ["results/s/0.h5.json"], taken(*raws), [])
    assert len(found.nodes) == count + 1
    assert as_text(found, "x").startswith("NOT VERIFIED")


def written(root: Path, *paths: str) -> None:
    """Good records of some files."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / f"{path}.json").write_text(json.dumps(record(path)))


def test_records_behind_links_to_other_disks_are_found(tmp_path: Path) -> None:
    root, disk = tmp_path / "clone", tmp_path / "disk"
    written(root, "results/s/one/a.h5", "results/s/two/deep/b.h5", "results/s/c.h5", "resources/d.h5")
    (root / "results/s/one").rename(disk.with_name("one"))
    (root / "results/s/one").symlink_to(disk.with_name("one"))
    (root / "results/s/two").rename(disk)
    (root / "results/s/two").symlink_to("../../../disk")
    (root / "resources").rename(disk / "resources")
    (root / "resources").symlink_to(disk / "resources")
    records = ledger.collect(root, "s")
    assert records.faults == {}
    assert {*records.kept} == {
        f"{path}.json" for path in ("results/s/one/a.h5", "results/s/two/deep/b.h5", "results/s/c.h5", "resources/d.h5")
    }


@pytest.mark.parametrize("name", ["aaa", "zzz"])  # before and after the folder that it leads to
def test_of_a_record_that_several_names_lead_to_its_own_place_counts(tmp_path: Path, name: str) -> None:
    written(tmp_path, "results/s/one/a.h5", "results/s/one/b.h5")
    edited = tmp_path / "results/s/one/b.h5.json"
    edited.write_text(edited.read_text().replace("2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z"))
    (tmp_path / "results/s" / name).symlink_to("one")
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk/back").symlink_to(tmp_path / "results/s")
    (tmp_path / "disk/round").symlink_to(".")
    (tmp_path / "results/s/disk").symlink_to("../../disk")
    records = ledger.collect(tmp_path, "s")
    assert {*records.kept} == {"results/s/one/a.h5.json"}
    assert {*records.faults} == {"results/s/one/b.h5.json"}


def test_a_link_to_a_folder_that_holds_the_study_is_not_followed_for_records(tmp_path: Path) -> None:
    written(tmp_path, "results/s/a.h5", "results/other/b.h5")
    (tmp_path / "results/s/up").symlink_to(tmp_path)
    (tmp_path / "results/s/root").symlink_to("/")
    records = ledger.collect(tmp_path, "s")
    assert ({*records.kept}, records.faults) == ({"results/s/a.h5.json"}, {})


@given(values, st.sampled_from(sorted(record())))
def test_any_value_in_any_field_is_a_record_or_one_line(value: Any, name: str) -> None:
    raw = record(**{name: value}) if name != "seal" else record() | {"seal": value}
    records = Records()
    records.add("results/s/a.h5.json", json.dumps(raw))
    assert len(records.kept) + len(records.faults) == 1
    assert all(fault.isprintable() for fault in records.faults.values())


@given(st.data())
def test_any_value_anywhere_is_audited_without_a_traceback_or_a_control_character(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = copy.deepcopy(record(reads="results/s/b.h5"))
    here: Any = raw
    while True:  # down to a random place
        key = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        if not isinstance(here[key], dict | list) or not here[key] or data.draw(st.booleans()):
            break
        here = here[key]
    here[key] = data.draw(values)
    raw["seal"] = seal(raw)
    records = Records()
    records.add("results/s/a.h5.json", json.dumps(raw))
    found = audit(tmp_path_factory.getbasetemp(), ["results/s/a.h5.json"], records, [])
    assert not found.verified
    assert all(line.isprintable() for line in as_text(found, "x").splitlines())
    json.loads(as_json(found, "x"))


@given(values | st.dictionaries(st.sampled_from(["study", "root", "records"]), values))
def test_any_ledger_is_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, content: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "ledger.json"
    path.write_text(json.dumps(content))
    with pytest.raises(UserError) as refused:
        ledger.read(path)
    assert "\n" not in str(refused.value)


@given(st.binary(max_size=200))
def test_any_bytes_as_a_ledger_are_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.json"
    path.write_bytes(content)
    with pytest.raises(UserError):
        ledger.read(path)


def test_one_changed_record_breaks_the_root_digest_of_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    ledger.write(taken(record()), "s", path)
    assert list(ledger.read(path)[1].kept) == ["results/s/a.h5.json"]
    content = json.loads(path.read_text())
    content["records"]["results/s/a.h5.json"] = record(environment={"host": "another"})
    path.write_text(json.dumps(content))
    with pytest.raises(UserError, match="root digest"):
        ledger.read(path)


blocks = st.dictionaries(texts, values, max_size=4)


@given(blocks, blocks)
def test_any_two_settings_compare(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert differences(old, old) == []
    assert len(differences(old, new)) == len(differences(new, old))
    assert bool(differences(old, new)) == (json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True))


def test_settings_are_compared_leaf_by_leaf() -> None:
    old = {"gan": {"batch": 500}, "c": 2, "runs": [0, 1, 2], "text": "a" * 300}
    new = {"gan": {"batch": 250}, "d": None, "runs": [0, 1, 3], "text": "a" * 299 + "b"}
    shown = f'"{"a" * 199}…'
    assert differences(old, new) == [
        ("gan.batch", "500", "250"),
        ("c", "2", "absent"),
        ("runs.2", "2", "3"),
        ("text", shown, shown),
        ("d", "absent", "null"),
    ]
    assert differences({"a": {"b": 1}}, {"a.b": 1}) != []
    assert differences({"a": [1]}, {"a": {"0": 1}}) != []


@pytest.mark.parametrize("call", ["/etc/passwd.x", "a", "a..b", "a.b\n", "a/b.c", "a.b.", "a" * 300 + ".b"])
def test_a_function_that_is_no_name_in_a_package_is_refused(call: str) -> None:
    assert "not a record: call" in complaint(record(call=call))


def test_a_record_of_a_module_that_is_gone_is_stale_code(tmp_path: Path) -> None:
    (tmp_path / "src").symlink_to(CLONE / "src")
    found = audit(tmp_path, ["results/s/a.h5.json"], taken(record(call="core.absent.of")), [], require_data=False)
    assert "core.layout" in next(
        finding.text for node in found.bad for finding in node.findings if finding.verdict == "stale code"
    )


def test_a_job_that_would_be_given_other_things_is_told_in_a_line_that_ends(tmp_path: Path) -> None:
    (tmp_path / "src").symlink_to(CLONE / "src")
    settings = {"gan": {"batch": 250}} | {f"key{n:02d}": n for n in range(20)}
    job = Job("r", {}, "core.layout.other", settings, {"in": "results/s/b.h5"}, {"out": "results/s/a.h5", "t": "t.csv"})
    made = taken(record(settings={"gan": {"batch": 500}}))
    found = audit(tmp_path, ["results/s/a.h5.json"], made, [job], require_data=False)
    (text,) = (f.text for node in found.bad for f in node.findings if f.verdict == "stale parameter")
    assert text.startswith("call core.layout.of → core.layout.other; gan.batch 500 → 250; key00 absent → 0; ")
    assert text.endswith("; and 16 more")


def test_a_file_that_a_rule_no_longer_makes_is_named(tmp_path: Path) -> None:
    (tmp_path / "src").symlink_to(CLONE / "src")
    made = taken(record())
    (one,) = made.kept.values()
    job = Job("r", {}, one.call, one.settings, {name: e.path for name, e in one.inputs.items()}, {"other": "o.h5"})
    job_of_it = dataclasses.replace(job, outputs={"out": one.first, "more": "results/s/more"})
    for planned, text in ((job, f"no longer makes {one.first}"), (job_of_it, "now makes results/s/more")):
        assert text in _stale_parameters(one, planned)[0].text


def test_a_file_that_was_read_in_another_place_is_a_changed_parameter(tmp_path: Path) -> None:
    (tmp_path / "src").symlink_to(CLONE / "src")
    job = Job("r", {}, "core.layout.of", {}, {"other": "results/s/b.h5"}, {"out": "results/s/a.h5"})
    made = taken(record(reads="results/s/b.h5"))
    found = audit(tmp_path, ["results/s/a.h5.json"], made, [job], require_data=False)
    assert [f.text for node in found.bad for f in node.findings if f.verdict == "stale parameter"] == [
        "reads the same files in other places"
    ]
