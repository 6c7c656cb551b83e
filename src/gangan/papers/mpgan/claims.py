"""The text's claims, each as a number of each seed (docs/claims/mpgan.md)."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from gangan.measure.claims import Answer, Claim, Numbers, tested
from gangan.measure.runs import difference, ratio, some
from gangan.papers.mpgan.config import Claims
from gangan.papers.mpgan.results import Scores
from gangan.show.tables import rounded, table_job

DISTANCE, RATIO = "Δ Fréchet distance", "log ratio of Fréchet distances"
Asked = Iterator[tuple[Claim, str, Numbers]]  # the claim, of what, and a number of each seed


def of_training(scores: Scores, claims: Claims) -> Asked:
    """C1 to C5, and C8."""
    early, late = claims.early, claims.late
    pretrained = {claims.trained: "trained on", claims.frozen: "frozen"}

    def distance(arm: str, after: int) -> pd.Series:
        return scores.of(arm, after, "frechet")

    adam = Claim("S2-C1", f"Adam is better than SGD after {early} epochs", DISTANCE, 0, False)
    yield adam, "", difference(distance(claims.adam, early), distance(claims.sgd, early))
    for arm, of in pretrained.items():
        better = Claim(
            "S2-C2", f"a pretrained discriminator gives better digits after {early} epochs", DISTANCE, 0, False
        )
        yield better, of, difference(distance(arm, early), distance(claims.scratch, early))
    for arm, of in pretrained.items():
        caught = Claim("S2-C3", f"from scratch it has caught up after {late}", RATIO, np.log1p(claims.near), False)
        yield caught, of, ratio(distance(claims.scratch, late), distance(arm, late))
    for arm, of in {claims.scratch: "from scratch", **pretrained}.items():
        scarce = Claim("S2-C4", "some digits are scarce", "least share of a class ÷ its real one", claims.scarce, False)
        yield scarce, of, some(scores.of(arm, late, "scarcest"))
    seconds = [scores.of(arm, late, "seconds") for arm in (claims.frozen, claims.trained)]
    saved = None if (found := ratio(*seconds)) is None else [float(1 - np.exp(one)) for one in found]
    measure = "share of the seconds that freezing saves"
    yield Claim("S2-C5, shorter", "a frozen discriminator shortens training", measure, 0, True), "", saved
    yield Claim("S2-C5, by little", "… not by much", measure, claims.saved, False), "", saved
    quality = "Δ seconds to the mean distance from scratch"
    until = {arm: to_quality(scores, arm, claims) for arm in pretrained}
    reached = difference(until[claims.frozen], until[claims.trained])
    yield (
        Claim("S2-C5, quality", "… to a given quality", quality, 0, False, test=None),
        f"after {early} epochs",
        reached,
    )
    no_help = Claim("S2-C8", "batch norm instead of dropout does not help", RATIO, -np.log1p(claims.near), True)
    yield no_help, "", ratio(distance(claims.batch_norm, early), distance(claims.scratch, early))


def to_quality(scores: Scores, arm: str, claims: Claims) -> pd.Series:
    """Seconds until a run's distance is at a look for the first time as low as the mean of those from scratch early on,
    by seed; without the seeds that do not reach it."""
    bar = scores.of(claims.scratch, claims.early, "frechet").mean()
    good = scores.runs[(scores.runs["arm"] == arm) & (scores.runs["frechet"] <= bar)]
    return good.groupby("seed")["seconds"].min()


def of_latent(scores: Scores, claims: Claims) -> Asked:
    """C6 and C7."""
    planes = scores.places.query("what == 'neighbours'")["of"].unique()
    for plane in planes:
        apart = [scores.at(claims.scratch, what, plane) for what in ("neighbours", "pairs")]
        measure = "distance of neighbours ÷ of all pairs"
        alike = Claim("S2-C6", "neighbours in the latent space give similar images", measure, claims.alike, False)
        yield alike, plane, some(apart[0] / apart[1])
    centre, usual, far = (f"{norm:g}" for norm in claims.norms)

    def against_usual(what: str, norm: str) -> Numbers:
        return difference(scores.at(claims.scratch, what, norm), scores.at(claims.scratch, what, usual))

    for of, norm in (("near 0", centre), ("far away", far)):
        sure = Claim(f"S2-C7, {of}", f"{of} there is no digit: the judge is less sure", "Δ confidence", 0, False)
        yield sure, f"z of length {norm} against {usual}", against_usual("confidence", norm)
        outside = Claim(f"S2-C7, {of}, energy", "… and more is of no digit", "Δ off-manifold energy", 0, True)
        yield outside, f"z of length {norm} against {usual}", against_usual("energy", norm)


@table_job
def claims(runs: Path, places: Path, claims: Claims) -> pd.DataFrame:
    """Every claim with its test, all one family.

    Args:
        runs: the table of runs.
        places: the table of places in their latent spaces.
        claims: what the claims name.
    """
    scores = Scores.read(runs, places)
    asked = chain(of_training(scores, claims), of_latent(scores, claims))
    return rounded(tested([Answer(claim, {"of": of}, numbers) for claim, of, numbers in asked]))
