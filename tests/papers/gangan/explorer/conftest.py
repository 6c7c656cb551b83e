"""A study to explore, and its page in a browser that is not on any network."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Browser, Page, expect
from torch import Tensor

from support.browser import settled
from support.explored import DIGITS, Explored
from support.job import prepared

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def explored(tmp_path_factory: pytest.TempPathFactory) -> Explored:
    with prepared():
        return Explored(tmp_path_factory.mktemp("explored"))


@pytest.fixture(scope="session")
def file(explored: Explored) -> Path:
    """The page of the study, all of it."""
    with prepared():
        return explored.written(explored.page())


@pytest.fixture
def opened(browser: Browser, file: Path) -> Iterator[Open]:
    """Opens a page without a network, and at the end of the test refuses every error, and every request but for the
    file itself."""
    said: list[str] = []
    contexts = []

    def open_page(path: Path = file, ready: bool = True, script: str = "", **how: Any) -> Page:
        context = browser.new_context(offline=True, **{"viewport": {"width": 1280, "height": 900}} | how)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if request.url != path.as_uri() else None)
        page.add_init_script(script)
        page.goto(path.as_uri())
        if ready:
            expect(page.locator("#digest")).to_contain_text("sha256")  # of all weights, which are there then
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def drawn(page: Page, canvas: str, count: int = DIGITS) -> Tensor:
    """The digits (count, 28, 28) on a canvas, from 0 to 255."""
    settled(page)
    pixels = page.evaluate(
        """([id, count]) => {
            const canvas = document.getElementById(id), columns = canvas.width / 28, found = [];
            const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
            copy.drawImage(canvas, 0, 0);
            const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
            for (let n = 0; n < count; n++) for (let y = 0; y < 28; y++) for (let x = 0; x < 28; x++)
              found.push(data[4 * ((Math.floor(n / columns) * 28 + y) * canvas.width + (n % columns) * 28 + x)]);
            return found;
        }""",
        [canvas, count],
    )
    return torch.tensor(pixels).view(count, 28, 28).float()


def alike(made: Tensor, expected: Tensor) -> bool:
    """Within a grey level, both of whole levels."""
    return bool(expected.std() > 5) and (made - expected.round()).abs().max().item() <= 1


def title(page: Page, panel: str) -> str:
    settled(page)
    return page.inner_text(f"#title-{panel}").removeprefix(f"{panel.upper()}: ")
