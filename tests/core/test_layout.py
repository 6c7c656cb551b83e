"""The order of a row, checked against rows built by hand."""

import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gangan.core.layout import Layout

LAYOUT = Layout.of(critic={"weight": (2, 3), "bias": (2,)}, generator={"weight": (3, 1), "bias": (3,)})


def test_a_row_is_network_after_network_tensor_after_tensor_each_line_by_line() -> None:
    tensors = {
        "generator.bias": torch.tensor([[12.0, 13, 14]]),
        "generator.weight": torch.tensor([[[9.0], [10], [11]]]),
        "critic.bias": torch.tensor([[7.0, 8]]),
        "critic.weight": torch.tensor([[[1.0, 2, 3], [4, 5, 6]]]),
    }
    assert LAYOUT.flatten(tensors).tolist() == [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]]


def test_offsets_follow_from_shapes_and_a_part_has_its_place_in_the_whole() -> None:
    assert LAYOUT.size == 14
    assert LAYOUT.offsets() == {"critic.weight": 0, "critic.bias": 6, "generator.weight": 8, "generator.bias": 11}
    half, generator = LAYOUT.part("generator")
    assert (half, generator.size) == (slice(8, 14), 6)
    assert generator.shapes == LAYOUT.shapes[2:]
    row = torch.arange(14.0).unsqueeze(0)
    assert generator.unflatten(row[:, half])["generator.bias"].tolist() == [[11, 12, 13]]


shapes = st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple), min_size=1, max_size=5)


@given(shapes, st.integers(1, 3))
@settings(deadline=None)
def test_flatten_undoes_unflatten_and_json_undoes_json(shapes: list[tuple[int, ...]], gans: int) -> None:
    layout = Layout.of(net={f"t{i}": shape for i, shape in enumerate(shapes)})
    rows = torch.randn(gans, layout.size)
    tensors = layout.unflatten(rows)
    assert [tuple(t.shape) for t in tensors.values()] == [(gans, *shape) for shape in shapes]
    assert torch.equal(layout.flatten(tensors), rows)
    assert Layout.from_json(layout.to_json()) == layout


def test_the_layout_in_a_file_names_every_tensor_its_shape_and_where_it_starts() -> None:
    entries = json.loads(LAYOUT.to_json())
    assert entries[0] == {"name": "critic.weight", "shape": [2, 3], "offset": 0}
    assert entries[1] == {"name": "critic.bias", "shape": [2], "offset": 6}


def test_rows_of_another_width_are_refused() -> None:
    with pytest.raises(ValueError, match=r"rows of 5 weights do not fit a layout of 14"):
        LAYOUT.unflatten(torch.zeros(1, 5))
