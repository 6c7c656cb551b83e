"""The paper's claims as pages: which words, figures and lines of tables are about each (docs/claims/gangan.md)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gangan.papers.gangan import targets
from gangan.papers.gangan.rules import Plan
from gangan.show.words import Document

TESTS, FACTS = "docs/claims/gangan.md", "docs/papers/gangan.md"


@dataclass(frozen=True)
class About:
    """What a page shows."""

    items: tuple[str, ...]  # of docs/papers/gangan.md, section and number
    figures: tuple[str, ...]  # how their names begin
    target: str = "gangan"  # what runs, in the default study, the arms that it compares


PAGES = {
    "C1": About(("6.1", "6.7", "6.8"), ("fig3",)),
    "C2": About(("4.2", "6.9"), ("along-z",)),
    "C3": About(("3.4",), ("along-z",)),
    "C4": About(("2.2",), ("discriminator_hidden",), "gangan_claims"),
    "C5": About(("2.3",), ("latent",), "gangan_claims"),
    "C6": About(("6.10",), ("fig2-dcgan", "epochs-dcgan"), "gangan_claims"),
    "C7": About(("6.8",), ("losses-gangans",)),
    "W": About(("6.7",), ("fig3",), "gangan_wide"),
    "B": About((), ("along-z",), "gangan_mended"),
}
OURS = ("W", "B")  # this project's claims, not the paper's


def names(plan: Plan) -> list[str]:
    """The pages of a study; those of no paper's claim only where arms are for it."""
    absent = {"W": not plan.config.claims.also, "B": not any(arm.against for arm in plan.arms.values())}
    return [name for name in PAGES if not absent.get(name)]


def figures(plan: Plan, group: str) -> list[str]:
    """The figures that pages of a group show."""
    drawn = targets.figures(plan, group)
    return sorted({figure for name in names(plan) for figure in _shown(plan, group, name, drawn)})


def pages(plan: Plan, group: str, tests: Path, facts: Path) -> list[dict[str, Any]]:
    """The settings of a group's pages.

    Args:
        plan: of the study.
        group: whose table of claims they are about.
        tests: docs/claims/gangan.md.
        facts: docs/papers/gangan.md.

    Raises:
        UserError: a document does not say what a page quotes.
    """
    tested, said = Document.read(TESTS, tests), Document.read(FACTS, facts)
    claims, drawn, found = plan.config.claims, targets.figures(plan, group), []
    for name in names(plan):
        about = PAGES[name]
        found.append(
            {
                "name": name,
                "asked": f"{claims.prefix}-{'C1' if name == 'W' else name}".removeprefix("-"),
                "arms": _arms(plan, group, name),
                "claimed": [] if name in OURS else said.listed(name),
                "differences": {f"section {n.replace('.', ', item ')}": said.item(n) for n in about.items},
                "tested": [tested.opening(), *tested.paragraphs(name)],
                "amended": [] if name in OURS else tested.rows(name),
                "figures": _shown(plan, group, name, drawn),
                "target": about.target,
                "documents": [FACTS, TESTS],
            }
        )
    return found


def _arms(plan: Plan, group: str, name: str) -> list[str]:
    """Of a group's table, the arms whose lines are about a claim."""
    claims, shown = plan.config.claims, plan.shown[group]
    if name == "B":
        return [arm.name for arm in shown if arm.against]
    return [arm.name for arm in shown if (arm.name in claims.also if name == "W" else arm.group == claims.group)]


def _shown(plan: Plan, group: str, name: str, drawn: list[str]) -> list[str]:
    """Of what a group draws, the figures that a page shows: none of an arm that its lines are not about, unless it
    compares several."""
    whole = {f"{start}-{arm}" for start in ("fig3", "along-z") for arm in plan.arms}
    of_its_arms = {f"{start}-{arm}" for start in PAGES[name].figures for arm in _arms(plan, group, name)}
    named = [figure for figure in drawn if figure.startswith(PAGES[name].figures)]
    return [figure for figure in named if figure not in whole or figure in of_its_arms]
