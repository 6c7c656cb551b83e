"""How the explorer is read by a browser: what it opens with first, all of it checked, and how fast."""

import statistics
import zlib
from base64 import b64decode, b64encode
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from playwright.sync_api import expect

from support.browser import first_picture, frames
from support.explored import EPOCHS, LINEAGE, Explored

from .conftest import Open, alike, drawn, title


def test_it_opens_without_a_network_and_says_how_large_and_how_fast_it_is(
    opened: Open, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = opened()
    first, times = first_picture(page), frames(page)
    assert len(times) >= 20
    with capsys.disabled():
        print(
            f"\nexplorer of a tiny study: {file.stat().st_size:,} bytes, first picture after {first:.0f} ms, ", end=""
        )
        print(f"frames of {statistics.median(times):.1f} ms (median of {len(times)}), {max(times):.1f} ms at most")


def test_it_computes_the_digest_of_its_weights(opened: Open, explored: Explored) -> None:
    made = explored.page()
    footer = opened().locator("footer")
    expect(footer).to_contain_text(f"sha256 {made.values['facts']['sha256']}, computed here; it is what was written")
    expect(footer).to_contain_text("Study tiny, gangan 1.2.3")
    expect(footer).to_contain_text(f"gangan:lineage:{LINEAGE}")
    weights = bytearray(zlib.decompress(b"".join(map(b64decode, made.values["weights"]))))
    weights[-1] ^= 1
    others = {**made.values, "weights": [b64encode(zlib.compress(weights)).decode()]}
    changed = explored.written(replace(made, values=others), "changed.html")
    expect(opened(changed).locator("#digest")).to_contain_text("are not those it was made with")


@pytest.mark.parametrize("fault", ["changed", "no base64", "cut off"])
def test_a_damaged_file_says_so(opened: Open, file: Path, explored: Explored, fault: str) -> None:
    text, piece = file.read_text(), explored.page().values["weights"][-2]
    start = text.index(piece)
    middle = text[start + 1000 : start + 1040]
    damaged = {
        "changed": text.replace(middle, middle[::-1]),
        "no base64": text.replace(middle, middle.replace(middle[20], "?")),
        "cut off": text[: start + 1000],
    }
    path = file.with_name("damaged.html")
    path.write_text(damaged[fault])
    page = opened(path, ready=False)
    expect(page.locator("#digest")).to_contain_text("the file is damaged")
    assert alike(drawn(page, "digits-a"), explored.digits("as-described", 3, [0.0])[0])  # what came before


HELD_BACK = """
    const { write, close } = WritableStreamDefaultWriter.prototype;
    const released = new Promise((release) => { globalThis.release = release; });
    let pieces = 0;
    WritableStreamDefaultWriter.prototype.write = async function (piece) {
        if (++pieces > 4) await released;
        return write.call(this, piece);
    };
    WritableStreamDefaultWriter.prototype.close = async function () {
        await released;
        return close.call(this);
    };
"""


def test_what_it_opens_with_is_drawn_before_other_weights_are_there(opened: Open, explored: Explored) -> None:
    page = opened(ready=False, script=HELD_BACK)  # all but the noise of both zoos, a row, and a GAN-GAN at z = 0
    first_picture(page)
    assert alike(drawn(page, "digits-a"), explored.digits("as-described", 3, [0.0])[0])
    assert alike(drawn(page, "digits-b"), explored.digits_of_row("mlp", 0, EPOCHS))
    page.select_option("#seed", "4")
    page.locator("#z").fill("1")
    assert title(page, "a") == "as-described, seed 4, at z = +1.00"
    assert "Fréchet distance 650" in page.inner_text("#panel-a dl")
    assert drawn(page, "digits-a").max() == drawn(page, "across", 33).max() == 0
    page.evaluate("release()")
    expect(page.locator("#digest")).to_contain_text("computed here; it is what was written")
    assert alike(drawn(page, "digits-a"), explored.digits("as-described", 4, [1.0])[0])
    expect(page.locator("#across")).to_have_attribute("aria-busy", "false")
    assert alike(
        drawn(page, "across", 33), explored.digits("as-described", 4, torch.linspace(-2, 2, 33).tolist())[:, 0]
    )


def test_it_reads_base64_where_the_browser_has_no_means_of_its_own(opened: Open, explored: Explored) -> None:
    page = opened(script="delete Uint8Array.fromBase64")
    assert not page.evaluate("'fromBase64' in Uint8Array")
    assert alike(drawn(page, "digits-a"), explored.digits("as-described", 3, [0.0])[0])
