"""Pages of claims: each number and word on them is from a file, and the jobs behind are audited."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gangan import job
from gangan.core.files import UserError
from gangan.record.record import recorded

FOLDER = Path("results/tiny/paper")
TABLE, FIGURE, INDEX = FOLDER / "tables/claims.csv", FOLDER / "figures/one.png", FOLDER / "claims/index.md"
LINES = """claim,says,arm,measure,estimate,low,high,n,supported_if,p,p_holm,verdict,judge
"P-C1, half",it works,first,rate|share,0.75,0.25,1.25,6,above 0.5,0.2,0.3,inconclusive,ab12
"P-C1, half",it works,second,rate|share,1,0.9,1,9,above 0.5,0.001,0.002,supported,ab12
P-C2,it is fast,first,time,,,,0,below 3,,,not run,ab12
"""
READINGS = "arm,reading,estimate,low,high,n,judge\nfirst,epochs,41,30,52,2,ab12\nthird,epochs,7,,,1,ab12\n"


def claim(name: str, **over: Any) -> dict[str, Any]:
    words = {"claimed": [f"Claim {name}."], "differences": {"section 1": "They differ ([map](docs/map.md))."}}
    words |= {"tested": ["The test."], "amended": [], "figures": [], "target": "paper_more"}
    return {"name": name, "asked": f"P-{name}", **words, "documents": ["docs/p.md", "docs/c.md"], **over}


CLAIMS = [claim("C1", figures=["one"], amended=["Amended."]), claim("C2"), claim("C3")]


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a table of claims and a figure, and the records of the jobs that made them."""
    monkeypatch.chdir(tmp_path)
    for path, text in ((TABLE, LINES), (FIGURE, "a picture"), (FOLDER / "tables/readings.csv", READINGS)):
        path.parent.mkdir(parents=True, exist_ok=True)
        with recorded("measure.stats.mean", {}, {}, {"first": path}, f"make_{path.stem}"):
            path.write_text(text)
    return tmp_path


def write(claims: list[dict[str, Any]] = CLAIMS, without: str = "") -> dict[str, str]:
    """The pages by name, as a rule makes them."""
    pages = {"index": INDEX} | {one["name"]: INDEX.with_name(f"{one['name'].lower()}.md") for one in claims}
    files = {
        "input": {"table": str(TABLE), "figures": [str(FIGURE)], "readings": str(FOLDER / "tables/readings.csv")},
        "output": {name: str(path) for name, path in pages.items()},
    }
    files["input"].pop(without, None)
    job.run("record.claims.write", {"study": "tiny", "version": "1.2.3", "claims": claims}, files, "pages")
    return {name: path.read_text() for name, path in pages.items()}


@pytest.mark.usefixtures("study")
def test_a_page_has_words_numbers_figure_cost_chain_and_what_would_settle_it() -> None:
    page = write()["C1"]
    assert page.startswith("# C1: it works\n")
    assert "- P-C1, half, first: **inconclusive**\n- P-C1, half, second: **supported**\n" in page
    assert "> Claim C1.\n" in page
    assert "- They differ ([map](../../../../docs/map.md)). ([section 1](../../../../docs/p.md))" in page
    for words in ("The test.", "### What was amended\n\nAmended.", "(../../../../docs/c.md)"):
        assert words in page
    assert r"| P-C1, half | first | rate\|share | 0.75 | [0.25, 1.25] | 6 | above 0.5 | 0.3 | inconclusive |" in page
    assert "by the judge `ab12`" in page
    assert "\n\n### In units of training\n\n| arm | reading | estimate | interval | n |\n" in page
    assert "| first | epochs | 41 | [30, 52] | 2 |" in page
    assert "third" not in page
    assert "![one](../figures/one.png)" in page
    assert f"    gangan audit {TABLE}\n" in page
    assert re.search(r"\| make_claims \| 1 \| \d+\.\d \| .+ \| verified \|", page)
    assert "**Verified** when this page was made" in page
    assert "- P-C1, half, first: If the estimate stays, about 24 seeds" in page
    assert "second: If" not in page
    for path in (TABLE, FIGURE):
        assert f"`{json.loads(Path(f'{path}.json').read_text())['lineage']}`" in page
    lineage = json.loads(Path(f"{INDEX}.json").read_text())["lineage"]
    assert page.endswith(f"Study tiny, gangan 1.2.3. Lineage of this page: `gangan:lineage:{lineage}`\n")


@pytest.mark.usefixtures("study")
def test_readings_after_other_epochs_than_a_claim_is_asked_of_are_left_out() -> None:
    TABLE.write_text(
        LINES.replace(",arm,", ",arm,epochs,").replace(",first,", ",first,25,").replace(",second,", ",second,9,")
    )
    (FOLDER / "tables/readings.csv").write_text(
        READINGS.replace("arm,", "arm,epochs,").replace("first,", "first,250,") + "second,9,epochs,43,30,52,2,ab12\n"
    )
    page = write()["C1"]
    assert "| second | 9 | epochs | 43 | [30, 52] | 2 |" in page
    assert "| first | 250 |" not in page


@pytest.mark.usefixtures("study")
def test_pages_of_claims_that_were_not_run_or_asked_say_so() -> None:
    pages = write()
    assert "`snakemake --cores all paper_more`, without a configuration file, runs what it compares" in pages["C2"]
    assert "No figure of this study is about it." in pages["C2"]
    assert pages["C3"].startswith("# C3: not asked here\n")
    assert "| [P-C1, half](c1.md) | it works | second | supported |" in pages["index"]
    assert "what these need: [C3](c3.md)." in pages["index"]
    assert "[claims.csv](../tables/claims.csv)" in pages["index"]


@pytest.mark.usefixtures("study")
def test_a_study_whose_claims_show_no_figure_has_pages() -> None:
    assert "No figure of this study is about it." in write(without="figures")["C1"]


@pytest.mark.usefixtures("study")
def test_endpoints_that_must_agree_and_do_not_are_said_to() -> None:
    other = '"P-C1, half",it works,first,cost,0.25,0.1,0.4,6,above 0.5 in both,0.02,1,inconclusive,ab12'
    one = LINES.splitlines()[1].replace("above 0.5", "above 0.5 in both").replace("0.2,0.3", "0.02,1")
    TABLE.write_text("\n".join([LINES.splitlines()[0], one, other]) + "\n")
    assert write()["C1"].count("those that must agree do not") == 2


@pytest.mark.usefixtures("study")
def test_some_arms_are_a_claim_of_their_own() -> None:
    page = write([claim("W", asked="P-C1", arms=["second"])])["W"]
    assert "second: **supported**" in page
    assert "first" not in page


@pytest.mark.usefixtures("study")
def test_a_table_that_was_edited_is_said_to_be() -> None:
    TABLE.write_text(LINES.replace("0.75", "0.95"))
    page = write()["C1"]
    assert "**Not verified** when this page was made" in page
    assert f"- modified since: `{TABLE}`: sha256 is " in page


@pytest.mark.usefixtures("study")
def test_a_figure_without_a_record_is_refused_and_nothing_is_written() -> None:
    Path(f"{FIGURE}.json").unlink()
    with pytest.raises(UserError, match=rf"^{FIGURE}: no record says what made it"):
        write()
    assert not list(INDEX.parent.glob("*.md"))
