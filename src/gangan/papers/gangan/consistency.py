"""What the values of the block ``gangan`` must be to each other. A mistake names the key, below the block."""

from typing import TYPE_CHECKING

from gangan.core.settings import LARGEST, refuse_repetition, refuse_unless_below

if TYPE_CHECKING:
    from gangan.papers.gangan.config import Arm, Config


def refuse_inconsistent(config: "Config") -> None:
    """Values that are right alone and not together.

    Raises:
        ValueError: names the first.
    """
    refuse_repetition("arms", [arm.name for arm in config.arms])
    _check_zoos(config)
    for arm in config.arms:
        here = f"arms.{arm.name}"
        refuse_repetition(f"{here}.seeds", [*arm.seeds, *arm.tuning_seeds])
        if arm.draws_from is None:
            _check_training(config, arm)
        else:
            _check_draws(config, arm)
        _refuse_unless_zoo(config, f"{here}.against", arm.against)
    groups = list(dict.fromkeys(arm.group for arm in config.arms))
    if config.claims.group not in groups:
        raise ValueError(f"claims.group: {config.claims.group}; allowed: {', '.join(groups)}")
    _refuse_unless_zoo(config, "claims.held_out", config.claims.held_out)
    if learners := [arm.name for arm in config.arms if arm.zoo and arm.zoo == config.claims.held_out]:
        raise ValueError(
            f"claims.held_out: {config.claims.held_out}; allowed: a zoo that arm {learners[0]} does not learn"
        )
    limits = {f"evaluation.{key}": getattr(config.evaluation, key) for key in ("neighbour_images", "images")}
    refuse_unless_below("evaluation.neighbours", config.evaluation.neighbours, limits)


def _check_zoos(config: "Config") -> None:
    for name, zoo in config.zoos.items():
        if zoo.runs > (most := LARGEST + 1 - zoo.first):
            raise ValueError(f"zoos.{name}.runs: {zoo.runs}; allowed: 1 … {most}, numbers up to {LARGEST}")
        refuse_repetition(f"zoos.{name}.snapshots", zoo.snapshots)
        for key, values, allowed in (
            ("averages", zoo.averages, f"1 … {zoo.gan.epochs}"),
            ("snapshots", [epoch + 1 for epoch in zoo.snapshots], f"0 … {zoo.gan.epochs - 1}"),
        ):
            if max(values) > zoo.gan.epochs:
                raise ValueError(f"zoos.{name}.{key}: {max(getattr(zoo, key))}; allowed: {allowed}, its epochs")


def _check_draws(config: "Config", arm: "Arm") -> None:
    named = {one.name: one for one in config.arms}
    here = f"arms.{arm.name}"
    given = [key for key in ("zoo", "rows", "training", "looks") if key in arm.model_fields_set]
    if given:
        raise ValueError(f"{here}.{given[0]}: not with draws_from, whose GAN-GANs are trained already")
    other = named.get(arm.draws_from or "")
    if other is None or other.draws_from:
        trained = ", ".join(name for name, one in named.items() if not one.draws_from)
        raise ValueError(f"{here}.draws_from: no arm {arm.draws_from!r} that trains; allowed: {trained}")
    if arm.draws.renormalise:
        _refuse_unless_mlp(config, other, f"{here}.draws.renormalise")
    if arm.draws.after not in (None, *other.looks):
        allowed = ", ".join(map(str, other.looks)) or "none"
        raise ValueError(f"{here}.draws.after: {arm.draws.after}; allowed: looks of {other.name}: {allowed}")
    missing = {*arm.seeds, *arm.tuning_seeds} - {*other.seeds, *other.tuning_seeds}
    if missing:
        raise ValueError(f"{here}.seeds: {sorted(missing)[0]}; allowed: those of {arm.draws_from}")


def _check_training(config: "Config", arm: "Arm") -> None:
    here, rows, training = f"arms.{arm.name}", arm.rows, arm.training
    if arm.draws.after:
        raise ValueError(f"{here}.draws.after: {arm.draws.after}; allowed with draws_from")
    refuse_repetition(f"{here}.looks", arm.looks)
    if arm.looks and training and max(arm.looks) >= training.epochs:
        raise ValueError(f"{here}.looks: {max(arm.looks)}; allowed: below {training.epochs}, its epochs")
    if arm.zoo not in config.zoos:
        raise ValueError(f"{here}.zoo: no zoo {arm.zoo!r}; allowed: {', '.join(config.zoos)}")
    zoo = config.zoos[arm.zoo]
    numbers = range(zoo.first, zoo.first + zoo.runs)
    if rows.own_run and rows.runs is not None:
        raise ValueError(f"{here}.rows.own_run: true; allowed with rows.runs: false")
    runs = [*arm.seeds, *arm.tuning_seeds] if rows.own_run else rows.runs or list(numbers)
    key = "seeds" if rows.own_run else "rows.runs"
    refuse_repetition(f"{here}.{key}", runs)
    if missing := sorted({*runs} - {*numbers}):
        allowed = f"{numbers[0]} … {numbers[-1]}"
        raise ValueError(f"{here}.{key}: {missing[-1]}; allowed: {allowed}, runs of {arm.zoo}")
    if rows.from_epoch >= zoo.gan.epochs:
        raise ValueError(f"{here}.rows.from_epoch: {rows.from_epoch}; allowed: 0 … {zoo.gan.epochs - 1}")
    assert training is not None  # _trained gave it one
    for key, wanted in (
        ("training.space.align", training.space.align),
        ("training.renormalise", training.renormalise),
        ("draws.renormalise", arm.draws.renormalise),
    ):
        if wanted:
            _refuse_unless_mlp(config, arm, f"{here}.{key}")
    distinct = (1 if rows.own_run else len(runs)) * (zoo.gan.epochs - rows.from_epoch)
    steps = training.loss.critic_steps if training.loss.kind == "wgan-gp" else 1
    if training.batch * steps > distinct * rows.repeat:
        given = distinct * rows.repeat
        raise ValueError(f"{here}: a batch of {training.batch * steps} needs as many rows; {arm.zoo} gives {given}")
    count = training.space.count if training.space.kind == "components" else 0
    if count > distinct:
        raise ValueError(f"{here}.training.space.count: {count}; allowed: 1 … {distinct}, the rows it reads")


def _refuse_unless_zoo(config: "Config", key: str, zoo: str | None) -> None:
    if zoo not in (None, *config.zoos):
        raise ValueError(f"{key}: no zoo {zoo!r}; allowed: {', '.join(config.zoos)}")


def _refuse_unless_mlp(config: "Config", arm: "Arm", key: str) -> None:
    kind = config.zoos[arm.zoo or ""].gan.network.kind
    if kind != "mlp":
        raise ValueError(f"{key}: true; allowed with a zoo of {kind}s: false")
