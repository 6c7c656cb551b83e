"""What arms that translate cost: weights, and operations of a pass and of a step, counted by PyTorch."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import torch

from gangan.core.settings import Block
from gangan.papers.survey.config import Strokes, Translation
from gangan.papers.survey.players import count
from gangan.papers.survey.translation import networks
from gangan.papers.survey.translation.strokes import SIDE
from gangan.papers.survey.translation.training import DOMAINS, discriminator_loss, generators_loss
from gangan.show.tables import write_scores

META = torch.device("meta")  # shapes without numbers: nothing is computed


class Costed(Block):
    """An arm."""

    arm: str
    training: Translation


def costs(arms: list[Costed], table: Path) -> None:
    """Write what each arm costs: ``parameters`` of the generators and of the ``discriminators``, ``gmac_pass`` of an
    image from A to B, and ``gmac_step`` of all losses and their gradients, in 10⁹ multiplications with an addition.

    Args:
        arms: which.
        table: the CSV to write.
    """
    write_scores(pd.DataFrame([{"arm": one.arm, **cost(one.training)} for one in arms]), table)


def cost(training: Translation) -> dict[str, float]:
    """The same of one way to train."""
    side = training.crop or (SIDE if isinstance(training.data, Strokes) else training.data.side)
    with META:
        both = networks.translators(training.generators)
        told = {f"discriminator_{domain}": networks.discriminator(training.padding) for domain in DOMAINS}
        image = torch.zeros(1, 3, side, side)
        a, b = (torch.zeros(training.batch, 3, side, side) for _ in DOMAINS)

    def step() -> None:
        modules = {**both.modules, **told}
        generating = [weight for module in both.modules.values() for weight in module.parameters()]
        with torch.enable_grad():
            loss, made = generators_loss(training, modules, a, b)
            loss.backward(inputs=generating)  # type: ignore[no-untyped-call]
            for (name, module), real in zip(told.items(), (a, b), strict=True):
                discriminator_loss(module, real, made[name[-1]].detach()).backward()  # type: ignore[no-untyped-call]

    return {
        "parameters": count(*both.modules.values()),
        "discriminators": count(*told.values()),
        "gmac_pass": operations(lambda: both.to_b(image)),
        "gmac_step": operations(step),
    }


def operations(run: Callable[[], object]) -> float:
    """The multiplications, each with an addition, that something takes, in 10⁹."""
    from torch.utils.flop_counter import FlopCounterMode  # loads a compiler, which no job that only reads needs

    with FlopCounterMode(display=False) as counter:
        run()
    return float(counter.get_total_flops()) / 2e9
