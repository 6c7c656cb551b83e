"""Pages for the claims of a paper: what each says, its test, numbers, figures and cost, and the jobs behind, audited.

The words are quoted from documents, the numbers from tables, times and machines from records. A page shows what was so
when it was made.
"""

import csv
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from gangan.core.files import LINEAGE, UserError, atomic
from gangan.record.audit import audit
from gangan.record.chain import Audit, machine
from gangan.record.code import PACKAGE
from gangan.record.ledger import Records, collect
from gangan.record.record import Data, Record, Text, printable, relative
from gangan.record.settle import settles
from gangan.record.targets import configuration
from gangan.record.text import findings

TEMPLATE = Path(__file__).with_name("claims.md")
Line = Mapping[str, str]


class Claim(Data):
    """A page, and the words on it: Markdown, with links from the root of the clone."""

    name: Text
    asked: Text  # how the table names its lines, before a comma
    arms: list[Text] | None = None  # of these alone
    claimed: list[str]
    differences: dict[Text, str]  # what text and code do, by where a document says it
    tested: list[str]
    amended: list[str]
    figures: list[Text]
    target: Text  # what runs what it compares, in the default study
    documents: tuple[Text, Text]  # of text and code, of the tests


@dataclass(frozen=True)
class Pages:
    """The pages of a paper's claims, the index first, and what they show."""

    study: str
    version: str
    claims: list[Claim]
    table: Path
    lines: list[dict[str, str]]
    readings: list[dict[str, str]]
    figures: Sequence[Path]
    audit: Audit
    records: Records

    def index(self, page: Path, lineage: str) -> str:
        """All claims, a line each."""
        found = [
            {"claim": f"[{line['claim']}]({claim.name.lower()}.md)", "says": line["says"], **_of(line)}
            | {"verdict": line["verdict"]}
            for claim in self.claims
            for line in self.of(claim)
        ]
        others = [f"[{claim.name}]({claim.name.lower()}.md)" for claim in self.claims if not self.of(claim)]
        title = f"# Claims: {self.table.parent.relative_to(f'results/{self.study}').as_posix().replace('/tables', '')}"
        asked = f"No arm here does what these need: {', '.join(others)}." if others else ""
        foot = f"Study {self.study}, gangan {self.version}. Lineage of this page: `{LINEAGE}{lineage}`"
        link = f"The whole table: [{self.table.name}]({_relative(page, self.table)})"
        return "\n\n".join([title, plain(found), asked, link, "---", foot]) + "\n"

    def page(self, claim: Claim, page: Path, lineage: str) -> str:
        """One claim."""
        lines = self.of(claim)
        trained = {(line.get("arm"), line.get("epochs")) for line in lines}
        where = configuration(Path.cwd(), self.study, ())
        environment = Environment(
            trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, undefined=StrictUndefined
        )
        environment.filters |= {
            "here": partial(_here, page),
            "link": lambda path, text: f"[{text}]({_relative(page, Path(path))})",
            "relative": partial(_relative, page),
        }
        return environment.from_string(TEMPLATE.read_text("utf-8")).render(
            claim=claim,
            lines=lines,
            of=_about,
            numbers=numbers,
            plain=plain,
            judge=next((line["judge"] for line in lines if line.get("judge")), None),
            readings=[with_interval(line) for line in self.readings if (line["arm"], line.get("epochs")) in trained],
            figures=[path for path in self.figures if path.stem in claim.figures],
            table=self.table,
            option="".join(f" --configfile {path}" for path in where),
            jobs=len(self.audit.nodes),
            seconds=sum(map(_seconds, self.audit.records)),
            cost=_cost(self.audit),
            audit=self.audit,
            found=findings(self.audit),
            lineage_of=self.lineage_of,
            open=[(line, text) for line in lines if (text := settles(line, claim.target, _together(line, lines)))],
            study=self.study,
            version=self.version,
            lineage=f"{LINEAGE}{lineage}",
        )

    def of(self, claim: Claim) -> list[dict[str, str]]:
        """The lines of the table that are about a claim."""
        return [
            line
            for line in self.lines
            if line["claim"].partition(",")[0] == claim.asked and (claim.arms is None or line["arm"] in claim.arms)
        ]

    def lineage_of(self, path: Path) -> str:
        """Of the job that made a file."""
        return self.records.kept[self.records.makers[relative(path)]].lineage


