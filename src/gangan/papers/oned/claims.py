"""The text's claims, each as a rate of runs or a difference paired by seed (docs/claims/oned.md)."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pandas as pd

from gangan.measure.claims import Answer, Claim, Numbers, tested
from gangan.measure.runs import difference, some
from gangan.measure.stats import share
from gangan.papers.oned.config import Claims, Setting
from gangan.papers.oned.results import KEYS, Runs
from gangan.show.tables import rounded, table_job

RATE, FITS = "rate of runs", "Δ share of runs that fit"
LAYERS = {"none": "without the layer", "apart": "with the layer"}
OPTIMIZERS = {"gd": "gradient descent", "adam": "Adam"}
Asked = Iterator[tuple[Claim, str, Numbers]]  # the claim, of what, and a number of each seed


def against_others(runs: Runs, key: str, value: int, **changes: object) -> Numbers:
    """Whether a seed's run fits with one value of a key, minus the mean over its other values."""
    values = runs.table[key].unique().tolist()
    fits = {one: runs.values("fits", **{key: one}, **changes) for one in values}
    others = [found for one, found in fits.items() if one != value and len(found)]
    if value not in fits or not others:
        return None
    return difference(fits[value], pd.DataFrame(others).mean())


def of_versions(runs: Runs, claims: Claims) -> Asked:
    """C1 to C4, of each base version."""
    for preset in claims.presets:

        def value(column: str, preset: str = preset, **changes: object) -> pd.Series:
            return runs.values(column, preset=preset, **changes)

        without, layer = value("fits"), value("fits", minibatch="apart")
        robust = Claim("C1", "Adam is more robust over seeds than gradient descent", FITS, 0, True)
        yield robust, preset, difference(without, value("fits", optimizer="gd"))
        collapse = "without the minibatch layer the generator collapses"
        yield Claim("C2, collapse", collapse, RATE, 0.5, True, share), preset, some(value("collapsed"))
        less = Claim("C2, less", "… and with it less", "Δ share of collapsed runs", 0, False)
        yield less, preset, difference(value("collapsed", minibatch="apart"), value("collapsed"))
        spread = value("spread", minibatch="apart")
        matches = spread.between(1 / claims.spread, claims.spread)
        yield Claim("C2, spread", "… with it the spread matches", RATE, 0.5, True, share), preset, some(matches)
        for network, says, above in (
            ("discriminator", "with the layer the discriminator's loss is lower", False),
            ("generator", "… and the generator's higher", True),
        ):
            column = f"loss_{network}"
            losses = difference(value(column, minibatch="apart"), value(column))
            yield Claim(f"C3, {network}", says, "Δ loss", 0, above), preset, losses
        failures = Claim("C4, failures", "some seeds fail with Adam", RATE, claims.rare, True, share)
        yield failures, preset, some(1 - without)
        rescued = some(layer[without[without == 0].index.intersection(layer.index)])
        of_failed = "rate of the seeds that fail without it"
        yield Claim("C4, rescued", "the layer rescues some", of_failed, claims.rare, True, share), preset, rescued
        yield Claim("C4, not all", "… and not all", of_failed, 1 - claims.rare, False, share), preset, rescued
        yield Claim("C4, on the whole", "… which is a help", FITS, 0, True), preset, difference(layer, without)


def of_sizes(runs: Runs, claims: Claims) -> Asked:
    """C5, of units and of layers."""
    for key, value, name in (("width", claims.width, ""), ("depth", claims.depth, " depth")):
        what = "units" if key == "width" else "hidden layers"
        for minibatch, of in LAYERS.items():
            best = Claim(f"C5, best{name}", f"{value} {what} are best", FITS, 0, True)
            yield best, of, against_others(runs, key, value, minibatch=minibatch)
            more, here = (runs.values("fits", **{key: size}, minibatch=minibatch) for size in (value + 1, value))
            for side, bound in (("below", claims.small), ("above", -claims.small)):
                small = f"C5, small{name}, {side}"
                says = f"… by little: one more of the {what} changes little"
                yield Claim(small, says, FITS, bound, side == "above", joint=f"C5{key}"), of, difference(more, here)


