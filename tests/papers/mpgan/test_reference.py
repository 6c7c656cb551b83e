"""What the page of results says of MP-GAN is what its reference has."""

import math

import pandas as pd
import pytest

from support.clone import ROOT
from support.reference import Claims, document, percent

CLAIMS = Claims("mpgan")
RUNS = pd.read_csv(ROOT / "reference/mpgan/metrics/runs.csv")
PLACES = pd.read_csv(ROOT / "reference/mpgan/metrics/places.csv", dtype={"of": str})
LINES = pd.read_csv(ROOT / "reference/mpgan/tables/tabular.csv")
TABLES = ("wine", "breast-cancer")
PAGE = document("docs/results/mpgan.md")
EMPTY = 2000  # Fréchet distance; digits have less than 1,000, and blank images 2,496


def after(arm: str, epochs: int) -> pd.DataFrame:
    """The runs of an arm that others are compared with, by seed."""
    return RUNS[(RUNS["arm"] == arm) & (RUNS["after"] == epochs) & (RUNS["seed"] < 5)].set_index("seed")


def mean(arm: str, epochs: int) -> str:
    """The mean distance as the page writes it."""
    return f"**{after(arm, epochs)['frechet'].mean():.0f}**"


def at(what: str, norm: int) -> str:
    """A measure of the images at a norm of z, as the page writes it."""
    chosen = (PLACES["arm"] == "scratch") & (PLACES["what"] == what) & (PLACES["of"] == str(norm))
    return f"**{PLACES.loc[chosen, 'value'].mean():.2f}**"


def lines(table: str, column: str, of: str = "held out") -> float:
    """A number of the table on lines of tables."""
    (value,) = LINES.loc[(LINES["table"] == table) & (LINES["of"] == of), column]
    return float(value)


EARLY = RUNS[(RUNS["arm"] == "scratch") & (RUNS["after"] == 10)]["frechet"]
BEGUN = EARLY[EARLY < EMPTY]
CLASSES = [f"class_{digit}" for digit in range(10)]
ENERGY = [float(at("energy", norm).strip("*")) for norm in (10, 1, 2, 3, 4, 5, 6)]
LATE = pd.concat([RUNS[(RUNS["arm"] == arm) & (RUNS["after"] == 50)] for arm in ("scratch", "pretrained")])


@pytest.mark.parametrize(
    "said",
    [
        f"{len(EARLY) - len(BEGUN)} of the {len(EARLY)} runs from scratch draw nothing yet",
        f"({(after('scratch', 10)['frechet'] > EMPTY).sum()} of the 5 that are compared)",
        f"as good from scratch, **{BEGUN.mean():.0f}** on the mean, as with it, {mean('pretrained', 10)}",
        f"(p = {CLAIMS.of('S2-C2', 'trained on', 'p'):.2f} before correction)",
        f"the mean is {mean('pretrained', 50)} with it, and from scratch, by the same seeds, {mean('scratch', 50)}",
        f"the ratio is **{math.exp(CLAIMS.estimate('S2-C3', 'trained on')):.2f}** on the geometric mean",
        f"A frozen one saves {percent(CLAIMS.estimate('S2-C5, shorter'))} of the time",
        f"distance is {mean('frozen', 10)} after 10 epochs, where it is {mean('scratch', 10)} from scratch",
        f"and {mean('frozen', 50)} after 50",
        f"From scratch the scarcest class has {percent(CLAIMS.estimate('S2-C4', 'from scratch'))} of its share",
        f"its confidence is {at('confidence', 0)} at z = 0 and {at('confidence', 10)} at |z| = 10",
        f"is {at('energy', 0)} at z = 0, {at('energy', 10)} at 10 and {at('energy', 20)} at 20",
        f"right on {percent(lines('wine', 'drawn'))} of wine's held-out rows",
        f"against {percent(lines('wine', 'learned'))} if it learns from real ones",
        f"and on {percent(lines('breast-cancer', 'drawn'))} against",
        f"{percent(lines('breast-cancer', 'learned'))} of breast cancer's",
    ],
)
def test_the_page_rounds_the_references_numbers(said: str) -> None:
    assert said in PAGE


@pytest.mark.parametrize(
    ("said", "true"),
    [
        ("with it all 5 draw digits", (after("pretrained", 10)["frechet"] < 1000).all()),
        ("By the five pairs that difference is not established", CLAIMS.verdicts("S2-C2") == {"inconclusive"}),
        (
            "too little for five seeds to tell from chance",
            CLAIMS.of("S2-C3", "trained on", "low") < 0 < CLAIMS.of("S2-C3", "trained on", "high"),
        ),
        ("ends far worse", (after("frozen", 50)["frechet"] > 1500).all()),
        (
            "each run has lost five or more of the ten classes",
            ((after("frozen", 50)[CLASSES] == 0).sum(axis=1) >= 5).all(),
        ),
        ("in between, at |z| = 1 to 6, it is lower than at 10", max(ENERGY[1:]) < ENERGY[0]),
        ("where the judge is surer, against the claim", CLAIMS.verdicts("S2-C7, far away") >= {"not supported"}),
        ("no digit is missing wholly after 50 epochs", (LATE[CLASSES] > 0).all(axis=None)),
        (
            "but 1 and 6 have less than half their share in every run",
            (LATE[["class_1", "class_6"]] < 0.047).all(axis=None),
        ),
        (
            "After correction only the rise to 20 stands",
            (CLAIMS.verdicts("S2-C7, near 0"), CLAIMS.verdicts("S2-C7, far away, energy"))
            == ({"inconclusive"}, {"supported"}),
        ),
        (
            "half as far again or twice as far",
            [round(lines(table, "drawn", "mean") / lines(table, "learned", "mean"), 1) for table in TABLES]
            == [1.5, 1.9],
        ),
    ],
)
def test_the_page_says_what_the_reference_has(said: str, true: bool) -> None:
    assert said in PAGE
    assert true
