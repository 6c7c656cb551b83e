"""A page for the report: the jobs behind a figure, as their records tell."""

from pathlib import Path

from jinja2 import Environment

from gangan.chain import alike, chain, machine
from gangan.files import UserError, atomic
from gangan.ledger import collect
from gangan.provenance import record_path, relative

TEMPLATE = Path(__file__).with_name("chain_page.html")


def write(root: Path, figure: Path, output: Path) -> None:
    """Write the page of one figure.

    Raises:
        UserError: the figure is no file of a study, or has no record.
    """
    path = relative(figure)
    place = relative(record_path(figure))
    parts = Path(path).parts
    if parts[0] != "results" or len(parts) < 3:
        raise UserError(f"{figure}: not a file of a study in results/")
    records = collect(root, parts[1])
    if place not in records.kept:
        raise UserError(f"{place}: {records.faults.get(place, 'no such record')}; delete {path} and run again")
    nodes = chain([place], records, {})
    template = Environment(autoescape=True, trim_blocks=True).from_string(TEMPLATE.read_text())
    page = template.render(
        figure=path,
        lineage=records.kept[place].lineage,
        groups=[sorted(group, key=lambda node: node.place) for group in alike(nodes.values()) if group[0].record],
        unrecorded=[path for node in nodes.values() if not node.record for path in node.outputs],
        machine=machine,
    )
    with atomic(output) as partial:
        partial.write_text(page)