def of_mixtures(runs: Runs, claims: Claims) -> Asked:
    """C6."""
    fits = {
        (optimizer, minibatch): runs.values(
            "fits", optimizer=optimizer, minibatch=minibatch, distribution=claims.mixture
        )
        for optimizer in OPTIMIZERS
        for minibatch in LAYERS
    }
    for optimizer, of in OPTIMIZERS.items():
        fails = Claim("C6, fails", "a mixture of two normals is mostly not learned", RATE, 0.5, False, share)
        yield fails, of, some(fits[optimizer, "none"])
    descent = Claim("C6, optimizer", "gradient descent does better there", FITS, 0, True)
    yield descent, "", difference(fits["gd", "none"], fits["adam", "none"])
    noise = [
        runs.values("noise_discriminator", optimizer="gd", distribution=one)
        for one in (claims.mixture, runs.default.distribution)
    ]
    oscillates = Claim("C6, oscillates", "the discriminator's loss goes on oscillating", "Δ noise of its loss", 0, True)
    yield oscillates, OPTIMIZERS["gd"], difference(noise[0], noise[1])
    for optimizer, of in OPTIMIZERS.items():
        no_help = Claim("C6, no help", "the minibatch layer does not help", FITS, claims.small, False)
        yield no_help, of, difference(fits[optimizer, "apart"], fits[optimizer, "none"])


def of_spreads(runs: Runs, claims: Claims, steps_in_all: int) -> Asked:
    """C7."""
    narrow, one, two, three = claims.sigmas

    def value(column: str, distribution: str) -> pd.Series:
        return runs.values(column, distribution=distribution)

    yield Claim("C7, good", f"{narrow} is learned well", RATE, 0.5, True, share), "", some(value("fits", narrow))
    steps = value("steps", narrow)
    yield (
        Claim("C7, fast", "… and in the first half of the steps", RATE, 0.5, True, share),
        "",
        some(steps <= steps_in_all / 2),
    )
    worse = Claim("C7, worse", f"{one} fits less", FITS, 0, False)
    yield worse, "", difference(value("fits", one), value("fits", narrow))
    for network in ("discriminator", "generator"):
        noisier = Claim(f"C7, noisier {network}", "… with noisier losses", "Δ noise of its loss", 0, True, joint="C7")
        column = f"noise_{network}"
        yield noisier, "", difference(value(column, one), value(column, narrow))
    within = Claim("C7, within", f"{two} is at least within the bounds of the data", RATE, 0.5, True, share)
    yield within, "", some(value("within", two))
    yield Claim("C7, only", "… but no more", RATE, 0.5, False, share), "", some(value("fits", two))
    yield Claim("C7, fails", f"{three} is not learned", RATE, 0.5, False, share), "", some(value("fits", three))


@table_job
def claims(runs: Path, setting: Setting, claims: Claims, steps: int) -> pd.DataFrame:
    """Every claim with its test, all one family.

    Args:
        runs: the table of runs.
        setting: the default one.
        claims: what the claims name.
        steps: of a run of the default setting.
    """
    table = Runs.read(runs, setting)
    asked = chain(
        of_versions(table, claims),
        of_sizes(table, claims),
        of_mixtures(table, claims),
        of_spreads(table, claims, steps),
    )
    return rounded(tested([Answer(claim, {"of": of}, numbers) for claim, of, numbers in asked]))


@table_job
def rates(runs: Path) -> pd.DataFrame:
    """By setting the shares of runs that fit, collapsed and diverged, with intervals, and medians of what else is
    measured, over the runs that have it: ``steps`` those that converged, all else those that did not diverge."""
    lines = []
    table = pd.read_csv(runs, keep_default_na=False, na_values=[""])
    for setting, of_setting in table.groupby(KEYS, sort=False):
        line = dict(zip(KEYS, setting, strict=True)) | {"n": len(of_setting)}
        for name in ("fits", "collapsed", "diverged"):
            found = share(of_setting[name].tolist(), 0.5)
            line |= {name: found.estimate, f"{name}_low": found.low, f"{name}_high": found.high}
        line |= {f"median {name}": of_setting[name].median() for name in ("distance", "ks", "shift", "spread", "steps")}
        line["converged"] = of_setting["steps"].count()
        lines.append(line)
    return rounded(pd.DataFrame(lines))
