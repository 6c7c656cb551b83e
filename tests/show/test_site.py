"""The site of a made-up study and of the real documents: whole, without a network, and every link leads somewhere."""

import re
import struct
import subprocess
import zlib
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from gangan.core.files import UserError
from gangan.show.site import build, listing
from support.clone import PAGES, ROOT, Clone

DIGEST = "0123abcd" * 8
PAPER = "results/made-up/gangan"
PAGE = """# C1: it draws

Lines without any space, as digests are: {digest}

| {head} |
|{rule}|
| {head} |

![one](../figures/one.png)

[the tests](../../../../docs/claims/gangan.md#the-claims)
"""


def picture() -> bytes:
    """A PNG of one white pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\xff")) + chunk(b"IEND", b"")


def study(folder: Path) -> Path:
    """A clone with documents and results."""
    root = Clone(folder / "clone", ("docs", "config", *PAGES)).folder
    wide = " | ".join(f"a column {i}" for i in range(12))
    page = PAGE.format(digest=DIGEST * 4, head=wide, rule="|".join(["---"] * 12))
    index = "# Claims\n\n| claim | verdict |\n|---|---|\n| [C1](c1.md) | supported |\n"
    for name, text in {"claims/index.md": index, "claims/c1.md": page, "tables/claims.csv": "claim\nC1\n"}.items():
        (root / PAPER / name).parent.mkdir(parents=True, exist_ok=True)
        (root / PAPER / name).write_text(text)
    for name in ("explorer.html", "chains/one.html"):
        (root / PAPER / name).parent.mkdir(exist_ok=True)
        (root / PAPER / name).write_text("<!doctype html><title>A page</title><h1>As it is</h1>")
    (root / PAPER / "figures").mkdir()
    (root / PAPER / "figures/one.png").write_bytes(picture())
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with its site."""
    root = study(tmp_path_factory.mktemp("site"))
    build(root, "made-up", "1.2.3", DIGEST, root / "results/made-up/site")
    return root


@pytest.fixture(scope="module")
def site(root: Path) -> Path:
    return root / "results/made-up/site"


class Page(HTMLParser):
    """What a page links to, what it loads, and the names of its places."""

    def __init__(self, path: Path):
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.places: set[str] = {""}
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.places |= {value for value in (given.get("id"), given.get("name")) if value}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        self.loads += [value for name, value in attrs if value and (name == "src" or (tag, name) == ("link", "href"))]


def test_every_link_leads_to_a_page_and_a_place_on_it_and_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    pages = {path: Page(path) for path in site.rglob("*.html")}
    assert len(pages) > 20
    for path, page in pages.items():
        assert not [load for load in page.loads if urlsplit(load).scheme]
        for link in (*page.links, *page.loads):
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme == "https", f"{path}: {link}"
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_file(), f"{path}: {link}"
            if target in pages:
                assert unquote(parts.fragment) in pages[target].places, f"{path}: {link}"
    used = {(path.parent / urlsplit(link).path).resolve() for path, page in pages.items() for link in page.links}
    assert {site / "results/made-up/gangan/explorer.html", site / "results/made-up/gangan/claims/c1.html"} <= used


def test_all_that_a_study_has_is_on_it_and_each_page_says_what_it_is_of(site: Path) -> None:
    paper = (site / PAPER / "index.html").read_text()
    for link in ("explorer.html", "chains/one.html", "claims/index.html"):
        assert f'href="{link}"' in paper
    assert "claims.csv" in paper
    assert (site / PAPER / "explorer.html").read_text().endswith("<h1>As it is</h1>")
    for path in site.rglob("*.html"):
        if path.name not in ("search.html", "explorer.html", "one.html"):
            text = path.read_text()
            assert "Study made-up, gangan 1.2.3" in text, path
            assert DIGEST in text
    assert "gangan.svg" in (site / "index.html").read_text()  # the graph of rules
    assert not list(site.parent.glob(".*"))


