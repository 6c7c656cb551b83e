"""The paper's GAN training as it would be written otherwise: the textbook loop, and the tools one would reach for.

Each function makes a ``step``-like callable, so that ``bench_speed.py`` times them in one run. None is used elsewhere.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial

import torch
import torch.nn.functional as F  # noqa: N812
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

BATCH, LATENT, HIDDEN, WIDTH, RATE = 128, 64, 64, 784, 2e-4
Step = Callable[[Tensor], object]  # takes a batch of real images


class Digits(Dataset[Tensor]):
    """Digits as torchvision's datasets give them: an image each, transformed when asked for."""

    def __init__(self, images: Tensor):
        self.images = images.view(-1, 28, 28).numpy()  # uint8
        self.transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(0.5, 0.5)])

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> Tensor:
        image: Tensor = self.transform(Image.fromarray(self.images[index]))
        return image


def perceptron(inputs: int, outputs: int, last: nn.Module) -> nn.Sequential:
    """Three layers (paper, section 3)."""
    hidden = [nn.Linear(inputs, HIDDEN), nn.LeakyReLU(0.2), nn.Linear(HIDDEN, HIDDEN), nn.LeakyReLU(0.2)]
    return nn.Sequential(*hidden, nn.Linear(HIDDEN, outputs), last)


def textbook(images: Tensor) -> Iterator[None]:
    """DataLoader with transforms, modules, autograd, default Adam, BCE on probabilities: one step each time."""
    generator, discriminator = perceptron(LATENT, WIDTH, nn.Tanh()), perceptron(WIDTH, 1, nn.Sigmoid())
    optimizers = [torch.optim.Adam(net.parameters(), lr=RATE) for net in (generator, discriminator)]
    one, zero = torch.ones(BATCH, 1), torch.zeros(BATCH, 1)
    while True:
        for real in DataLoader(Digits(images), BATCH, shuffle=True, drop_last=True):
            with torch.enable_grad():
                loss = F.binary_cross_entropy(discriminator(generator(torch.randn(BATCH, LATENT))), one)
                optimizers[0].zero_grad()
                loss.backward()
                optimizers[0].step()
                fake = discriminator(generator(torch.randn(BATCH, LATENT)))
                loss = F.binary_cross_entropy(discriminator(real.flatten(1)), one) + F.binary_cross_entropy(fake, zero)
                optimizers[1].zero_grad()
                loss.backward()
                optimizers[1].step()
            yield


def _network(weights: tuple[Tensor, ...], x: Tensor) -> Tensor:
    w1, b1, w2, b2, w3, b3 = weights
    h = F.leaky_relu(F.linear(x, w1, b1), 0.2)
    return F.linear(F.leaky_relu(F.linear(h, w2, b2), 0.2), w3, b3)


def _generator_loss(g: tuple[Tensor, ...], d: tuple[Tensor, ...], z: Tensor) -> Tensor:
    return F.softplus(-_network(d, torch.tanh(_network(g, z)))).mean()


def _discriminator_loss(d: tuple[Tensor, ...], g: tuple[Tensor, ...], z: Tensor, real: Tensor) -> Tensor:
    fake = torch.tanh(_network(g, z)).detach()
    return F.softplus(-_network(d, real)).mean() + F.softplus(_network(d, fake)).mean()


def _initial(gans: int, inputs: int, outputs: int) -> tuple[Tensor, ...]:
    nets = [perceptron(inputs, outputs, nn.Identity()) for _ in range(gans)]
    return tuple(torch.stack(group).detach() for group in zip(*(net.parameters() for net in nets), strict=True))


def functional(gans: int, compiled: bool) -> Step:
    """A ``torch.func`` ensemble of GANs by ``vmap``, with fused Adam; under ``torch.compile`` if asked."""
    g, d = _initial(gans, LATENT, WIDTH), _initial(gans, WIDTH, 1)
    optimizers = [torch.optim.Adam(weights, lr=RATE, fused=True) for weights in (g, d)]
    for_g = torch.func.vmap(torch.func.grad(_generator_loss))
    for_d = torch.func.vmap(torch.func.grad(_discriminator_loss))
    if compiled:
        for_g, for_d = torch.compile(for_g), torch.compile(for_d)

    def step(real: Tensor) -> None:
        z = torch.randn(2, gans, BATCH, LATENT)
        for weights, gradients, optimizer in (
            (g, lambda: for_g(g, d, z[0]), optimizers[0]),
            (d, lambda: for_d(d, g, z[1], real), optimizers[1]),
        ):
            for weight, gradient in zip(weights, gradients(), strict=True):
                weight.grad = gradient
            optimizer.step()

    return step


def jax_step() -> Step:
    """One GAN in JAX with optax's Adam, jitted whole, on one thread."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})  # JAX starts a thread for each core that it may use, once
    import jax
    import jax.numpy as jnp
    import optax

    def network(weights, x):  # type: ignore[no-untyped-def]
        w1, b1, w2, b2, w3, b3 = weights
        h = jax.nn.leaky_relu(x @ w1.T + b1, 0.2)
        return jax.nn.leaky_relu(h @ w2.T + b2, 0.2) @ w3.T + b3

    def for_g(g, d, z):  # type: ignore[no-untyped-def]
        return jax.nn.softplus(-network(d, jnp.tanh(network(g, z)))).mean()

    def for_d(d, g, z, real):  # type: ignore[no-untyped-def]
        fake = jax.nn.softplus(network(d, jnp.tanh(network(g, z)))).mean()
        return jax.nn.softplus(-network(d, real)).mean() + fake

    adam = optax.adam(RATE)

    @partial(jax.jit, donate_argnums=0)
    def update(state, key, real):  # type: ignore[no-untyped-def]
        (g, d), (for_adam_g, for_adam_d) = state
        z = jax.random.normal(key, (2, BATCH, LATENT))
        change, for_adam_g = adam.update(jax.grad(for_g)(g, d, z[0]), for_adam_g)
        g = optax.apply_updates(g, change)
        change, for_adam_d = adam.update(jax.grad(for_d)(d, g, z[1], real), for_adam_d)
        return ((g, optax.apply_updates(d, change)), (for_adam_g, for_adam_d))

    nets = (_initial(1, LATENT, WIDTH), _initial(1, WIDTH, 1))
    g, d = (tuple(jnp.asarray(weight[0].numpy()) for weight in net) for net in nets)
    state = [((g, d), (adam.init(g), adam.init(d)))]
    keys = [jax.random.key(0)]
    os.sched_setaffinity(0, cores)

    def step(real: Tensor) -> None:
        keys[0], key = jax.random.split(keys[0])
        state[0] = update(state[0], key, jnp.asarray(real.numpy()))
        jax.block_until_ready(state[0])

    return step
