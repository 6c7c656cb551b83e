"""What surrounds a function when ``gangan job`` calls it, for tests that call it themselves."""

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from gangan.core.device import prepare


@contextmanager
def prepared(threads: int = 1) -> Iterator[torch.device]:
    """PyTorch set up as for a job, and the device to use; afterwards as it was."""
    with _pytorch():
        yield prepare(threads)


@contextmanager
def restored() -> Iterator[None]:
    """What the command line sets for its whole process is afterwards as it was."""
    environment, end = dict(os.environ), signal.getsignal(signal.SIGTERM)
    raising, level = logging.raiseExceptions, logging.getLogger("gangan").level
    try:
        with _pytorch():
            yield
    finally:
        os.environ.clear()
        os.environ.update(environment)
        signal.signal(signal.SIGTERM, end)
        logging.raiseExceptions = raising
        logging.getLogger("gangan").setLevel(level)


@contextmanager
def _pytorch() -> Iterator[None]:
    grad, count = torch.is_grad_enabled(), torch.get_num_threads()
    deterministic, precision = torch.are_deterministic_algorithms_enabled(), torch.get_float32_matmul_precision()
    tf32, filled = torch.backends.cudnn.allow_tf32, torch.utils.deterministic.fill_uninitialized_memory
    try:
        yield
    finally:
        torch.set_grad_enabled(grad)
        torch.set_num_threads(count)
        torch.use_deterministic_algorithms(deterministic)
        torch.set_float32_matmul_precision(precision)
        torch.backends.cudnn.allow_tf32 = tf32
        torch.utils.deterministic.fill_uninitialized_memory = filled
