"""What the explorer holds: as much as fits, as precise as it says, and whose it is."""

import hashlib
import zlib
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from gangan.core.files import UserError
from gangan.papers.gangan import networks
from gangan.papers.gangan.explorer.curve import COMPARED, cut
from gangan.papers.gangan.explorer.pack import STEPS, TAGS, Weights, coarsest
from gangan.papers.gangan.reporting.noise import noise
from gangan.papers.gangan.training import sample
from gangan.show import pages
from support.explored import LINEAGE, TRAINING, Explored
from support.scoring import GAN, LAYOUT, gangan_weights, write_gangan


def facts(page: pages.Page) -> Any:
    return page.values["facts"]


def inflated(texts: list[str]) -> bytes:
    return zlib.decompress(b"".join(map(b64decode, texts)))


def test_a_cut_gangan_draws_the_same_digits_within_a_grey_level(tmp_path: Path) -> None:
    weights = gangan_weights(TRAINING, scale=0.5)
    weights["generator.output.weight"][:, 3:] = 0  # so the hidden units matter in three directions
    gangan = sample.read(write_gangan(tmp_path / "weights", TRAINING, weights))
    vectors = noise(0, 6, GAN.latent)
    curve, axes, error = cut(gangan, 2.0, vectors)
    assert 1 < len(axes.whole) <= 1 + 3
    half, layout = LAYOUT.part("generator")
    z = sample.line(COMPARED, 2.0)
    exact = networks.draw(GAN, gangan.sample(z)[:, half], layout, vectors)
    off = (networks.draw(GAN, curve.rows(z, axes.values), layout, vectors) - exact).abs().max().item() * 127.5
    assert off == pytest.approx(error)
    assert 0 < off <= 1
    torch.testing.assert_close(curve.rows(torch.zeros(1, 1), curve.axes), curve.axes[:1].tanh())


def test_a_grid_is_as_coarse_as_is_good_enough() -> None:
    numbers = torch.tensor([0.3, -1.2])
    grid, off = coarsest(numbers, lambda values: (values - numbers).abs().max().item() * 1000)
    assert off <= 1
    assert (grid.values - numbers).abs().max().item() * 1000 == pytest.approx(off)
    coarser = (numbers / (2 * grid.step)).round() * 2 * grid.step
    assert (coarser - numbers).abs().max().item() * 1000 > 1
    finest, off = coarsest(numbers, lambda _: 2.0)  # nothing is: the finest, and it says how far off
    assert (finest.step, off) == (STEPS[-1], 2.0)


def test_weights_are_kept_while_there_is_room_and_read_back() -> None:
    weights = Weights()
    whole = torch.tensor([[0, -1, 1], [-2, 70000, -(2**24)]], dtype=torch.int32)
    assert weights.add(torch.tensor([1.5, -2.0]), whole) == [0, 8]
    content = inflated(weights.texts)
    assert content[:8] == bytes.fromhex("0000c03f000000c0")
    places = [0, 1, 2, 3, 140000, 2**25 - 1]
    planes = [[place >> 8 * byte & 255 for place in places] for byte in range(4)]
    assert content[8:] == b"".join(map(bytes, planes))
    assert weights.sha256 == hashlib.sha256(content).hexdigest()
    weights.room = 10
    assert weights.add(torch.randn(100)) is None
    assert weights.add(torch.zeros(1), told=11) is None
    assert inflated(weights.texts) == content


def test_a_piece_of_weights_is_read_without_those_after_it() -> None:
    weights, arrays = Weights(), [torch.randn(3000, generator=torch.Generator().manual_seed(i)) for i in range(3)]
    for array in arrays:
        weights.add(array)
    inflate = zlib.decompressobj()
    *texts, end = weights.texts
    for text, array in zip(texts, arrays, strict=True):
        assert inflate.decompress(b64decode(text)) == array.numpy().tobytes()
    assert (inflate.decompress(b64decode(end)), inflate.eof) == (b"", True)


def test_what_stands_around_a_piece_is_allowed_for(explored: Explored) -> None:
    page = explored.page()
    more = replace(page, values={**page.values, "weights": [*page.values["weights"], ""]})
    assert 0 < len(more.text(LINEAGE)) - len(page.text(LINEAGE)) <= TAGS


@pytest.mark.parametrize("share", [0.62, 0.9])
def test_a_page_weighs_no_more_than_it_may(explored: Explored, share: float) -> None:
    megabytes = explored.megabytes(share)
    page = explored.page(megabytes)
    assert 0.9 * megabytes * 1e6 < len(page.text(LINEAGE).encode()) <= megabytes * 1e6
    assert [one["arm"] for one in facts(page)["gangans"] if one["seed"] == 3] == ["as-described", "as-published"]
    assert facts(page)["sha256"] == hashlib.sha256(inflated(page.values["weights"])).hexdigest()


def test_with_room_it_holds_every_row_and_gangan(explored: Explored) -> None:
    page = explored.page()
    assert {name: len(zoo["held"]) for name, zoo in facts(page)["zoos"].items()} == {"mlp": 15, "published": 5}
    assert [(one["arm"], one["seed"]) for one in facts(page)["gangans"]] == list(explored.weights)
    assert all(0 < zoo["error"] <= 1 for zoo in facts(page)["zoos"].values())


def test_an_arm_that_has_no_room_is_left_out(explored: Explored) -> None:
    page = explored.page(explored.megabytes(0.35))
    assert [(one["arm"], one["seed"]) for one in facts(page)["gangans"]] == [("as-described", 3)]
    assert all(zoo["held"] for zoo in facts(page)["zoos"].values())
    assert facts(page)["count"] == 3


def test_too_little_room_for_any_gangan_is_one_line(explored: Explored) -> None:
    with pytest.raises(UserError, match=r"^gangan\.explorer\.megabytes: 0\.1; too little for a GAN-GAN, allow more$"):
        explored.page(megabytes=0.1)


def test_a_page_is_one_file_with_its_lineage_and_the_same_each_time(explored: Explored) -> None:
    text = explored.page().text(LINEAGE)
    assert text == explored.page().text(LINEAGE)
    assert f"gangan:lineage:{LINEAGE}" in text
    assert "http" not in text.replace("http-equiv", "")
    assert all(part.read_text() in text for part in explored.page().parts() if part.suffix in (".css", ".js"))
