"""What a group of arms makes: names of figures, and all files."""

from gangan.core import outputs
from gangan.papers.gangan.rules import Plan


def figures(plan: Plan, group: str) -> list[str]:
    """The names of a group's figures."""
    arms = plan.shown[group]
    own = [arm for arm in arms if arm.group == group]
    names = ["fig1", f"losses-gangans-{group}"]
    zoos = plan.zoos(arms)
    names += [f"{kind}-{zoo}" for zoo in zoos for kind in ("fig2", "pca", "epochs")]
    names += [f"losses-zoo-{zoo}" for zoo in zoos if not plan.config.zoos[zoo].file]
    names += [f"{kind}-{arm.name}" for arm in own for kind in ("fig3", "along-z")]
    here = {arm.name for arm in arms}
    if plan.strip and here.issuperset(arm.name for arm in plan.strip):
        names.append("strip")
    alike = {(key, found[0].name): found for (key, name), found in plan.series.items() if name in here}
    names += [
        f"{key}-{first}"
        for (key, first), found in alike.items()
        if len(found) > 1 and here.issuperset(arm.name for arm in found)
    ]
    return sorted(names)


def everything(plan: Plan, group: str) -> list[str]:
    """All files of a group: figures, their chains, the explorer, pages of claims, tables, and scores of seeds to
    choose by. A factorial design has effects in place of claims, which are about arms trained for longer."""
    shown = figures(plan, group)
    explorer = [f"{plan.folder}/explorer.html"] if plan.explored and group == plan.config.claims.group else []
    tables = [
        "architectures",
        "hyperparameters",
        "runtimes",
        "effects" if group in plan.factorials else "claims",
        "readings",
        "quality",
        "attempts",
        "generators",
    ]
    pages = [] if group in plan.factorials else [f"{plan.folder}/claims/{group}/index.md"]
    return [
        *outputs.everything(plan.folder, shown, (f"{group}/{name}" for name in tables), claims=False),
        *explorer,
        *pages,
        *(
            f"{plan.folder}/metrics/gangans/{arm.name}/{seed}.csv"
            for arm in plan.shown[group]
            if arm.group == group
            for seed in arm.tuning_seeds
        ),
    ]
