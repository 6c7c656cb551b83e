"""The report's claims, each as a number of each seed (docs/claims/survey.md)."""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from gangan.core.settings import Block
from gangan.measure import stats
from gangan.measure.claims import Answer, Claim, Numbers, tested
from gangan.measure.runs import some
from gangan.papers.survey.config import Claims
from gangan.show.tables import rounded, table_job

RANKS = "rank correlation"
RATIO = "log of a ratio"
Asked = Iterator[tuple[Claim, str, Numbers]]  # the claim, of what, and a number of each seed


class Factor(Block):
    """An arm of the factorial, by what makes it up."""

    arm: str
    fused: bool
    width: int
    identity: bool


def of_toys(toys: pd.DataFrame, claims: Claims) -> Asked:
    """C1 and C2."""

    def of(arm: str, column: str) -> pd.Series:
        return toys[toys["arm"] == arm].set_index("seed")[column]

    for name, says, column, arm, balanced in (
        (
            "S1-C1",
            "against a discriminator trained to its optimum a generator misses modes",
            "misses",
            claims.optimal,
            claims.optimal_balanced,
        ),
        (
            "S1-C2",
            "a generator trained too much puts all mass on one spot",
            "spot",
            claims.overtrained,
            claims.overtrained_balanced,
        ),
    ):
        measure = "share of seeds"
        yield Claim(name, says, measure, 0.5, True, stats.share), arm, some(of(arm, column))
        than = Claim(f"{name}, than balanced", "… more often than with as many steps of both", f"Δ {measure}", 0, True)
        yield than, f"{arm} − {balanced}", some(of(arm, column) - of(balanced, column))


def of_drawings(runs: pd.DataFrame, claims: Claims) -> Asked:
    """C3 to C5."""
    for network in ("generator", "discriminator"):
        said = Claim("S1-C3", "losses of a GAN do not track quality", f"size of the {RANKS}", claims.tracks, False)
        found = ranks(runs, claims.infogan, f"loss_{network}", "frechet")
        yield said, f"{claims.infogan}, {network}", some(found.abs())
    for arm in (claims.wasserstein, claims.wasserstein_released):
        said = Claim("S1-C4", "the Wasserstein estimate falls with the distance", RANKS, claims.tracks, True)
        yield said, arm, some(-ranks(runs, arm, "loss_discriminator", "frechet"))
    last = runs.sort_values("after").groupby(["arm", "seed"])["scarcest"].last()
    for arm in (claims.wasserstein, claims.wasserstein_released):
        less = Claim("S1-C5", "WGAN drops fewer modes", "Δ least share of a class ÷ its real one", 0, True)
        of_arms = [last.xs(one) if one in last.index else pd.Series(dtype=float) for one in (arm, claims.gan)]
        yield less, f"{arm} − {claims.gan}", some(of_arms[0] - of_arms[1])


def ranks(runs: pd.DataFrame, arm: str, one: str, other: str) -> pd.Series:
    """By seed Spearman's correlation of two scores over the epochs of a run."""
    of_arm = runs[runs["arm"] == arm]
    found = {seed: run[one].corr(run[other], method="spearman") for seed, run in of_arm.groupby("seed")}
    return pd.Series(found, dtype=float)


def of_gradients(probed: pd.DataFrame, claims: Claims) -> Asked:
    """C6."""
    forms = [(claims.wasserstein, "critic", "S1-C6"), (claims.gan, "saturating", "S1-C6, discriminator")]
    forms.append((claims.gan, "non-saturating", "S1-C6, discriminator, non-saturating"))
    for arm, form, name in forms:
        critic = form == "critic"
        says = "near a critic's optimum the generator keeps its gradient" if critic else "… near a discriminator's not"
        said = Claim(name, says, "log₁₀ of the last gradient ÷ the first", -1, critic)
        of_form = probed[(probed["arm"] == arm) & (probed["form"] == form)].sort_values("step").groupby("seed")
        left = (of_form["gradient"].last() / of_form["gradient"].first()).astype(float)
        yield said, arm, some(pd.Series(np.log10(left)))


