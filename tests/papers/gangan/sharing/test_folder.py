"""A zoo from a folder of state dicts, and state dicts from a zoo."""

import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from gangan.core import rowfile
from gangan.core.files import UserError
from gangan.papers.gangan import networks
from gangan.papers.gangan.sharing import folder, states
from support.scoring import GAN, LAYOUT, NETWORK, drifting_rows, random_rows

State = dict[str, Tensor]
SAVE: dict[str, Callable[[State, Path], None]] = {".safetensors": save_file, ".pt": torch.save, ".pth": torch.save}


def state(row: Tensor) -> State:
    """A row (width) as named tensors."""
    return {name: tensor[0].contiguous() for name, tensor in LAYOUT.unflatten(row.unsqueeze(0)).items()}


def written(where: Path, rows: Tensor, suffix: str = ".pt", first: int = 0) -> Path:
    """A folder of rows (epochs, runs, width)."""
    for epoch, runs in enumerate(rows, first):
        for run, row in enumerate(runs):
            path = where / f"gan-{run}" / f"model_{epoch}{suffix}"
            path.parent.mkdir(parents=True, exist_ok=True)
            SAVE[suffix](state(row), path)
    return where


def brought(where: Path, zoo: Path, **rename: str) -> Path:
    """The zoo of a folder."""
    runs = folder.states(where)
    folder.gather(len(runs), rename, [path for run in runs for path in run], zoo)
    return zoo


@pytest.mark.parametrize("suffix", SAVE)
@pytest.mark.parametrize("first", [0, 1])
def test_rows_come_in_the_order_of_their_numbers(tmp_path: Path, suffix: str, first: int) -> None:
    rows = drifting_rows(11, 12)  # in the order of letters, 10 stands before 9
    zoo = brought(written(tmp_path / "his", rows, suffix, first), tmp_path / "zoo.h5")
    assert torch.equal(rowfile.rows(zoo), rows.swapaxes(0, 1).flatten(0, 1))
    assert rowfile.columns(zoo)["epoch"].tolist() == [*range(12)] * 11
    assert rowfile.columns(zoo)["gan"].tolist() == [run for run in range(11) for _ in range(12)]
    assert (rowfile.network_of(zoo), rowfile.layout_of(zoo)) == (NETWORK, LAYOUT)


def test_tensors_of_other_names_order_and_precision_are_taken_by_name(tmp_path: Path) -> None:
    row = random_rows(1)[0].half().float()
    theirs = {name.replace("discriminator", "D").replace("input", "inp"): t.half() for name, t in state(row).items()}
    torch.save(dict(reversed(theirs.items())), tmp_path / "0.pt")
    rename = {"D.inp": "discriminator.input", "D": "discriminator", "generator.inp": "generator.input"}
    assert torch.equal(rowfile.rows(brought(tmp_path, tmp_path / "zoo.h5", **rename))[0], row)


def test_parameters_are_taken_as_their_numbers(tmp_path: Path) -> None:
    row = random_rows(1)[0]
    with torch.enable_grad():
        torch.save({name: nn.Parameter(tensor) for name, tensor in state(row).items()}, tmp_path / "0.pt")
        assert torch.equal(rowfile.rows(brought(tmp_path, tmp_path / "zoo.h5"))[0], row)


def test_a_dcgan_is_known_by_its_tensors(tmp_path: Path) -> None:
    network = {"kind": "dcgan", "latent": 4, "hidden": 1}
    layout = networks.of(network).layout()
    save_file({name: tensor[0] for name, tensor in layout.unflatten(torch.ones(1, layout.size)).items()}, tmp_path / "0.safetensors")  # noqa: E501  # fmt: skip
    zoo = brought(tmp_path, tmp_path / "zoo.h5")
    assert (rowfile.network_of(zoo), rowfile.layout_of(zoo)) == (network, layout)


