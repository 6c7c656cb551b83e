"""What README and pages of results say, and the claims of a study that is kept beside the code."""

import pandas as pd

from support.clone import ROOT


def document(path: str) -> str:
    """A document's text on one line."""
    return " ".join((ROOT / path).read_text("utf-8").split())


README = document("README.md")


def row(first: str) -> str:
    """The one row of a table in README that begins with a cell."""
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    (found,) = (line for line in lines if line.startswith(f"| {first} |"))
    return found


def percent(value: float) -> str:
    """A share as README writes it."""
    return f"**{value:.0%}**".replace("%", " %")


def bar(zoo: pd.DataFrame) -> pd.Series:
    """The median GAN of a zoo after 50 epochs, by classes and by fidelity."""
    median: pd.Series = zoo.loc[zoo["epoch"] == 49, ["divergence", "energy"]].median()
    return median


def reach(table: pd.DataFrame, least: pd.Series) -> float:
    """The share of GANs that are no worse than a bar."""
    return float((table[least.index] <= least).all(axis=1).mean())


class Claims:
    """A reference's table of claims, by its name."""

    def __init__(self, name: str) -> None:
        self.table = pd.read_csv(ROOT / f"reference/{name}/tables/claims.csv").fillna({"of": ""})

    def verdicts(self, claim: str, of: str = "") -> set[str]:
        """Of the lines whose claim and arm begin so."""
        lines = self.table[self.table["claim"].str.startswith(claim) & self.table["of"].str.startswith(of)]
        assert len(lines)
        return set(lines["verdict"])

    def of(self, claim: str, of: str, column: str) -> float:
        """A number of the one line of just this claim and arm."""
        (value,) = self.table.loc[(self.table["claim"] == claim) & (self.table["of"] == of), column]
        return float(value)

    def estimate(self, claim: str, of: str = "") -> float:
        """The estimate of that line."""
        return self.of(claim, of, "estimate")
