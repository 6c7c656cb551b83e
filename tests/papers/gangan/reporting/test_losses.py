"""The figure of losses, of made-up losses."""

from pathlib import Path

import pandas as pd

from gangan.papers.gangan.reporting.losses import gangan_losses


def test_a_run_that_has_lost_and_one_that_has_not_are_told_apart_in_one_panel(tmp_path: Path) -> None:
    paths = [tmp_path / "0.csv", tmp_path / "1.csv"]
    for path, (generator, discriminator) in zip(paths, [([0.7, 100], [0.7, 0]), ([0.7, 1], [0.7, 0.5])], strict=True):
        losses = {"epoch": [0, 1], "loss_generator": generator, "loss_discriminator": discriminator}
        pd.DataFrame(losses).to_csv(path, index=False)
    figure = gangan_losses(paths, ["as-released/3", "as-released/4"])
    (axes,) = figure.axes
    assert axes.get_title() == "as-released"
    assert [line.get_xydata().tolist() for line in axes.lines[:2]] == [[[1, 0.7], [2, 100]], [[1, 0.7], [2, 0]]]
    figure.draw_without_rendering()
    zero, half, one, hundred = (
        axes.transAxes.inverted().transform(axes.transData.transform((1, y)))[1] for y in (0, 0.5, 1, 100)
    )
    assert 0 < zero < half < one < hundred < 1  # all in the panel, zero too
    assert one - zero > 0.25  # on a linear scale a run's losses would be a hundredth of the panel beside the lost one
