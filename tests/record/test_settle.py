"""What is said of a claim that its test left open."""

import math
import re

import pytest
from scipy import stats

from gangan.measure.stats import mean
from gangan.record.settle import seeds, settles

OPEN = {"verdict": "inconclusive", "n": "6", "supported_if": "above 0.5", "p_holm": "0.3"}
LINE = OPEN | {"estimate": "0.75", "low": "0.25", "high": "1.25"}


def test_seeds_are_as_many_as_narrow_the_interval_to_the_threshold() -> None:
    assert seeds(LINE) == 6 * 2**2  # half the width must go
    assert seeds(LINE | {"estimate": "0.25", "low": "-0.25", "high": "0.75"}) == 24
    assert seeds(LINE | {"estimate": "0.5"}) is None
    assert seeds(LINE | {"low": "", "high": ""}) is None


def test_so_many_seeds_of_the_same_spread_do_settle_it() -> None:
    values = stats.norm.ppf([(i + 0.5) / 40 for i in range(40)]) + 0.2  # mean 0.2, far from decided
    found = mean(values.tolist())
    line = (
        LINE | {"n": "40", "supported_if": "above 0"} | {k: str(getattr(found, k)) for k in ("estimate", "low", "high")}
    )
    needed = seeds(line)
    assert needed is not None
    assert found.p > 0.05
    error = values.std(ddof=1) / math.sqrt(needed)
    assert 0.2 - 1.96 * error == pytest.approx(0, abs=0.02)


def test_each_way_to_be_open_has_its_own_words() -> None:
    assert settles(LINE | {"verdict": "supported"}, "oned") == ""
    assert settles(LINE | {"verdict": "not supported"}, "oned") == ""
    assert "not tested" in settles(LINE | {"verdict": "described"}, "oned")
    assert settles(LINE | {"verdict": "not run"}, "gangan_wide").startswith("`snakemake --cores all gangan_wide`")
    assert settles(LINE | {"n": "2"}, "oned").startswith("2 of the 3 seeds")
    both = LINE | {"supported_if": "above 0.5 in both", "p_holm": "1", "p": "0.01"}
    other = both | {"estimate": "0.25", "low": "0.1", "high": "0.4"}
    assert "must agree" in settles(both, "oned", [both, other])
    clear = both | {"low": "0.6", "high": "0.9", "p": "0.001"}
    assert "is open, and on the other side" in settles(clear, "oned", [clear, other | {"p": "0.3"}])
    assert "24 seeds" in settles(both, "oned", [both, both])  # they agree: it is the correction that gives 1
    assert "24 seeds" in settles(both, "oned", [both, other | {"p": "0.3"}])
    assert "not known" in settles(both | {"p": "", "low": "", "high": ""}, "oned", [both, both | {"p": ""}])
    assert re.search("24 seeds.* would then be supported", settles(LINE, "oned"))
    below = settles(LINE | {"supported_if": "below 0.5"}, "oned")
    assert re.search("24 seeds.* would then be not supported", below)
    assert "correction for the other tests" in settles(LINE | {"low": "0.6"}, "oned")
    assert "not known" in settles(LINE | {"low": "", "high": ""}, "oned")
