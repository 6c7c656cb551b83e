"""A page for the report: the jobs behind a figure, as their records tell."""

from pathlib import Path

from jinja2 import Environment

from gangan.core.files import UserError, atomic
from gangan.record import chain as jobs
from gangan.record.ledger import collect
from gangan.record.record import record_path, relative

TEMPLATE = Path(__file__).with_name("page.html")


def chain(figure: Path, page: Path) -> None:
    """Write the page of a figure, in the clone that is the working directory.

    Raises:
        UserError: the figure is no file of a study, or has no record.
    """
    path, place = relative(figure), relative(record_path(figure))
    parts = Path(path).parts
    if parts[0] != "results" or len(parts) < 3:
        raise UserError(f"{figure}: not a file of a study in results/")
    records = collect(Path.cwd(), parts[1])
    if place not in records.kept:
        raise UserError(f"{place}: {records.faults.get(place, 'no such record')}; delete {path} and run again")
    nodes = jobs.chain([place], records, {})
    text = Environment(autoescape=True, trim_blocks=True).from_string(TEMPLATE.read_text("utf-8"))
    content = text.render(
        figure=path,
        lineage=records.kept[place].lineage,
        groups=[sorted(group, key=lambda node: node.place) for group in jobs.alike(nodes.values()) if group[0].record],
        unrecorded=[path for node in nodes.values() if not node.record for path in node.outputs],
        machine=jobs.machine,
    )
    with atomic(page) as partial:
        partial.write_text(content, "utf-8")
