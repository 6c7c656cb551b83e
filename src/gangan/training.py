"""The adversarial loop (paper, algorithm 1): phases, epoch streams, divergence. It knows phases, not GANs."""

import ctypes
import hashlib
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import torch
from torch import Tensor, autograd
from tqdm import tqdm

from gangan.checkpoint import Checkpoint, Epoch
from gangan.devices import claim
from gangan.files import UserError

log = logging.getLogger(__name__)
LINE_SECONDS = 10.0  # between two progress lines in a log
# Scores that the loss follows from; and the gradients of each of the optimizer's groups, in turn: one may be made when
# the group before has been updated, and need not outlive that.
Gradients = tuple[Tensor, Iterable[Sequence[Tensor]]]


def stream(seed: int, kind: str, run: int, epoch: int, device: torch.device) -> torch.Generator:
    """The random generator of one purpose in one epoch of one run: a function of its arguments, no state.

    So a run does not depend on what is trained beside it, and resuming needs no generator state.
    """
    digest = hashlib.sha256(f"{seed}/{kind}/{run}/{epoch}".encode()).digest()
    return torch.Generator(device).manual_seed(int.from_bytes(digest[:8], "little") >> 1)


def prepare(threads: int) -> torch.device:
    """Set this process up for training (threads, deterministic kernels, no autograd) and say which device to use.

    All arithmetic is that of float32: convolutions on a GPU would use TF32 unless told not to.
    """
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.allow_tf32 = False
    torch.set_float32_matmul_precision("highest")
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined] # nothing is read before it is written
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        # glibc hands freed activations back to the kernel and pays page faults to get them again at the next step,
        # a third of a GAN step. M_MMAP_MAX (-4) and M_TRIM_THRESHOLD (-1) of malloc.h make it keep them.
        libc.mallopt(-4, 0)
        libc.mallopt(-1, 2**31 - 1)
    return _device()


def _device() -> torch.device:
    """The GPU that this process should use, or else the CPU."""
    if not torch.cuda.is_available():
        given = os.environ.get("CUDA_VISIBLE_DEVICES")  # by SLURM, or to hide them
        if given and given not in {"-1", "NoDevFiles"}:
            try:
                torch.cuda.init()  # type: ignore[no-untyped-call]
            except (AssertionError, RuntimeError) as error:  # not made for GPUs; no driver, or one too old
                log.warning("GPU %s was given, but this runs on the CPU: %s", given, str(error).splitlines()[0])
        return torch.device("cpu")
    gpus = [str(torch.cuda.get_device_properties(i).uuid) for i in range(torch.cuda.device_count())]
    torch.cuda.set_device(claim(gpus))
    log.info("on %s", torch.cuda.get_device_name())
    return torch.device("cuda")


class Adam:
    """Adam, with PyTorch's defaults unless told otherwise. Elementwise, so stacked GANs stay independent.

    With a decay for ``average`` it keeps an exponential moving average of the weights beside them.
    """

    def __init__(
        self,
        groups: Sequence[Sequence[Tensor]],
        learning_rate: float,
        betas: tuple[float, float] = (0.9, 0.999),
        average: float = 0.0,
    ):
        self.weights = [weight for group in groups for weight in group]  # updated in place
        self.learning_rate = learning_rate
        self.betas = betas
        self.decay = average
        dense = [_dense(weight) for weight in self.weights]
        self.mean = [torch.zeros_like(weight) for weight in dense]
        self.square = [torch.zeros_like(weight) for weight in dense]
        self.average = [weight.clone() for weight in self.weights] if average else []
        state = dense, self.mean, self.square, self.weights, self.average
        ends = pairwise(accumulate(map(len, groups), initial=0))
        self._groups = [[tensors[a:b] for tensors in state] for a, b in ends]
        self.steps = torch.zeros((), device=self.weights[0].device)

    @property
    def made(self) -> list[Tensor]:
        """What training is for: the average if it is kept, or else the weights."""
        return self.average or self.weights

    def step(self, gradients: Iterable[Sequence[Tensor]]) -> None:
        """One update, by the operator itself: the Optimizer class costs more than the arithmetic here."""
        self.steps.add_(1)
        for (dense, mean, square, weights, average), gradient in zip(self._groups, gradients, strict=True):
            torch._fused_adam_(
                dense, [_dense(g) for g in gradient], mean, square, [], [self.steps] * len(dense),
                lr=self.learning_rate, beta1=self.betas[0], beta2=self.betas[1], weight_decay=0.0, eps=1e-8,
                amsgrad=False, maximize=False,
            )  # fmt: skip
            if average:
                torch._foreach_lerp_(average, weights, 1 - self.decay)

    def tensors(self) -> dict[str, Tensor]:
        """All that a checkpoint must hold, by name."""
        lists = {"weights": self.weights, "mean": self.mean, "square": self.square, "average": self.average}
        named = {f"{name}{i}": tensor for name, tensors in lists.items() for i, tensor in enumerate(tensors)}
        return {**named, "steps": self.steps}


