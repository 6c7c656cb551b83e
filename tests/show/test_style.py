"""How figures are written."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure
from PIL import Image

from gangan.show import style


def line(height: float = 1.0) -> Figure:
    figure, axes = plt.subplots(figsize=(1, 1))
    axes.plot([0, height])
    return figure


def test_a_figure_is_written_in_the_format_of_each_name_with_its_lineage_and_no_date(tmp_path: Path) -> None:
    png, pdf = paths = [tmp_path / f"figure.{ending}" for ending in ("png", "pdf")]
    style.save(line(), paths, "0" * 64)
    with Image.open(png) as image:
        assert image.format == "PNG"
        assert image.info["Keywords"] == f"gangan:lineage:{'0' * 64}"
        assert not {"Creation Time", "Date"} & image.info.keys()
    content = pdf.read_bytes()
    assert content.startswith(b"%PDF-")
    assert re.search(rb"/Keywords \(gangan:lineage:0{64}\)", content)
    assert b"Date" not in content


@pytest.mark.parametrize("ending", ["png", "pdf"])
def test_the_same_figure_of_the_same_lineage_is_the_same_bytes(ending: str, tmp_path: Path) -> None:
    def drawn(name: str, lineage: str, height: float = 1) -> bytes:
        path = tmp_path / f"{name}.{ending}"
        style.save(line(height), [path], lineage)
        return path.read_bytes()

    first = drawn("a", "0" * 64)
    assert drawn("b", "0" * 64) == first
    assert drawn("c", "1" * 64) != first
    assert drawn("d", "0" * 64, height=2) != first


def test_a_job_that_draws_writes_what_its_function_returns(tmp_path: Path) -> None:
    @style.figure_job
    def draw(table: Path, height: float) -> Figure:
        """What is drawn."""
        assert table == tmp_path / "table.csv"
        return line(height)

    draw.save(draw(tmp_path / "table.csv", 2.0), [tmp_path / "by_job.png"], "7" * 64)
    style.save(line(2.0), [tmp_path / "by_hand.png"], "7" * 64)
    assert (tmp_path / "by_job.png").read_bytes() == (tmp_path / "by_hand.png").read_bytes()
