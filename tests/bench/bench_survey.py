"""Steps of the survey's GANs against plain loops of the same layers, in turns, on one thread; and the memory of it.
``PYTHONPATH=src:tests:tests/bench python tests/bench/bench_survey.py``"""

import copy
import itertools
import resource
from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn
from workloads import side_by_side

from gangan.core.device import prepare
from gangan.papers.survey.config import Generators, Translation
from gangan.papers.survey.drawing import networks as drawing
from gangan.papers.survey.drawing.training import Players as Drawers
from gangan.papers.survey.translation import networks as translation
from gangan.papers.survey.translation.training import Players as Translators
from gangan.papers.survey.translation.training import fresh
from support.survey import CONFIG, CPU

ADAM = {"lr": 2e-4, "betas": (0.5, 0.999)}
ROUNDS = 5


def drawn(arm: str, batch: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """A step of an arm of digits, and by the book."""
    training = {one.name: one.training for one in CONFIG.drawing_arms}[arm]
    streams = {name: torch.Generator().manual_seed(0) for name in ("generator", "discriminator")}
    kind = drawing.fresh(training.network, 1, streams)
    plain = {name: copy.deepcopy(module) for name, module in kind.modules.items()}
    players = Drawers(kind.to(CPU), training, 100)
    pixels, random = torch.randint(0, 256, (1024, 1, 28, 28), dtype=torch.uint8), torch.Generator()

    def noise() -> Tensor:
        return kind.noise(torch.empty(batch, kind.latent), random)

    def ours() -> None:
        z = noise()
        players.turns["discriminator"].step((kind.images(pixels[torch.randint(1024, (batch,))]), z, 1))
        players.turns["generator"].step(z)

    images = kind.images(pixels)
    for_g, for_d = (torch.optim.Adam(plain[name].parameters(), **ADAM) for name in ("generator", "discriminator"))
    told, ones, zeros = F.binary_cross_entropy_with_logits, torch.ones(batch, 1), torch.zeros(batch, 1)

    @torch.enable_grad()
    def book() -> None:
        made = plain["generator"](noise())
        for_d.zero_grad()
        told(plain["discriminator"](images[torch.randint(1024, (batch,))]), ones).backward()
        told(plain["discriminator"](made.detach()), zeros).backward()
        for_d.step()
        for_g.zero_grad()
        told(plain["discriminator"](made), ones).backward()
        for_g.step()

    return ours, book


def translated(training: Translation) -> tuple[Callable[[], object], Callable[[], object]]:
    """A step of an arm that translates, and by the book: PyTorch's own reflection padding, no pools."""
    modules = fresh(training, 0, 0, CPU)
    plain = copy.deepcopy(modules)
    for module in plain.values():
        for parent in module.modules():
            for name, child in list(parent.named_children()):
                if isinstance(child, translation.Reflect):
                    setattr(parent, name, nn.ReflectionPad2d(child.width))
    players, images = Translators(training, modules, 32), torch.rand(2, 1, 3, 32, 32) * 2 - 1

    def ours() -> None:
        players.turns["generators"].step((images[0], images[1]))
        for domain, real in zip("ab", images, strict=True):
            players.turns[f"discriminator_{domain}"].step(real)

    names = [name for name in plain if not name.startswith("discriminator")]
    for_g = torch.optim.Adam(itertools.chain(*(plain[name].parameters() for name in names)), **ADAM)
    for_d = {domain: torch.optim.Adam(plain[f"discriminator_{domain}"].parameters(), **ADAM) for domain in "ab"}

    def through(domain: str, some: Tensor) -> Tensor:
        return plain[f"to_{domain}"](plain["encoder"](some) if "encoder" in plain else some)

    @torch.enable_grad()
    def book() -> None:
        a, b = images
        fake_b, fake_a = through("b", a), through("a", b)
        loss = sum(
            F.mse_loss(plain[f"discriminator_{domain}"](fake), torch.ones(1))
            for domain, fake in (("a", fake_a), ("b", fake_b))
        )
        loss = loss + 10 * (F.l1_loss(through("a", fake_b), a) + F.l1_loss(through("b", fake_a), b))
        if training.identity:
            loss = loss + 5 * (F.l1_loss(through("b", b), b) + F.l1_loss(through("a", a), a))
        for_g.zero_grad()
        loss.backward()
        for_g.step()
        for domain, real, fake in (("a", a, fake_a), ("b", b, fake_b)):
            score = plain[f"discriminator_{domain}"]
            told = F.mse_loss(score(real), torch.ones(1)) + F.mse_loss(score(fake.detach()), torch.zeros(1))
            for_d[domain].zero_grad()
            (told / 2).backward()
            for_d[domain].step()

    return ours, book


def main() -> None:
    """Print the ratios."""
    prepare(1)
    works = {
        "infogan, batch 64": drawn("infogan", 64),
        "dcgan of digits, batch 64": drawn("dcgan", 64),
    }
    for kind, width, identity in itertools.product(("two", "fused"), (64, 32, 16), (5, 0)):
        generators = Generators(kind=kind, width=width, blocks=6)
        training = CONFIG.translation.model_copy(update={"generators": generators, "identity": identity})
        works[f"{kind}, width {width}, identity {identity}, 32 × 32"] = translated(training)
    for name, (ours, book) in works.items():
        mine, plain = side_by_side(ROUNDS, ours, book)
        print(f"{name}: {mine:.3f} s a step; {mine / plain:.2f} × a plain loop", flush=True)
    print(f"memory of all, at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
