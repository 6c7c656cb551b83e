"""A study as a Workflow Run RO-Crate (Provenance Run Crate 0.5), for archives and for tools that read those.

Figures, tables and the pages of their chains are in the crate; other data are named by sha256 (RFC 6920) and size.
"""

import base64
import json
import tempfile
from pathlib import Path
from typing import Any

from rocrate.model import ContextEntity, File
from rocrate.rocrate import ROCrate

from gangan.core.files import UserError, shown
from gangan.record import ledger
from gangan.record.ledger import Records
from gangan.record.record import Entry, Record

PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/ro/wfrun/provenance/0.5": "Provenance Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
TERMS = {name: f"https://w3id.org/ro/terms/workflow-run#{name}" for name in ("sha256", "environment")}
CODE = ("workflow", "config", "src", "environment.yml", "requirements.lock", "pyproject.toml")


def export(root: Path, study: str, records: Records, output: Path) -> None:
    """Write the crate of a verified study into a new folder.

    Raises:
        UserError: the folder exists.
    """
    if output.exists():
        raise UserError(f"{output} exists; name a new folder")
    crate = ROCrate(version="1.1", gen_preview=False)
    crate.name = f"Study {study} of GANs trained on the weights of GANs"
    crate.description = "Every job of the study: what it read and made, by which code, with which parameters, where."
    crate.license = crate.add(_thing(crate, "https://spdx.org/licenses/MIT", "CreativeWork", name="MIT License"))
    crate.metadata.extra_terms |= TERMS
    crate.root_dataset["conformsTo"] = [
        crate.add(_thing(crate, identity, "CreativeWork", name=name, version=identity.rsplit("/", 1)[1]))
        for identity, name in PROFILES.items()
    ]
    workflow = crate.add_workflow(root / "Snakefile", "Snakefile", main=True, lang="snakemake", gen_cwl=False)
    for part in CODE:
        _add_code(crate, root, part)
    files = {
        entry.path: _file(crate, root, entry)
        for record in records.kept.values()
        for entry in (*record.inputs.values(), *record.outputs.values())
    }
    tools = {
        rule: crate.add(_thing(crate, f"#{rule}", "SoftwareApplication", name=f"rule {rule}"))
        for rule in sorted({_rule(record) for record in records.kept.values()})
    }
    workflow["hasPart"] = list(tools.values())
    actions = [_action(crate, place, record, tools, files) for place, record in records.kept.items()]
    whole = _whole(crate, study, records, workflow, files)
    crate.root_dataset["mentions"] = [whole, *actions]
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder, "ledger.json")
        ledger.write(records, study, book)
        crate.add_file(book, "ledger.json", properties={"name": "All records", "encodingFormat": "application/json"})
        crate.write(output)


def _thing(crate: ROCrate, identity: str, kind: str, **properties: Any) -> ContextEntity:
    return ContextEntity(crate, identity, properties={"@type": kind, **properties})


def _rule(record: Record) -> str:
    return record.rule or "by-hand"


def _add_code(crate: ROCrate, root: Path, part: str) -> None:
    paths = [root / part] if (root / part).is_file() else shown(root / part)
    for path in paths:
        if path.is_file() and "__pycache__" not in path.parts and ".egg-info" not in str(path):
            name = path.relative_to(root).as_posix()
            crate.add_file(path, name, properties={"name": name})


def _shown(path: str) -> bool:
    return not {"figures", "tables", "chains"}.isdisjoint(path.split("/")[2:-1])  # below results/{study}/


def _file(crate: ROCrate, root: Path, entry: Entry) -> File:
    """A file of the study: with its bytes, or by its digest alone."""
    properties = {"name": entry.path, "contentSize": str(entry.size), "sha256": entry.sha256}
    if _shown(entry.path):
        known = crate.dereference(entry.path)
        return known or crate.add_file(root / entry.path, entry.path, properties=properties)
    digest = base64.urlsafe_b64encode(bytes.fromhex(entry.sha256)).decode().rstrip("=")
    identity = f"ni:///sha-256;{digest}"
    return crate.dereference(identity) or crate.add_file(identity, properties=properties)


def _action(
    crate: ROCrate, place: str, record: Record, tools: dict[str, ContextEntity], files: dict[str, File]
) -> ContextEntity:
    """One run of a rule."""
    facts = {
        "call": record.call,
        "code": record.code,
        "commit": record.commit.commit,
        "uncommitted": record.commit.uncommitted,
        "lineage": record.lineage,
        **record.environment,
    }
    environment = [_value(crate, place, f"environment-{name}", name, value) for name, value in facts.items()]
    settings = [_value(crate, place, f"setting-{name}", name, value) for name, value in record.settings.items()]
    action = _thing(
        crate,
        f"#run-{place}",
        "CreateAction",
        name=" ".join([_rule(record), *(f"{name}={value}" for name, value in record.wildcards.items())]),
        description=json.dumps(record.argv),
        startTime=record.started.isoformat(),
        endTime=record.ended.isoformat(),
        actionStatus="http://schema.org/CompletedActionStatus",
    )
    crate.add(action)
    action["instrument"] = tools[_rule(record)]
    action["object"] = [*(files[entry.path] for entry in record.inputs.values()), *settings]
    action["result"] = [files[entry.path] for entry in record.outputs.values()]
    action["environment"] = environment
    return action


def _value(crate: ROCrate, place: str, key: str, name: str, value: Any) -> ContextEntity:
    text = value if isinstance(value, str) else json.dumps(value)
    return crate.add(_thing(crate, f"#{key}-{place}", "PropertyValue", name=name, value=text))


def _whole(crate: ROCrate, study: str, records: Records, workflow: File, files: dict[str, File]) -> ContextEntity:
    """The run of the whole workflow: from what was downloaded to what is shown."""
    kept = records.kept.values()
    action = _thing(
        crate,
        f"#study-{study}",
        "CreateAction",
        name=f"study {study}",
        startTime=min(record.started for record in kept).isoformat(),
        endTime=max(record.ended for record in kept).isoformat(),
        actionStatus="http://schema.org/CompletedActionStatus",
    )
    crate.add(action)
    action["instrument"] = workflow
    action["object"] = [file for path, file in sorted(files.items()) if path.startswith("resources/")]
    action["result"] = [file for path, file in sorted(files.items()) if _shown(path)]
    return action
