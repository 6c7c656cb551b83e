"""The browser that pages are tried in: one for all tests, as Playwright runs once in a process."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


def installed() -> str | None:
    """Where the machine's own browser is."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def launched(path: str) -> Iterator[Browser]:
    """A browser, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own; the test is skipped where it has none."""
    path = installed()
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
    with launched(path) as browser:
        yield browser


def settled(page: Page) -> None:
    """All that was asked for is drawn."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def first_picture(page: Page) -> float:
    """When an explorer had drawn what it opens with: milliseconds after it was asked for."""
    mark = page.wait_for_function("() => performance.getEntriesByName('first picture')[0]?.startTime")  # for 30 s
    milliseconds: float = mark.json_value()
    return milliseconds


def frames(page: Page) -> list[float]:
    """How long an explorer takes to draw each of 20 places along z, milliseconds."""
    page.evaluate("() => { frames.length = 0; }")
    for step in range(20):
        page.locator("#z").fill(str(step / 10))
        settled(page)
    times: list[float] = page.evaluate("frames")
    return times