def save(pages: Pages, outputs: Sequence[Path], lineage: str) -> None:
    """Write the index, and a page for each claim."""
    index, *others = outputs
    texts = [pages.index(index, lineage)]
    texts += [pages.page(claim, path, lineage) for claim, path in zip(pages.claims, others, strict=True)]
    for path, text in zip(outputs, texts, strict=True):
        with atomic(path) as partial_file:
            partial_file.write_text(re.sub(r"\n{3,}", "\n\n", text), "utf-8")


def write(
    study: str,
    version: str,
    claims: list[Claim],
    table: Path,
    figures: Sequence[Path] = (),
    readings: Path | None = None,
) -> Pages:
    """The pages of a paper's claims.

    Args:
        study: its name.
        version: of this package.
        claims: the pages.
        table: of claims, CSV.
        figures: those that pages show, by name.
        readings: a table by ``arm`` and ``epochs`` of the same numbers in units that a reader knows, CSV.

    Raises:
        UserError: a file has no record.
    """
    records = collect(Path.cwd(), study)
    for path in (table, *figures):
        if relative(path) not in records.makers:
            raise UserError(f"{path}: no record says what made it; delete it and run again")
    audited = audit(Path.cwd(), [records.makers[relative(table)]], records, None, package=PACKAGE)
    of_readings = _read(readings) if readings else []
    return Pages(study, version, claims, table, _read(table), of_readings, figures, audited, records)


write.save = save  # type: ignore[attr-defined]  # which the job runner calls


def numbers(lines: Sequence[Line]) -> str:
    """Lines of a table of claims as Markdown; what all pages say elsewhere is left out."""
    others = ("says", "p")
    kept = [{name: value for name, value in line.items() if name not in others} for line in lines]
    named = {"supported_if": "supported if", "p_holm": "p"}
    return plain([{named.get(name, name): value for name, value in with_interval(line).items()} for line in kept])


def with_interval(line: Line) -> dict[str, str]:
    """A line of a table with its interval in one column instead of ``low`` and ``high``, and without the judge."""
    interval = f"[{line['low']}, {line['high']}]" if line["low"] else ""
    named = {("interval" if name == "low" else name): value for name, value in line.items()}
    return {name: value for name, value in (named | {"interval": interval}).items() if name not in ("high", "judge")}


def plain(lines: Sequence[Line]) -> str:
    """Lines as a Markdown table."""
    if not lines:
        return ""
    rows = [list(lines[0]), ["---"] * len(lines[0]), *(list(line.values()) for line in lines)]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)


def _of(line: Line) -> dict[str, str]:
    """What a line is about: the columns between what is said and what was measured."""
    names = list(line)
    return {name: line[name] for name in names[names.index("says") + 1 : names.index("measure")]}


def _together(line: Line, lines: Sequence[Line]) -> list[Line]:
    """The lines that stand or fall with one."""
    if not line["supported_if"].endswith(" in both"):
        return []
    return [one for one in lines if (one["says"], _of(one)) == (line["says"], _of(line))]


def _about(line: Line) -> str:
    """The same in words, after a comma each."""
    found = {name: value for name, value in _of(line).items() if value}
    return "".join(f", {value} {name}" if value.isdigit() else f", {value}" for name, value in found.items())


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _cost(audited: Audit) -> list[list[object]]:
    """By rule and verdict: how many jobs, their seconds, machines."""
    alike: dict[tuple[str, str], list[Record | None]] = {}
    for node in audited.nodes.values():
        rule = (node.record.rule if node.record else None) or node.title
        alike.setdefault((printable(rule), node.verdict), []).append(node.record)
    lines: list[list[object]] = []
    for (rule, verdict), of_rule in alike.items():
        records = [record for record in of_rule if record]
        machines = ", ".join(sorted({printable(machine(record)) for record in records}))
        lines.append([rule, len(of_rule), f"{sum(map(_seconds, records)):.1f}", machines, verdict])
    return lines


def _seconds(record: Record) -> float:
    return (record.ended - record.started).total_seconds()


def _relative(page: Path, path: Path) -> str:
    return os.path.relpath(path, page.parent)


def _here(page: Path, text: str) -> str:
    """Words whose links start at the root, with links from a page."""

    def link(found: re.Match[str]) -> str:
        return f"]({_relative(page, Path(found[1]))}"

    return re.sub(r"\]\((?![a-z]+:|#)([^)#\s]+)", link, text)
