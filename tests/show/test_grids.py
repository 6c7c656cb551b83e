"""Images side by side."""

import torch

from gangan.show.grids import middles, mosaic


def test_images_stand_line_by_line_with_white_between_and_where_none_is() -> None:
    images = torch.stack([torch.full((1, 2), value) for value in (-1.0, -0.5, 0.0)])
    assert mosaic(images, 2).tolist() == [[-1, -1, -0.5, -0.5], [0, 0, 1, 1]]
    assert mosaic(images, 2, gap=1).tolist() == [[-1, -1, 1, -0.5, -0.5], [1] * 5, [0, 0, 1, 1, 1]]


def test_each_image_stays_upright() -> None:
    image = torch.tensor([[[0.1, 0.2], [0.3, 0.4]]])
    assert torch.equal(torch.from_numpy(mosaic(image, 3))[:, :2], image[0])


def test_ticks_stand_in_the_middle_of_images() -> None:
    sheet = mosaic(torch.arange(3.0).view(3, 1, 1).expand(3, 5, 5) / 2, 3, gap=2)
    places = middles(3, 5, gap=2)
    assert [sheet[2, round(place)] for place in places] == [0, 0.5, 1]
    assert [place - 2 for place in places] == [0, 7, 14]  # the first pixel of each