def of_translations(table: pd.DataFrame, factors: list[Factor], claims: Claims) -> Asked:
    """C7 to C9: as the report compares them, and by factor: the mean over pairs of arms that differ in it alone."""

    def of(arm: str, column: str) -> pd.Series:
        if column not in table:
            return pd.Series(dtype=float)
        return table[table["arm"] == arm].set_index("seed")[column].astype(float)

    contrasts = {"as reported": [(claims.fused, claims.baseline)], **pairs(factors)}

    def mean(pairs: list[tuple[str, str]], one: Callable[[str, str], pd.Series]) -> pd.Series:
        found = [one(*pair) for pair in pairs]
        return sum(found[1:], found[0]) / len(found) if found else pd.Series(dtype=float)

    def ratio(column: str) -> Callable[[str, str], pd.Series]:
        return lambda better, worse: pd.Series(np.log(of(worse, column) / of(better, column)))

    for of_what, those in contrasts.items():
        smaller = Claim("S1-C7", "the fused model is much smaller", f"{RATIO} of weights", np.log(claims.smaller), True)
        yield smaller, of_what, some(mean(those, ratio("parameters")))
    for of_what, those in contrasts.items():
        faster = Claim("S1-C8", "it is faster", f"{RATIO} of seconds", np.log(claims.faster), True)
        yield faster, of_what, some(mean(those, ratio("seconds")))
        counted = Claim("S1-C8, operations", "… by operations", f"{RATIO} of operations", np.log(claims.faster), True)
        yield counted, of_what, some(mean(those, ratio("gmac_step")))
    for to in ("b", "a"):
        for of_what, those in contrasts.items():
            worse = Claim(f"S1-C9, to {to.upper()}", "its translations are worse", f"{RATIO} of errors", 0, False)
            yield worse, of_what, some(mean(those, ratio(f"error_to_{to}")))


def pairs(factors: list[Factor]) -> dict[str, list[tuple[str, str]]]:
    """By factor the pairs of arms, the cheaper first, that differ in it alone."""
    found = {}
    narrow = min((one.width for one in factors), default=0)
    for of_what, key, cheap in (
        ("sharing", "fused", True),
        ("width", "width", narrow),
        ("identity", "identity", False),
    ):
        found[of_what] = [
            (one.arm, other.arm)
            for one in factors
            for other in factors
            if getattr(one, key) == cheap
            and getattr(other, key) != cheap
            and all(getattr(one, name) == getattr(other, name) for name in FACTORS if name != key)
        ]
    return found


FACTORS = ("fused", "width", "identity")


@table_job
def claims(
    factors: list[Factor],
    claims: Claims,
    toys: Path | None = None,
    drawings: Path | None = None,
    probed: Path | None = None,
    translations: Path | None = None,
    costs: Path | None = None,
) -> pd.DataFrame:
    """Every claim with its test, all one family. A table that is not given has no runs.

    Args:
        factors: the arms of the factorial.
        claims: what the claims name.
        toys: the table of toy runs.
        drawings: that of GANs of digits.
        probed: their gradients.
        translations: the table of GANs that translate.
        costs: what their arms cost.
    """
    asked = chain(
        of_toys(_read(toys, "misses", "spot"), claims),
        of_drawings(_read(drawings, "after", "scarcest"), claims),
        of_gradients(_read(probed, "form", "step", "gradient"), claims),
        of_translations(_read(translations).merge(_read(costs), on="arm"), factors, claims),
    )
    return rounded(tested([Answer(claim, {"of": of}, numbers) for claim, of, numbers in asked]))


def _read(path: Path | None, *columns: str) -> pd.DataFrame:
    return pd.read_csv(path) if path else pd.DataFrame(columns=["arm", "seed", *columns])