def _dense(tensor: Tensor) -> Tensor:
    """A tensor, or if it stands in memory by columns its transpose: the update copies what is not contiguous."""
    return tensor if tensor.is_contiguous() else tensor.mT


def flat(tensors: Sequence[Tensor], gans: int) -> Tensor:
    """The weights of a network in training, one after another (gans, size)."""
    return torch.cat([tensor.reshape(gans, -1) for tensor in tensors], dim=1)


@dataclass(frozen=True)
class Phase:
    """One network's turn in a step.

    ``gradient`` maps a batch to scores and gradients, ``losses`` the scores of an epoch (steps, …) to a loss per step
    and GAN (steps, gans): once, as a step is short. Some gradients have the losses (gans,) themselves for scores.
    ``flat`` puts the optimizer's tensors into the order of a row (gans, size).
    """

    name: str
    optimizer: Adam
    gradient: Callable[[Any], Gradients]
    losses: Callable[[Tensor], Tensor] = lambda scores: scores
    flat: Callable[[Sequence[Tensor], int], Tensor] = flat


def by_autograd(loss: Callable[[Tensor], Tensor], weights: Tensor) -> Gradients:
    """The loss of each GAN (gans,), or the only one's, at flat weights (gans, size), and its one gradient there."""
    with torch.enable_grad():
        leaf = weights.detach().requires_grad_()
        value = loss(leaf)
        gradient = autograd.grad(value.sum(), leaf)
    return value.detach().view(-1), [gradient]


def run_epoch(phases: Sequence[Phase], batches: Iterable[Any]) -> Tensor:
    """Each phase's step on each batch, in order; the losses (steps, phases, gans)."""
    found: list[list[Tensor]] = [[] for _ in phases]
    for batch in batches:
        for phase, scores in zip(phases, found, strict=True):
            score, gradients = phase.gradient(batch)
            phase.optimizer.step(gradients)
            scores.append(score)
    return torch.stack([phase.losses(torch.stack(scores)) for phase, scores in zip(phases, found, strict=True)], dim=1)


def train(
    phases: Sequence[Phase],
    batches: Callable[[int], Iterable[Any]],
    epochs: int,
    names: Sequence[str],
    examples: int,
    checkpoint: Checkpoint,
) -> Iterator[int]:
    """Train, from the checkpoint if there is one, yielding after each epoch that ran so the caller can keep its rows.

    Args:
        phases: in the order of a step.
        batches: epoch → its batches, each one step for every phase.
        epochs: in all, those of earlier attempts included.
        names: of the stacked GANs, for messages.
        examples: seen per epoch by all of them together, for the speed shown.
        checkpoint: where the state is kept; its history gains an ``Epoch`` each.

    Raises:
        UserError: a loss or a weight became NaN or infinite; names GAN, epoch and batch (from 0).
    """
    tensors = {f"{p.name}.{name}": t for p in phases for name, t in p.optimizer.tensors().items()}
    start = checkpoint.restore(tensors)
    label = names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"
    if start:
        log.info("%s: resumed at epoch %d of %d", label, start, epochs)
    lines = log.isEnabledFor(logging.INFO)  # plain lines in a log, a bar on a terminal
    said = time.monotonic()
    with tqdm(total=epochs, initial=start, desc=label, unit="epoch", disable=lines) as bar:
        for epoch in range(start, epochs):
            began = time.perf_counter()
            losses = run_epoch(phases, batches(epoch))
            means = losses.double().mean(0).cpu()  # (phases, gans)
            seconds = time.perf_counter() - began
            _refuse_divergence(losses, phases, names, epoch)
            checkpoint.history.append(Epoch(means.tolist(), seconds, len(checkpoint.attempts) - 1))
            checkpoint.attempts[-1]["steps"] += len(losses)
            yield epoch
            checkpoint.save_when_due(tensors, last=epoch == epochs - 1)
            text = ", ".join(f"{p.name} {mean:.3f}" for p, mean in zip(phases, means.mean(1), strict=True))
            bar.set_postfix_str(text, refresh=False)
            bar.update()
            if time.monotonic() - said > LINE_SECONDS or epoch == epochs - 1:
                said = time.monotonic()
                speed = examples / seconds
                log.info("%s: epoch %d/%d, losses: %s, %.0f/s", label, epoch + 1, epochs, text, speed)


def _refuse_divergence(losses: Tensor, phases: Sequence[Phase], names: Sequence[str], epoch: int) -> None:
    advice = "lower the learning rate"
    bad = (~losses.isfinite()).nonzero()
    if len(bad):
        batch, phase, gan = bad[0].tolist()
        value = losses[batch, phase, gan].item()
        raise UserError(
            f"{names[gan]}, epoch {epoch}, batch {batch}: the {phases[phase].name}'s loss is {value}; {advice}"
        )
    for phase in phases:
        broken = (~flat(phase.optimizer.weights, len(names)).isfinite().all(1)).nonzero()
        if len(broken):
            where = f"{names[int(broken[0])]}, epoch {epoch}, batch {len(losses) - 1}"
            raise UserError(f"{where}: a weight of the {phase.name} is not finite; {advice}")
