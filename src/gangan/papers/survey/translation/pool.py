"""The replay pool (docs/papers/survey.md, section 5): a discriminator also sees images that were made before."""

import torch
from torch import Tensor

SIZE = 50


class Pool:
    """The last images that a generator made, some of them old: tensors, so that a checkpoint can hold them."""

    def __init__(self, shape: tuple[int, ...], device: torch.device):
        self.images = torch.zeros(SIZE, *shape, device=device)
        self.held = torch.zeros((), dtype=torch.long)

    @property
    def state(self) -> dict[str, Tensor]:
        """All of it, by name."""
        return {"pool": self.images, "held": self.held}

    def swap(self, made: Tensor, random: torch.Generator) -> Tensor:
        """Images (n, …) for the discriminator: each new one joins the pool while it is not full; then, half of the
        time, one from the pool takes its place and it goes into the pool."""
        shown = []
        for image in made:
            if (held := int(self.held)) < SIZE:
                self.images[held] = image
                self.held += 1
                shown.append(image)
                continue
            # Both are drawn each time, so that what is drawn later does not depend on the coin.
            coin, place = torch.rand((), generator=random), int(torch.randint(SIZE, (), generator=random))
            if coin < 0.5:
                shown.append(self.images[place].clone())
                self.images[place] = image
            else:
                shown.append(image)
        return torch.stack(shown)