class Evil:
    """What a pickle may hold: a call."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("evil"),)


def changed(**tensors: Any) -> State:
    """A state dict of which some tensors are others, or none."""
    names = {name.replace(".", "_"): name for name in state(random_rows(1)[0])}
    held = state(random_rows(1)[0]) | {names.get(name, name): tensor for name, tensor in tensors.items()}
    return {name: tensor for name, tensor in held.items() if tensor is not None}


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (changed(generator_output_bias=torch.zeros(10)), "generator.output.bias is (10); wanted: (784)"),
        (changed(discriminator_input_bias=None), "discriminator.input.bias is absent; wanted: (5)"),
        (changed(step=torch.zeros(1)), "step is (1); wanted: absent"),
        (changed(generator_input_bias=torch.full((5,), torch.nan)), "generator.input.bias is not finite"),
        (changed(generator_input_bias=torch.zeros(5).double()), "generator.input.bias is torch.float64; wanted: "),
        (changed(generator_input_bias=torch.zeros(5).int()), "generator.input.bias is torch.int32; wanted: "),
        (
            changed(generator_input_bias=torch.zeros(5).to(torch.float8_e5m2)),
            "generator.input.bias is torch.float8_e5m",
        ),
        (changed(generator_input_bias=torch.zeros(5).to_sparse()), "generator.input.bias is torch.sparse_coo; wanted"),
        (changed(generator_input_bias=torch.zeros(5, device="meta")), "generator.input.bias is on the device meta, "),
        (
            changed(generator_input_bias=torch.nested.nested_tensor([torch.zeros(5)], layout=torch.jagged)),
            "generator.input.bias is nested;",
        ),
        (changed(epoch=3), "no state dict: 'epoch' is no tensor"),
        (torch.zeros(3), "no state dict: it holds one Tensor"),
        ({"model": changed()}, "no state dict: 'model' is no tensor"),
        ({"D.inp.weight": torch.zeros(1)}, "holds D.inp.weight; wanted: discriminator.input.weight, "),
        (changed(generator_input_weight=torch.zeros(())), "discriminator.input.weight is (5, 784); wanted: "),
    ],
)
def test_what_is_no_such_gan_is_refused_in_one_line(tmp_path: Path, held: Any, said: str) -> None:
    path = tmp_path / "0.pt"
    torch.save(held, path)
    with pytest.raises(UserError, match=rf"^{re.escape(f'{path}: {said}')}[^\n]*$"):
        brought(tmp_path, tmp_path / "zoo.h5")
    assert [*tmp_path.iterdir()] == [path]


def test_state_dicts_that_differ_are_refused(tmp_path: Path) -> None:
    written(tmp_path / "his", drifting_rows(2, 2))
    other = tmp_path / "his/gan-1/model_1.pt"
    torch.save(changed(generator_hidden_bias=torch.zeros(6)), other)
    with pytest.raises(UserError, match=rf"^{other}: generator\.hidden\.bias is \(6\); wanted: \(5\)$"):
        brought(tmp_path / "his", tmp_path / "zoo.h5")
    assert not (tmp_path / "zoo.h5").exists()


def test_a_pickle_of_more_than_tensors_is_refused_and_its_code_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = r"0\.pt: not read: damaged, or more than tensors; wanted: what torch\.load takes with weights_only=True$"
    for held in ({"generator.input.weight": Evil()}, nn.Linear(1, 1)):
        torch.save(held, "0.pt")
        with pytest.raises(UserError, match=refused):
            brought(Path(), Path("zoo.h5"))
    for content in (b"", b"no weights", pickle.dumps(Evil(), 2), pickle.dumps({"a": 1}, 2)[:-2]):
        Path("0.pt").write_bytes(content)
        with pytest.raises(UserError, match=refused):
            brought(Path(), Path("zoo.h5"))
    assert [*tmp_path.iterdir()] == [tmp_path / "0.pt"]


def test_a_file_that_is_no_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0.safetensors").write_text("no weights")
    with pytest.raises(UserError, match=r"0\.safetensors: no safetensors file: [^\n]*$"):
        brought(tmp_path, tmp_path / "zoo.h5")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "his: no state dicts; wanted: files that end in .safetensors, .pt, .pth, a folder a run"),
        (["0.txt"], "his: no state dicts; wanted"),
        (["0.pt", "2.pt"], "his/2.pt: no epoch 1; wanted"),
        (["0.pt", "a0.pth"], "his/a0.pth: no epoch 1; wanted"),
        (["0.pt", "1/0.pt"], "his: state dicts both here and in 1"),
        (["0/0.pt", "0/1.pt", "1/0.pt"], "his/1: 1 epochs; 0 has 2"),
    ],
)
def test_a_folder_whose_names_do_not_count_the_epochs_is_refused(tmp_path: Path, names: list[str], said: str) -> None:
    (tmp_path / "his").mkdir()
    for name in names:
        path = tmp_path / "his" / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    with pytest.raises(UserError, match=re.escape(str(tmp_path / said))):
        folder.states(tmp_path / "his")


def test_two_tensors_of_one_name_are_refused(tmp_path: Path) -> None:
    torch.save(changed(D=torch.zeros(1)), tmp_path / "0.pt")
    with pytest.raises(UserError, match=r"0\.pt: two tensors would be called generator\.input\.bias; see --rename$"):
        brought(tmp_path, tmp_path / "zoo.h5", D="generator.input.bias")


def test_a_row_opens_in_plain_pytorch(tmp_path: Path) -> None:
    zoo = brought(written(tmp_path / "his", drifting_rows(2, 3)), tmp_path / "zoo.h5")
    made = states.export(states.chosen(zoo, 4, None, None), False, zoo)
    states.export.save(made, [tmp_path / "gan.safetensors"], "")  # type: ignore[attr-defined]
    with safe_open(tmp_path / "gan.safetensors", "pt") as file:
        assert file.metadata() == {"format": "pt", "facts": '{"gan": 1, "epoch": 1}'}
    held = load_file(tmp_path / "gan.safetensors")
    layers = {name: nn.Linear(*reversed(held[f"generator.{name}.weight"].shape)) for name in ("input", "hidden", "output")}  # noqa: E501  # fmt: skip
    nn.ModuleDict({"generator": nn.ModuleDict(layers)}).load_state_dict(
        {name: tensor for name, tensor in held.items() if name.startswith("generator.")}
    )
    leaky, z = nn.LeakyReLU(0.2), torch.randn(6, GAN.latent)
    drawn = layers["output"](leaky(layers["hidden"](leaky(layers["input"](z))))).tanh().view(-1, 28, 28)
    torch.testing.assert_close(drawn, networks.draw(GAN, rowfile.rows(zoo)[[4]], LAYOUT, z)[0])


def test_a_run_that_is_exported_comes_back_the_same(tmp_path: Path) -> None:
    zoo = brought(written(tmp_path / "his", drifting_rows(2, 3)), tmp_path / "zoo.h5")
    made = states.export(states.chosen(zoo, None, 1, None), False, zoo)
    paths = [tmp_path / "run" / f"{i:03d}.safetensors" for i in range(3)]
    states.export.save(made, paths, "")  # type: ignore[attr-defined]
    again = brought(tmp_path / "run", tmp_path / "again.h5")
    assert torch.equal(rowfile.rows(again), rowfile.rows(zoo, [1]))


def test_an_average_is_the_mean_of_a_runs_last_rows(tmp_path: Path) -> None:
    zoo = brought(written(tmp_path / "his", drifting_rows(2, 3)), tmp_path / "zoo.h5")
    ((tensors, facts),) = states.export(states.chosen(zoo, None, 1, 2), True, zoo)
    assert facts == {"gan": 1, "epoch": 2, "averaged": 2}
    expected = (rowfile.rows(zoo)[4] + rowfile.rows(zoo)[5]) / 2
    torch.testing.assert_close(LAYOUT.flatten({name: one.unsqueeze(0) for name, one in tensors.items()})[0], expected)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((6, None, None), r"zoo\.h5: no row 6; allowed: 0 … 5$"),
        ((None, 2, None), r"zoo\.h5: no run 2; allowed: 0, 1$"),
        ((None, 0, 4), r"^--average: 4; allowed: 1 … 3, the rows of run 0$"),
        ((None, None, None), "^--row N for one row, "),
        ((0, 0, None), "^--row N for one row, "),
        ((0, None, 2), "^--row N for one row, "),
    ],
)
def test_rows_that_are_not_there_are_refused(tmp_path: Path, asked: tuple[Any, ...], said: str) -> None:
    zoo = brought(written(tmp_path / "his", drifting_rows(2, 3)), tmp_path / "zoo.h5")
    with pytest.raises(UserError, match=said):
        states.chosen(zoo, *asked)
