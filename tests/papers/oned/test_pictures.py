"""Figures of made-up runs."""

from math import nan

import matplotlib.pyplot as plt
import pytest
import torch

from gangan.papers.oned.pictures import curves
from gangan.papers.oned.trained import Trained
from support.oned import shape


@pytest.mark.parametrize(
    ("losses", "said", "ticks"),
    [
        ([1.0, 2, 3], [], True),
        ([1.0, nan, 3], ["gaps are not a number"], True),
        ([nan, nan, nan], ["not a number"], False),
    ],
    ids=["finite", "gaps", "nothing"],
)
def test_a_diverged_runs_losses_say_so(losses: list[float], said: list[str], ticks: bool) -> None:
    both = torch.tensor(losses).view(-1, 1, 1).expand(-1, 1, 2)
    figure, axes = plt.subplots()
    curves(axes, Trained(shape(), torch.empty(0), torch.empty(0), both))
    assert [text.get_text() for text in axes.texts] == said
    assert (len(axes.get_yticks()) > 0) == ticks
    assert axes.get_xlim() == (0, 30)
    assert [line.get_xdata().tolist() for line in axes.lines] == [[5, 15, 25]] * 2
    plt.close(figure)
