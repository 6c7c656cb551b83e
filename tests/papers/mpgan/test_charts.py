"""Figures of made-up tables."""

from pathlib import Path

import pandas as pd

from gangan.papers.mpgan import charts


def test_classes_are_those_of_the_last_look_until_then_and_the_title_says_after_how_many_epochs(tmp_path: Path) -> None:
    looks = {("short", 5): 0.2, ("short", 10): 0.3, ("long", 10): 0.4, ("long", 20): 0.5, ("long", 40): 0.6}
    rest = {f"class_{digit}": 0.1 for digit in range(1, 10)}
    table = [{"arm": arm, "seed": 0, "after": after, "class_0": zero, **rest} for (arm, after), zero in looks.items()]
    pd.DataFrame(table).to_csv(tmp_path / "runs.csv", index=False)
    panels = charts.classes(tmp_path / "runs.csv", ["long", "short"], after=20).axes
    assert [axes.get_title() for axes in panels] == ["long\n20 epochs", "short\n10 epochs"]
    assert [axes.lines[0].get_ydata()[0] for axes in panels] == [0.5, 0.3]
