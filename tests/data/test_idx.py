"""Where digits come from: mirrors in turn, contents verified, nothing half-written."""

import gzip
import hashlib
import math
import struct
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch
import torchvision
from safetensors.torch import load_file, save_file

from gangan.core.files import UserError
from gangan.data import idx
from gangan.data.idx import Archive

IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"


def file_of(magic: int, *shape: int, start: int = 0) -> bytes:
    """A file as the MNIST authors define it: big-endian magic and sizes, then bytes."""
    pixels = bytes((start + i) % 256 for i in range(math.prod(shape)))
    return struct.pack(f">{1 + len(shape)}I", magic, *shape) + pixels


CONTENT = {
    IMAGES: file_of(2051, 3, 28, 28),
    LABELS: file_of(2049, 3),
    "t10k-images-idx3-ubyte.gz": file_of(2051, 2, 28, 28, start=7),
    "t10k-labels-idx1-ubyte.gz": file_of(2049, 2, start=5),
}


@pytest.fixture(autouse=True)
def small_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    """MNIST's checksums, of five digits instead of 70,000."""
    archives = [Archive(name, hashlib.sha256(content).hexdigest()) for name, content in CONTENT.items()]
    monkeypatch.setitem(idx.ARCHIVES, "mnist", archives)


def mirror(folder: Path) -> Path:
    folder.mkdir()
    for name, content in CONTENT.items():
        (folder / name).write_bytes(gzip.compress(content))
    return folder


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return mirror(tmp_path / "good")


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A mirror whose training images are others, as many."""
    folder = mirror(tmp_path / "bad")
    (folder / IMAGES).write_bytes(gzip.compress(file_of(2051, 3, 28, 28, start=1)))
    return folder


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class CuttingShort(Quiet):
    """Promises a whole file and closes the connection halfway."""

    def copyfile(self, source, outputfile) -> None:
        outputfile.write(source.read(100))


@pytest.fixture
def serve() -> Iterator[object]:
    servers = []

    def start(folder: Path, handler: type[Quiet] = Quiet) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def fetched(tmp_path: Path, *mirrors: str) -> dict[str, torch.Tensor]:
    output = tmp_path / "out" / "mnist.safetensors"
    idx.fetch("mnist", list(mirrors), output)
    assert [path.name for path in output.parent.iterdir()] == [output.name]
    return load_file(output)


def refused(tmp_path: Path, *mirrors: str) -> str:
    """The one line of a fetch that fails; nothing stays."""
    before = set(tmp_path.rglob("*"))
    with pytest.raises(UserError) as error:
        idx.fetch("mnist", list(mirrors), tmp_path / "refused" / "mnist.safetensors")
    assert set(tmp_path.rglob("*")) == before
    message = str(error.value)
    assert "\n" not in message
    return message


def test_every_part_is_read_as_the_idx_files_say(tmp_path: Path, good: Path) -> None:
    tensors = fetched(tmp_path, good.as_uri())
    assert {name: tuple(t.shape) for name, t in tensors.items()} == {
        "train.images": (3, 28, 28),
        "train.labels": (3,),
        "test.images": (2, 28, 28),
        "test.labels": (2,),
    }
    assert bytes(tensors["train.images"].flatten().tolist()) == CONTENT[IMAGES][16:]
    assert tensors["test.labels"].tolist() == [5, 6]


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist", "kmnist"])
def test_the_file_holds_the_bytes_of_the_idx_files_whatever_the_dataset(
    tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(idx.ARCHIVES, name, idx.ARCHIVES["mnist"])
    idx.fetch(name, [good.as_uri()], tmp_path / "fetched.safetensors")
    by_hand = {
        f"{part}.{kind}": torch.tensor(list(CONTENT[f"{file}-{kind}-{rank}-ubyte.gz"][header:]), dtype=torch.uint8)
        for part, file in (("train", "train"), ("test", "t10k"))
        for kind, rank, header in (("images", "idx3", 16), ("labels", "idx1", 8))
    }
    shaped = {key: t.view(-1, 28, 28) if key.endswith("images") else t for key, t in by_hand.items()}
    save_file(shaped, tmp_path / "expected.safetensors")
    assert (tmp_path / "fetched.safetensors").read_bytes() == (tmp_path / "expected.safetensors").read_bytes()


def test_torchvision_is_asked_by_its_public_names_alone(
    tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    class MNIST(torchvision.datasets.MNIST):
        def __init__(self, root: str, train: bool, download: bool) -> None:
            super().__init__(root, train=train, download=download)
            asked.append((train, download, len(self.data)))

    monkeypatch.setattr(torchvision.datasets, "MNIST", MNIST)
    assert fetched(tmp_path, good.as_uri())
    assert asked == [(True, False, 3), (False, False, 2)]


def test_a_mirror_may_be_an_absolute_or_relative_folder_or_a_web_address(
    tmp_path: Path, good: Path, serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for address in (f"file:{good}", f"file://{good}/", "file:good", "file:../" + tmp_path.name + "/good", serve(good)):
        assert fetched(tmp_path, address)["train.labels"].tolist() == [0, 1, 2]


def test_mirrors_are_tried_in_order_and_the_first_good_one_is_used(tmp_path: Path, good: Path, bad: Path) -> None:
    absent = (tmp_path / "absent").as_uri()
    tensors = fetched(tmp_path, absent, bad.as_uri(), good.as_uri())
    assert tensors["train.images"].flatten()[0] == 0
    (bad / IMAGES).write_bytes((good / IMAGES).read_bytes())
    (good / IMAGES).unlink()  # so the first that delivers is not the last
    assert fetched(tmp_path, absent, bad.as_uri(), good.as_uri())


def test_other_content_is_named_with_expected_and_actual_checksum(tmp_path: Path, bad: Path) -> None:
    message = refused(tmp_path, bad.as_uri())
    actual = hashlib.sha256(file_of(2051, 3, 28, 28, start=1)).hexdigest()
    assert f"{bad.as_uri()}/{IMAGES}: sha256 {actual} (2368 bytes unpacked), expected content of sha256" in message
    assert hashlib.sha256(CONTENT[IMAGES]).hexdigest() in message
    assert "data.mirrors.mnist" in message


@pytest.mark.parametrize("content", [b"", b"not a gzip file", gzip.compress(CONTENT[IMAGES])[:-20]])
def test_a_short_or_damaged_archive_is_named_with_what_came_and_what_was_expected(
    tmp_path: Path, good: Path, content: bytes
) -> None:
    (good / IMAGES).write_bytes(content)
    message = refused(tmp_path, good.as_uri())
    assert f"{IMAGES}: " in message
    assert "expected content of sha256 " + hashlib.sha256(CONTENT[IMAGES]).hexdigest() in message
    assert str(len(content)) in message


def test_a_connection_that_breaks_off_is_named_and_the_next_mirror_used(tmp_path: Path, good: Path, serve) -> None:
    broken = serve(good, CuttingShort)
    assert "100 bytes read" in refused(tmp_path, broken)
    assert fetched(tmp_path, broken, serve(good))


def test_every_mirror_that_failed_is_named(tmp_path: Path, bad: Path, serve) -> None:
    web, nowhere = serve(tmp_path), "http://[broken"
    message = refused(tmp_path, web, nowhere, bad.as_uri())
    assert f"{web}{IMAGES}: HTTP Error 404" in message
    assert f"{nowhere}/{IMAGES}: Invalid IPv6 URL" in message
    assert f"{bad.as_uri()}/{IMAGES}: sha256" in message
    assert "none is set" in refused(tmp_path)


def test_the_wrapper_is_verified_where_only_its_checksum_is_published(
    tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = {name: hashlib.sha256((good / name).read_bytes()).hexdigest() for name in CONTENT}
    archives = [replace(archive, of_content=False, sha256=packed[archive.name]) for archive in idx.ARCHIVES["mnist"]]
    monkeypatch.setitem(idx.ARCHIVES, "mnist", archives)
    assert fetched(tmp_path, good.as_uri())
    (good / LABELS).write_bytes(gzip.compress(CONTENT[LABELS], compresslevel=1, mtime=1))  # same content
    assert "expected an archive of sha256" in refused(tmp_path, good.as_uri())


def test_pixels_are_scaled_to_minus_one_and_one() -> None:
    pixels = torch.tensor([0, 255, 51], dtype=torch.uint8).expand(2, 28, 3)
    assert idx.scaled(pixels)[0, :3].tolist() == pytest.approx([-1, 1, -0.6])


def test_the_embedded_digits_are_500_of_each_class(digits: Path) -> None:
    tensors = load_file(digits)
    assert tuple(tensors["train.images"].shape) == (5000, 28, 28)
    assert tensors["train.labels"].bincount().tolist() == [500] * 10


def test_a_damaged_dataset_file_is_refused(tmp_path: Path, digits: Path) -> None:
    damaged = tmp_path / "digits.safetensors"
    damaged.write_bytes(digits.read_bytes()[:1000])
    with pytest.raises(UserError, match=r"digits\.safetensors: .*; delete the file and run again"):
        idx.images(damaged)
    with pytest.raises(UserError, match=r"digits\.safetensors: .*; delete the file and run again"):
        idx.read_part(damaged, "test")
    with pytest.raises(UserError, match=r"test\.images"):
        idx.images(digits, "test")


def test_of_a_dataset_with_a_test_part_every_sixth_training_digit_is_validation(tmp_path: Path) -> None:
    def numbered(start: int, count: int) -> torch.Tensor:
        return torch.arange(start, start + count, dtype=torch.uint8)

    held = {f"{part}.labels": numbered(start, count) for part, start, count in (("train", 0, 12), ("test", 100, 3))}
    held |= {name.replace("labels", "images"): labels.view(-1, 1, 1).repeat(1, 28, 28) for name, labels in held.items()}
    save_file(held, tmp_path / "digits")
    parts = {part: idx.read_part(tmp_path / "digits", part) for part in idx.PARTS}
    assert {part: digits.labels.tolist() for part, digits in parts.items()} == {
        "train": [0, 1, 2, 3, 4, 6, 7, 8, 9, 10],
        "validation": [5, 11],
        "test": [100, 101, 102],
    }
    for digits in parts.values():
        torch.testing.assert_close((digits.images[:, 0, 0] + 1) * 127.5, digits.labels.float(), atol=1e-4, rtol=0)


def test_digits_of_a_small_dataset_stand_in_one_part_only(digits: Path) -> None:
    everyone = load_file(digits)["train.labels"].long()
    parts = {part: idx.read_part(digits, part) for part in idx.PARTS}
    assert torch.equal(parts["validation"].labels, everyone[3::5])
    assert torch.equal(parts["test"].labels, everyone[4::5])
    assert [digits.labels.bincount().unique().tolist() for digits in parts.values()] == [[300], [100], [100]]


ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "mnist"


@pytest.mark.skipif(not SHARED.is_dir(), reason="no MNIST beside the clone, at ../shared/mnist")
def test_mnist_beside_the_clone_is_the_official_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the real checksums
    monkeypatch.chdir(ROOT)
    tensors = fetched(tmp_path, "file:../shared/mnist")
    assert tuple(tensors["train.images"].shape) == (60_000, 28, 28)
    assert tuple(tensors["test.images"].shape) == (10_000, 28, 28)
    assert (tensors["train.labels"] == 8).sum() == 5_851  # the published count
