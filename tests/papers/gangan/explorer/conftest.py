"""A study to explore, and its page in a browser that is not on any network."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from support.explored import Explored
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

    def open_page(path: Path = file, ready: bool = True, **how: Any) -> Page:
        context = browser.new_context(offline=True, **{"viewport": {"width": 1280, "height": 900}} | how)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        if ready:
            expect(page.locator("#title-a")).not_to_be_empty()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
