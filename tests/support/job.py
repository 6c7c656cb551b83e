"""What surrounds a function when ``gangan job`` calls it, for tests that call it themselves."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from gangan.core.device import prepare


@contextmanager
def prepared(threads: int = 1) -> Iterator[torch.device]:
    """PyTorch set up as for a job, and the device to use; afterwards as it was."""
    grad, count = torch.is_grad_enabled(), torch.get_num_threads()
    deterministic, precision = torch.are_deterministic_algorithms_enabled(), torch.get_float32_matmul_precision()
    tf32, filled = torch.backends.cudnn.allow_tf32, torch.utils.deterministic.fill_uninitialized_memory
    try:
        yield prepare(threads)
    finally:
        torch.set_grad_enabled(grad)
        torch.set_num_threads(count)
        torch.use_deterministic_algorithms(deterministic)
        torch.set_float32_matmul_precision(precision)
        torch.backends.cudnn.allow_tf32 = tf32
        torch.utils.deterministic.fill_uninitialized_memory = filled
