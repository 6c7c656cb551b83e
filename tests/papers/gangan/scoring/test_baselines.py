"""What baselines are, and that they are scored as GANs are."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import torch

from gangan.core import rowfile
from gangan.measure.moments import read
from gangan.papers.gangan.scoring import baselines
from gangan.papers.gangan.scoring.bench import Bench
from gangan.papers.gangan.spaces import repair
from gangan.papers.gangan.spaces.frames import align_zoo, aligned, frames_of
from support.scoring import EVALUATION, GAN, LAYOUT, random_rows
from support.trainings import CPU

Scored = Callable[[list[list[int] | None], int], pd.DataFrame]


@pytest.fixture
def alignment(rows: Path) -> Path:
    align_zoo(rows, rows.with_name("alignment.h5"))
    return rows.with_name("alignment.h5")


def test_averages_of_a_run_and_noise_as_long_as_its_last_step() -> None:
    rows = torch.tensor([[1.0], [2], [4], [8]]) * torch.ones(1, 10_000)
    made = {b.kind: b.row for b in baselines.of_run(7, rows, [2], 0.5, torch.Generator().manual_seed(0))}
    assert made["last-2"].unique().tolist() == [6]
    assert made["ema"].unique().tolist() == [((1 / 2 + 2 / 2) / 2 + 4 / 2) / 2 + 8 / 2]
    assert (made["noise"] - 8).norm().item() == pytest.approx((rows[3] - rows[2]).norm().item(), rel=0.05)


def test_gaussians_have_the_mean_and_the_covariance_of_the_rows() -> None:
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn(5, 3, generator=generator) * torch.tensor([1.0, 2, 3]) + 10
    drawn = list(baselines.gaussians([0], rows, 40_000, generator))
    whole, each = (torch.stack([b.row for b in drawn if b.kind == kind]) for kind in ("gaussian-pca", "gaussian"))
    torch.testing.assert_close(whole.T.cov(), rows.T.cov(), atol=0.15, rtol=0.05)
    torch.testing.assert_close(each.T.cov(), rows.T.cov().diag().diag(), atol=0.15, rtol=0.05)
    for samples in (whole, each):
        torch.testing.assert_close(samples.mean(0), rows.mean(0), atol=0.1, rtol=0)


def test_lines_join_each_run_to_one_other_and_the_mean_is_of_all() -> None:
    last = {run: torch.tensor([(run - 3.0) ** 2]) for run in range(3, 8)}
    mean, *lines = baselines.across_runs(last, EVALUATION, "aligned-")
    assert (mean.kind, list(mean.runs), mean.row.item()) == ("aligned-mean-of-runs", [3, 4, 5, 6, 7], 6)
    assert {b.kind for b in lines} == {"aligned-line"}
    found = [(b.runs, b.t, b.row.item()) for b in lines]
    assert found == [([3, 4], t, t) for t in (0.25, 0.5, 0.75)] + [([5, 6], t, 4 + 5 * t) for t in (0.25, 0.5, 0.75)]


@pytest.fixture
def scored(rows: Path, alignment: Path, judges: tuple[Path, Path], digits: Path) -> Scored:
    """The table of baselines for some sets of runs."""

    def table(subsets: list[list[int] | None], count: int) -> pd.DataFrame:
        scores, moments = rows.with_name("scores.csv"), rows.with_name("scores.safetensors")
        baselines.score_baselines(
            EVALUATION, [2], subsets, count, 0, rows, alignment, *judges, digits, scores, moments, CPU
        )
        found = pd.read_csv(scores, dtype={"runs": str})
        assert len(read(moments).mean) == len(found)
        return found

    return table


def test_baselines_and_floor_are_scored_in_one_table(bench: Bench, rows: Path, alignment: Path, scored: Scored) -> None:
    table = scored([None, [1]], 4).fillna({"runs": ""})
    assert table.groupby(["kind", "runs"], sort=False).size().reset_index().to_numpy().tolist() == [
        ["real-training", "", 1], ["real-test", "", 1],
        *([kind, str(run), 1] for run in range(3) for kind in ("last-2", "ema", "noise")),
        ["mean-of-runs", "0-2", 1], ["line", "0+1", 3],
        ["aligned-mean-of-runs", "0-2", 1], ["aligned-line", "0+1", 3],
        ["aligned-mean-of-runs-renormalised", "0-2", 1], ["aligned-line-renormalised", "0+1", 3],
        *([kind, runs, 4] for runs in ("0-2", "1") for kind in ("gaussian", "gaussian-pca")),
    ]  # fmt: skip
    assert table["frechet"].notna().all()
    assert table["kernel"].notna().equals(~table["kind"].str.contains("line"))
    ema = rowfile.rows(rows, [2])
    ema = ((ema[0] / 2 + ema[1] / 2) / 2 + ema[2] / 2) / 2 + ema[3] / 2
    expected = bench.scores(GAN, [ema], [False]).table["frechet"].item()
    assert table.query("kind == 'ema' and runs == '2'")["frechet"].item() == pytest.approx(expected, rel=1e-4)
    frames = frames_of(alignment, [0, 1, 2])
    last = [aligned(rowfile.rows(rows, [run])[-1:], LAYOUT, of) for run, of in enumerate(frames)]
    expected = bench.scores(GAN, torch.cat(last).mean(0, keepdim=True), [False]).table["frechet"].item()
    assert table.query("kind == 'aligned-mean-of-runs'")["frechet"].item() == pytest.approx(expected, rel=1e-4)


def test_another_set_of_runs_leaves_the_gaussians_of_the_others_as_they_were(scored: Scored) -> None:
    def drawn(subsets: list[list[int] | None]) -> pd.DataFrame:
        table = scored(subsets, 2)
        return table[table["kind"].str.startswith("gaussian") & (table["runs"] == "1")].reset_index(drop=True)

    alone = drawn([[1]])
    assert len(alone) == 4
    pd.testing.assert_frame_equal(drawn([None, [0, 2], [1]]), alone)


def test_runs_in_a_word() -> None:
    assert [baselines.name(runs) for runs in ([3], [3, 4], [0, 1, 2], [0, 2, 5])] == ["3", "3+4", "0-2", "0+2+5"]


def test_a_renormalised_mix_has_its_own_share_of_the_moments_of_what_was_mixed() -> None:
    last = random_rows(2)
    numbered = {7: last[0], 9: last[1]}
    mean, *line = baselines.renormalised(baselines.across_runs(numbered, EVALUATION), numbered, LAYOUT)
    moments = repair.moments(last, LAYOUT)
    assert [mix.kind for mix in (mean, *line)] == ["mean-of-runs-renormalised", *["line-renormalised"] * 3]
    for mix, share in ((mean, 0.5), *((mix, mix.t) for mix in line)):
        wanted = torch.lerp(moments[0], moments[1], share)
        torch.testing.assert_close(repair.moments(mix.row.unsqueeze(0), LAYOUT)[0], wanted, rtol=1e-4, atol=1e-4)
        plain = torch.lerp(last[0], last[1], share)
        discriminator = LAYOUT.part("discriminator")[0]
        torch.testing.assert_close(mix.row[discriminator], plain[discriminator])
        assert not mix.row.allclose(plain)


def test_a_lone_run_of_one_epoch_has_baselines_without_spread() -> None:
    row = random_rows(1)
    made = {b.kind: b.row for b in baselines.of_run(0, row, [1, 2], 0.5, torch.Generator())}
    assert all(made[kind].equal(row[0]) for kind in ("last-1", "last-2", "ema", "noise"))  # no step, no noise
    assert all(b.row.allclose(row[0]) for b in baselines.gaussians([0], row, 2, torch.Generator()))
    (mean,) = baselines.across_runs({0: row[0]}, EVALUATION)
    assert mean.row.equal(row[0])
