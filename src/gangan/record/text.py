"""What an audit found, as a person reads it in a terminal and as a machine does."""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gangan.record.chain import Audit, Finding, Node, alike
from gangan.record.record import printable

FEW = 8  # names in a line before the rest is counted


def as_text(audit: Audit, asked: str) -> str:
    """The verdict, what is wrong, the tree of jobs, and what to know besides."""
    verdict = "VERIFIED" if audit.verified else "NOT VERIFIED"
    away = [node for node in audit.nodes.values() if not node.here]
    recorded = sum(node.record is not None for node in away)
    jobs = f"{len(audit.nodes)} jobs"
    jobs += f", the files of {recorded} recorded but not here" if recorded else ""
    jobs += f", {len(away) - recorded} not done yet" if len(away) > recorded else ""
    lines = [f"{verdict}  {asked}: {jobs}, {audit.bytes_read / 1e6:,.1f} MB read"]
    lines += [f"  {said}" for said in audit.said]
    lines += [f"  {finding.verdict}: {finding.path}: {finding.text}" for finding in findings(audit)]
    shown: set[str] = set()
    for root in roots(audit):
        lines += ["", *_tree(audit, root, shown)]
    lines += ["", *audit.facts]
    if audit.hashing_share is not None:
        lines.append(f"hashing took {audit.hashing_share:.1%} of the jobs' time")
    lines += [f"warning: {warning}" for warning in audit.warnings]
    for said, nodes in (
        ("`snakemake -n` would run", audit.would_rerun),
        ("Snakemake is blind to (delete the files, then run it)", audit.blind),
        ("Snakemake is over-eager about (all is as recorded)", audit.over_eager),
    ):
        if nodes:
            lines.append(f"{said}: {_names([node.outputs[0] for node in nodes])}")
    return "\n".join(printable(line) for line in lines)


def findings(audit: Audit) -> list[Finding]:
    """All that is wrong, that which is nearest to the targets first."""
    return [*audit.notes, *(finding for node in audit.bad for finding in node.findings)]


def roots(audit: Audit) -> list[str]:
    """The targets that no other of the chain was made from."""
    used = {place for node in audit.nodes.values() for place in node.made_from}
    return sorted(place for place in audit.targets if place not in used) or audit.targets


def as_json(audit: Audit, asked: str) -> str:
    """The same for a machine."""
    jobs = [
        {
            "record": node.place,
            "verdict": node.verdict,
            "here": node.here,
            "outputs": node.outputs,
            "made_from": node.made_from,
            "rule": node.record.rule if node.record else None,
            "wildcards": node.record.wildcards if node.record else {},
            "findings": [finding.__dict__ for finding in node.findings],
            "snakemake": node.job.reason if node.job else None,
        }
        for node in audit.nodes.values()
    ]
    content: dict[str, Any] = {
        "target": asked,
        "verified": audit.verified,
        "notes": [finding.__dict__ for finding in audit.notes],
        "said": audit.said,
        "jobs": jobs,
        "facts": audit.facts,
        "warnings": audit.warnings,
        "would_rerun": [node.place for node in audit.would_rerun],
        "blind": [node.place for node in audit.blind],
        "over_eager": [node.place for node in audit.over_eager],
        "bytes_read": audit.bytes_read,
        "hashing_share": audit.hashing_share,
    }
    return json.dumps(content, indent=1)


def _names(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - FEW} more" if len(paths) > FEW else ""
    return ", ".join(paths[:FEW]) + more


def _tree(audit: Audit, root: str, shown: set[str]) -> Iterator[str]:
    """One line a job, jobs alike in one; what was ``shown`` above is not unfolded again."""
    waiting: list[tuple[list[Node], str, str]] = [([audit.nodes[root]], "", "")]
    while waiting:
        nodes, line, indent = waiting.pop()
        node = nodes[0]
        seen = node.place in shown and node.made_from
        yield f"{line}{_label(nodes)}{', see above' if seen else ''}"
        shown.update(node.place for node in nodes)
        if not seen:
            groups = alike([audit.nodes[place] for place in node.made_from])
            for i, group in reversed(list(enumerate(groups))):
                last = i == len(groups) - 1
                waiting.append((group, indent + ("└─ " if last else "├─ "), indent + ("   " if last else "│  ")))


def _label(nodes: Sequence[Node]) -> str:
    first, last = nodes[0].outputs[0], nodes[-1].outputs[0]
    common = os.path.commonpath([first, last])
    verdict = nodes[0].verdict.upper() if nodes[0].findings else nodes[0].verdict
    if len(nodes) == 1:
        return f"{first}  {nodes[0].title}: {verdict}"
    rule = nodes[0].record.rule if nodes[0].record else ""
    return f"{first} … {Path(last).relative_to(common)}  {len(nodes)} × {rule}: {verdict}"
