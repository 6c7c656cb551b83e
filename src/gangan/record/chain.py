"""The chain of jobs behind some files, and what an audit says of each."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from gangan.core.files import UserError
from gangan.record.ledger import Records
from gangan.record.record import Record

if TYPE_CHECKING:  # a page of a chain is made without Snakemake
    from gangan.record.plan import Job


@dataclass(frozen=True)
class Finding:
    """One thing wrong: the verdict it leads to, the file, and what exactly."""

    verdict: str
    path: str
    text: str


@dataclass
class Node:
    """One job of the chain, by where its record stands."""

    place: str
    record: Record | None
    job: "Job | None"
    outputs: list[str]
    made_from: list[str]  # places
    here: bool = True  # all its outputs are on this disk
    findings: list[Finding] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """The first finding's, else that all is well."""
        if self.findings:
            return self.findings[0].verdict
        return "verified" if self.here else "recorded, not here"

    @property
    def title(self) -> str:
        """Rule and wildcards."""
        known = self.record if self.record and self.record.rule else self.job
        if not known:
            return "made by no known rule"
        return " ".join([str(known.rule), *(f"{name}={value}" for name, value in known.wildcards.items())])


@dataclass
class Audit:
    """What was asked, and the chain with its verdicts, what was asked for first."""

    targets: list[str]  # places
    nodes: dict[str, Node]
    bytes_read: int
    notes: list[Finding] = field(default_factory=list)  # what is wrong with the targets themselves
    said: list[str] = field(default_factory=list)  # what else was found out about them

    @property
    def bad(self) -> list[Node]:
        """Nodes with findings."""
        return [node for node in self.nodes.values() if node.findings]

    @property
    def verified(self) -> bool:
        """Whether nothing is wrong."""
        return not self.bad and not self.notes

    @property
    def records(self) -> list[Record]:
        """Those of the chain that are good."""
        return [node.record for node in self.nodes.values() if node.record]

    @property
    def facts(self) -> list[str]:
        """When, on which machines, and from which commits the chain was made."""
        if not self.records:
            return []
        first = min(record.started for record in self.records)
        last = max(record.ended for record in self.records)
        return [
            f"made: {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC",
            f"machines: {_listed(Counter(map(machine, self.records)))}",
            f"commits: {_listed(Counter(map(_commit, self.records)))}",
        ]

    @property
    def warnings(self) -> list[str]:
        """What is no fault but a reader should know: mixed commits, machines or software, a dirty tree."""
        dirty = sum(record.commit.uncommitted is not None for record in self.records)
        lines = [f"uncommitted changes in the clone: {dirty} job(s)"] if dirty else []
        machines: dict[str, Counter[str]] = {}
        for record in self.records:
            if record.rule:
                machines.setdefault(record.rule, Counter())[machine(record)] += 1
        software = Counter(json.dumps(record.environment.get("packages"), sort_keys=True) for record in self.records)
        mixed = {"commits": Counter(map(_commit, self.records)), "software": software}
        mixed |= {f"hardware in {rule}": counts for rule, counts in sorted(machines.items())}
        return lines + [f"mixed {what}: {_listed(counts)}" for what, counts in mixed.items() if len(counts) > 1]

    @property
    def would_rerun(self) -> list[Node]:
        """What ``snakemake -n`` would run again."""
        return [node for node in self.nodes.values() if node.job and node.job.reason]

    @property
    def blind(self) -> list[Node]:
        """What is wrong, a rule makes, and Snakemake would leave as it is."""
        return [node for node in self.bad if node.job and not node.job.reason]

    @property
    def over_eager(self) -> list[Node]:
        """What Snakemake would run again though nothing is wrong, there or further up."""
        wrong: set[str] = set()
        for place, node in reversed(self.nodes.items()):  # ancestors first
            if node.findings or not node.here or wrong.intersection(node.made_from):
                wrong.add(place)
        return [node for node in self.would_rerun if node.place not in wrong]

    @property
    def hashing_share(self) -> float | None:
        """Of the time the jobs took, the part that hashing for their records took."""
        whole = sum((record.ended - record.started).total_seconds() for record in self.records)
        return sum(record.hashing_seconds for record in self.records) / whole if whole > 0 else None


def _commit(record: Record) -> str:
    return record.commit.commit[:12] if record.commit.commit else "unknown"


def machine(record: Record) -> str:
    """The GPU that did a job, else the processor."""
    gpu = record.environment.get("gpu")
    return str(gpu.get("name") if isinstance(gpu, dict) else record.environment.get("processor"))


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{value} ({count} job(s))" for value, count in counts.items())


def chain(targets: Sequence[str], records: Records, jobs: Mapping[str, "Job"]) -> dict[str, Node]:
    """All nodes behind the targets, each before those it was made from."""
    planned = {path: place for place, job in jobs.items() for path in job.makes}

    def node(place: str) -> Node:
        record, job = records.kept.get(place), jobs.get(place)
        if record:
            inputs, outputs = [entry.path for entry in record.inputs.values()], list(record.made)
        else:
            inputs, outputs = (list(job.reads.values()), job.makes) if job else ([], [place.removesuffix(".json")])
        above = [records.makers.get(path) or planned.get(path) or f"{path}.json" for path in inputs]
        return Node(place, record, job, outputs, list(dict.fromkeys(above)))

    nodes: dict[str, Node] = {}
    waiting = list(reversed(targets))
    while waiting:
        place = waiting.pop()
        if place not in nodes:
            nodes[place] = node(place)
            waiting += reversed(nodes[place].made_from)
    try:
        order = list(TopologicalSorter({place: node.made_from for place, node in nodes.items()}).static_order())
    except CycleError as error:
        raise UserError(f"the records go round in a circle: {' → '.join(reversed(error.args[1]))}") from None
    return {place: nodes[place] for place in reversed(order)}


def alike(nodes: Iterable[Node]) -> list[list[Node]]:
    """Jobs of one rule, made from the same and well alike, together; the others alone."""
    groups: dict[object, list[Node]] = {}
    for node in nodes:
        rule = node.record.rule if node.record else None
        alone = node.findings or rule is None
        key = node.place if alone else (rule, node.verdict, tuple(node.made_from))
        groups.setdefault(key, []).append(node)
    return list(groups.values())