def test_it_opens_from_disk_in_a_browser_wide_and_narrow_and_finds_words(site: Path, browser: Browser) -> None:
    said: list[str] = []
    for width in (1280, 360):
        context = browser.new_context(offline=True, viewport={"width": width, "height": 800})
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda one: said.append(one.url) if not one.url.startswith(("file:", "data:")) else None)
        for name in ("index.html", f"{PAPER}/index.html", f"{PAPER}/claims/c1.html", "docs/papers/gangan.html"):
            page.goto((site / name).as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.goto(f"{(site / 'search.html').as_uri()}?q=saturation")
        expect(page.locator("#search-results li").first).to_be_visible()
        context.close()
    assert said == []


def test_a_link_that_leads_nowhere_is_one_line_and_the_site_that_was_there_stays(tmp_path: Path) -> None:
    files = {"README.md": "# Home", "docs/one.md": "# One\n\n[no](nothing.md)", "config/README.md": "# Keys"}
    site = tmp_path / "results/study/site"
    for name, text in (files | {"results/study/oned/figures/x.txt": "", "results/study/site/index.html": ""}).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    with pytest.raises(UserError, match=r"^docs/one.md:3: .*nothing.md") as failure:
        build(tmp_path, "study", "1.2.3", DIGEST, site)
    assert "\n" not in str(failure.value)
    assert (site / "index.html").exists()
    (tmp_path / "docs/one.md").write_text("# One")
    build(tmp_path, "study", "1.2.3", DIGEST, site)
    assert "Home" in (site / "index.html").read_text()
    assert not list(site.parent.glob(".*"))


def test_results_may_be_a_link_to_another_disk(tmp_path: Path) -> None:
    for name, text in {"README.md": "# Home", "docs/one.md": "# One", "config/README.md": "# Keys"}.items():
        (tmp_path / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "clone" / name).write_text(text)
    (tmp_path / "disk/study/oned/figures").mkdir(parents=True)
    (tmp_path / "disk/study/oned/figures/x.png").write_bytes(picture())
    (tmp_path / "clone/results").symlink_to("../disk")
    site = tmp_path / "clone/results/study/site"
    build(tmp_path / "clone", "study", "1.2.3", DIGEST, site)
    assert "x.png" in (site / "results/study/oned/index.html").read_text()
    (tmp_path / "clone/docs/one.md").write_text("# One\n\n[no](nothing.md)")
    with pytest.raises(UserError, match=r"^docs/one\.md:3: .*nothing\.md"):
        build(tmp_path / "clone", "study", "1.2.3", DIGEST, site)


def test_a_study_without_figures_and_a_folder_that_is_no_clone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^results/none: no figures yet"):
        build(tmp_path, "none", "1", DIGEST, tmp_path / "site")
    (tmp_path / "results/none/oned/figures").mkdir(parents=True)
    with pytest.raises(UserError, match="run this in a clone"):
        build(tmp_path, "none", "1", DIGEST, tmp_path / "site")


def test_a_folder_is_listed_with_its_pictures_shown() -> None:
    assert listing("reference/x", ["a/b.png", "c.csv"]).split("\n\n") == [
        "# reference/x", "## b", "![b](a/b.png)", "## Files", "- [c.csv](c.csv)",
    ]  # fmt: skip


def test_its_rule_says_what_went_wrong(tmp_path: Path) -> None:
    """`gangan` is a function of the shell, which it replaces."""
    (command,) = re.findall(r'^ +"(.*gangan site .*)"$', (ROOT / "Snakefile").read_text(), re.MULTILINE)
    command = command.format(params=SimpleNamespace(study="x"), log=tmp_path / "log")
    gangan = "gangan() { exec bash -c 'echo broken >&2; exit 1'; }"
    shell = ["bash", "-c", f"set -euo pipefail; {gangan}; {command}"]
    done = subprocess.run(shell, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (1, "broken\n")
