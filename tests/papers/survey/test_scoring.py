"""Scores of runs, by judges that have learned nothing, against the same computed in a second way."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file
from scipy.linalg import sqrtm
from torch import Tensor

from gangan.core.files import write_tensors
from gangan.measure import judge as judges
from gangan.papers.survey.drawing.scoring import score_drawing
from gangan.papers.survey.seeing import Eye, scarcest
from gangan.papers.survey.translation import networks, strokes
from gangan.papers.survey.translation.scoring import score_translation, translated
from support.survey import CONFIG, CPU, domains, draw, translate, translation


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two judges with fresh weights."""
    folder = tmp_path_factory.mktemp("judges")
    torch.manual_seed(0)
    for shape in ("deep", "flat"):
        write_tensors(folder / f"{shape}.safetensors", judges.Network(shape).state_dict())
    return folder / "deep.safetensors", folder / "flat.safetensors"


def frechet(one: Tensor, other: Tensor) -> float:
    a, b = one.double().numpy(), other.double().numpy()
    root = sqrtm(np.cov(a.T) @ np.cov(b.T))
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(np.cov(a.T) + np.cov(b.T) - 2 * root.real))


def test_a_run_that_draws_is_scored_after_each_epoch(digits: Path, judged: tuple[Path, Path], tmp_path: Path) -> None:
    scoring = CONFIG.scoring.model_copy(update={"neighbour_images": 6, "neighbours": 2})
    _, drawn = draw(tmp_path / "run", digits)
    held = load_file(drawn)
    real = Eye(*judged, digits, CPU).real
    # A run whose last images are the test digits.
    images = ((real[:300].view(1, 300, 1, 28, 28) + 1) * 127.5).round().to(torch.uint8)
    held["images"] = torch.cat([torch.zeros(2, *images.shape[1:], dtype=torch.uint8), images])
    save_file(held, drawn)
    score_drawing(scoring, drawn, tmp_path / "run/timing.csv", *judged, digits, tmp_path / "scores.csv", CPU)
    table = pd.read_csv(tmp_path / "scores.csv")
    assert table["after"].tolist() == [1, 2, 3]
    assert table["loss_generator"].tolist() == pytest.approx(held["mean_loss_generator"].tolist(), rel=1e-4)
    features = [judges.judged(judges.read(judged[0], "deep", CPU), some)[0] for some in (real[:300], real)]
    assert table["frechet"][2] == pytest.approx(frechet(*features), rel=0.02, abs=1e-4)
    assert table["frechet"][2] < table["frechet"][0]
    assert table["seconds"].is_monotonic_increasing


def test_the_scarcest_class_is_that_with_the_least_of_its_share() -> None:
    real = torch.tensor([0.5, 0.495, 0.005])
    assert scarcest(torch.tensor([0.75, 0.25, 0.0]), real) == pytest.approx(0.25 / 0.495)


def test_a_translation_s_error_is_its_distance_from_the_true_image(
    digits: Path, judged: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = domains(tmp_path, digits)
    weights = translate(tmp_path / "run", images, {"epochs": 2, "steps": 1})
    training, scores = translation({"epochs": 2, "steps": 1}), tmp_path / "scores.csv"
    held = load_file(images)
    held = {name: some[:40] if name.startswith("test") else some for name, some in held.items()}
    save_file(held, images)
    files = (images, weights, tmp_path / "run/timing.csv", scores, CPU, *judged, digits)

    def perfect(_: networks.Translators, to: str, images: Tensor) -> Tensor:
        return strokes.true(images) if to == "b" else held["testA"]

    monkeypatch.setattr("gangan.papers.survey.translation.scoring.translated", perfect)
    score_translation(training, *files)
    line = pd.read_csv(scores).iloc[0]
    assert [line[name] for name in ("error_to_a", "error_to_b", "cycle_a", "cycle_b")] == [0, 0, 0, 0]
    assert line["frechet_to_b"] == pytest.approx(0, abs=1e-6)
    unchanged = (held["testA"].double() - held["testB"].double()).abs().mean() / 255
    assert line["unchanged_to_b"] == line["unchanged_to_a"] == pytest.approx(unchanged.item(), rel=1e-4)
    monkeypatch.setattr("gangan.papers.survey.translation.scoring.translated", translated)
    score_translation(training, *files)
    assert pd.read_csv(scores).iloc[0]["error_to_b"] > 0.1
    timing = pd.read_csv(tmp_path / "run/timing.csv")
    assert pd.read_csv(scores)["seconds"][0] == pytest.approx(timing["seconds"].median(), rel=1e-3)
