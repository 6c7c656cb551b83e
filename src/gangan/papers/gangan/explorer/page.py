"""The explorer: a zoo's weight space and the digits of its GANs, and of those that GAN-GANs draw, to point at.

Generators' halves of rows alone are in the page: they draw. Of the GAN-GANs those whose latent is one
number, as the paper's, each cut to few directions (``curve``). What the page may weigh decides how much it holds.
"""

import json
from pathlib import Path

from gangan.core.files import UserError
from gangan.papers.gangan.config import Arm, Gan, Samples
from gangan.papers.gangan.explorer.contents import Facts, Zoo, add_curve, gangan_facts
from gangan.papers.gangan.explorer.curve import cut
from gangan.papers.gangan.explorer.pack import Weights
from gangan.papers.gangan.networks import SLOPE
from gangan.papers.gangan.reporting import results
from gangan.papers.gangan.reporting.noise import noise
from gangan.papers.gangan.reporting.results import Scored
from gangan.papers.gangan.training import sample
from gangan.show.pages import Page, page_job

TEMPLATE = Path(__file__).with_name("page.html")
Row = tuple[Zoo, int, int]  # with run and epoch


@page_job
def explore(
    study: str,
    version: str,
    seed: int,
    megabytes: float,
    digits: int,
    samples: Samples,
    gans: dict[str, Gan],
    snapshots: dict[str, list[int]],
    scored: Scored,
    zoos: list[Path],
    projections: list[Path],
    weights: list[Path],
    scores: list[Path],
) -> Page:
    """The page of a study.

    Args:
        study: its name.
        version: of this package.
        seed: of the study.
        megabytes: what the page may weigh, 10⁶ bytes each.
        digits: drawn of each GAN, from the noise of Fig. 3 if it draws as many.
        samples: how far z goes.
        gans: how the GANs of each zoo were trained.
        snapshots: by zoo the epochs of Fig. 2, that are kept of its first run.
        scored: the zoos and arms that are shown, and how they were scored.
        zoos: the packed zoos, in the order of ``gans``.
        projections: the principal components of each.
        weights: of the GAN-GANs, by arm and seed.
        scores: of zoos and arms.

    Raises:
        UserError: there is no room for a row of each zoo and one GAN-GAN.
    """
    found = results.read(scored, scores)
    shown = {
        name: Zoo(name, zoo, projection, found.zoos[name], gans[name])
        for name, zoo, projection in zip(gans, zoos, projections, strict=True)
    }
    held = Weights()
    vectors = {name: noise(seed, digits, zoo.network.latent) for name, zoo in shown.items()}
    begins = dict(zip(vectors, held.add(*vectors.values()) or [], strict=True))
    curves: list[Facts] = []

    def page() -> Page:
        told = {
            "study": study,
            "slope": SLOPE,
            "digits": digits,
            "extent": samples.extent,
            "count": len(weights),
            "judge": found.judge,
            "bytes": held.size,
            "sha256": held.sha256,
            "zoos": {name: zoo.facts(begins[name]) for name, zoo in shown.items()},
            "gangans": sorted(curves, key=lambda one: (names.index(one["arm"]), one["seed"])),
        }
        return Page(TEMPLATE, {"study": study, "version": version, "facts": told, "weights": held.texts})

    def hold(arm: Arm, of_seed: int, path: Path) -> bool:
        zoo, gangan = shown[arm.zoo or ""], sample.read(path, arm.draws.after)
        curve, axes, error = cut(gangan, samples.extent, vectors[zoo.name])
        along = found.arms[arm.name].of_points("line").query("seed == @of_seed")
        facts = gangan_facts(arm, of_seed, gangan, zoo.map.curve(gangan, samples.extent), along) | {"error": error}
        held_at = add_curve(curve, axes, held, told=len(json.dumps(facts)))
        if held_at is None:
            return False
        curves.append(facts | {"weights": held_at})
        return True

    def hold_row(zoo: Zoo, run: int, epoch: int) -> bool:
        return zoo.hold(run, epoch, held, vectors[zoo.name])

    names = [arm.name for arm in scored.arms]
    held.room = megabytes * 1e6 - len(page().text("").encode())
    (opening, *first), others = _by_seed(scored.arms, weights)
    early, late = _rows(shown, snapshots)
    early.sort(key=lambda row: row[0].name != opening[0].zoo)
    one: dict[str, Row] = {}
    for row in early:
        one.setdefault(row[0].name, row)
    # The page opens with the row and the GAN-GAN that it holds first, and draws them before the rest has been read.
    at_once, *of_others = one.values()
    if not (hold_row(*at_once) and hold(*opening) and all(hold_row(*row) for row in of_others)):
        raise UserError(f"gangan.explorer.megabytes: {megabytes:g}; too little for a GAN-GAN, allow more")
    for gangan in first:  # each that fits: one that draws noise takes several times as much as one that draws digits
        hold(*gangan)
    if all(hold_row(*row) for row in early if row is not one[row[0].name]):
        _ = all(hold(*gangan) for gangan in others)  # as long as they fit
        _ = all(hold_row(*row) for row in late)
    return page()


def _by_seed(arms: list[Arm], weights: list[Path]) -> tuple[list[tuple[Arm, int, Path]], list[tuple[Arm, int, Path]]]:
    """The first GAN-GAN of each arm, and the others: second seeds before third ones."""
    pairs = [(i, arm, seed) for arm in arms for i, seed in enumerate(arm.seeds)]
    found = [(i, arm, seed, path) for (i, arm, seed), path in zip(pairs, weights, strict=True)]
    ordered = [(arm, seed, path) for _, arm, seed, path in sorted(found, key=lambda one: one[0])]
    return ordered[: len(arms)], ordered[len(arms) :]


def _rows(zoos: dict[str, Zoo], snapshots: dict[str, list[int]]) -> tuple[list[Row], list[Row]]:
    """What matters most first: of each run the last row, and of the first run those of Fig. 2; and then, if there is
    room after other GAN-GANs, those of other runs, and all rows."""
    last, first, other, every = [], [], [], []
    for name, zoo in zoos.items():
        runs = zoo.rows["gan"].unique().tolist()
        last += [(zoo, run, int(zoo.rows["epoch"].max())) for run in runs]
        first += [(zoo, runs[0], epoch) for epoch in snapshots[name]]
        other += [(zoo, run, epoch) for run in runs[1:] for epoch in snapshots[name]]
        every += [(zoo, run, epoch) for run, epoch in zoo.rows[["gan", "epoch"]].itertuples(index=False)]
    return last + first, other + every
