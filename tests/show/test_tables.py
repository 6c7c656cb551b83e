"""How tables are written."""

import math
from pathlib import Path

import pandas as pd
import pytest

from gangan.core.files import UserError
from gangan.show import tables

TABLE = pd.DataFrame({"network": ["generator", "both & more"], "parameters": [59_280, 113_745]})


def test_a_table_is_written_in_the_format_its_name_asks_for(tmp_path: Path) -> None:
    paths = [tmp_path / f"table.{ending}" for ending in ("csv", "md", "tex")]
    tables.save(TABLE, paths)
    csv, md, tex = (path.read_text("utf-8") for path in paths)
    assert csv == "network,parameters\ngenerator,59280\nboth & more,113745\n"
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in md.splitlines()]
    assert cells[0] == ["network", "parameters"]
    assert cells[2:] == [["generator", "59280"], ["both & more", "113745"]]
    assert r"\begin{tabular}" in tex
    assert r"both \& more & 113745 \\" in tex


def test_a_table_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"^cannot write .*table\.csv: "):
        tables.save(TABLE, [tmp_path / "file" / "table.csv"])


def test_measured_numbers_have_four_digits_and_what_is_missing_is_empty() -> None:
    table = pd.DataFrame({"a": [1234.56, math.nan], "b": [0.000123456, -2.0], "n": [123456, 7], "s": ["x", ""]})
    assert tables.rounded(table).to_dict("list") == {
        "a": ["1235", ""],
        "b": ["0.0001235", "-2"],
        "n": [123456, 7],
        "s": ["x", ""],
    }


def test_scores_have_six_digits(tmp_path: Path) -> None:
    scores = pd.DataFrame({"frechet": [123.456789, math.nan], "gan": [1_234_567, 2]})
    tables.write_scores(scores, tmp_path / "scores.csv")
    assert (tmp_path / "scores.csv").read_text() == "frechet,gan\n123.457,1234567\n,2\n"


def test_a_job_that_makes_a_table_writes_what_its_function_returns(tmp_path: Path) -> None:
    @tables.table_job
    def made(files: list[Path], factor: int) -> pd.DataFrame:
        """What is made."""
        return pd.DataFrame({"file": [path.name for path in files], "n": factor})

    made.save(made([Path("a"), Path("b")], 3), [tmp_path / "t.csv", tmp_path / "t.md"], "7" * 64)
    assert (tmp_path / "t.csv").read_text() == "file,n\na,3\nb,3\n"
    assert (tmp_path / "t.md").exists()
