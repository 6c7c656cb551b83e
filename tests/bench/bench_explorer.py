"""How large an explorer is and how fast, in the machine's browser, several of them by turns.

    PYTHONPATH=src:tests python tests/bench/bench_explorer.py EXPLORER.html...

It prints, of each file, its size; after how long its first picture stood, the median and the range of nine loads, and
the ratio to that of the first file; how long a frame's script takes, the median and the most of 20 places along z in
each load; and the longest task of the page until all weights had been read and checked.
"""

import statistics
import sys
from pathlib import Path

from playwright.sync_api import Browser, expect

from support.browser import first_picture, frames, installed, launched

LOADS = 9
# Each task of more than 50 ms, as the browser reports it.
LISTEN = """
    globalThis.longTasks = [];
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((one) => one.duration)))
      .observe({ type: "longtask", buffered: true });
"""


def load(browser: Browser, file: Path) -> tuple[float, list[float], float]:
    """Of one load: when the first picture stood, the frames, the longest task; all in milliseconds."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(LISTEN)
    page.goto(file.resolve().as_uri(), wait_until="commit")
    first = first_picture(page)
    expect(page.locator("#digest")).to_contain_text("sha256", timeout=60_000)
    longest = max(page.evaluate("longTasks"), default=0.0)
    times = frames(page)
    context.close()
    return first, times, longest


if __name__ == "__main__":
    files = [Path(name) for name in sys.argv[1:]]
    path = installed()
    if not files or path is None:
        sys.exit(__doc__ if path else "no browser is installed")
    with launched(path) as browser:
        turns = [[load(browser, file) for file in files] for _ in range(LOADS)]
    base = statistics.median(turn[0][0] for turn in turns)
    for file, loads in zip(files, zip(*turns, strict=True), strict=True):
        firsts, drawn, longest = zip(*loads, strict=True)
        times = [time for some in drawn for time in some]
        median = statistics.median(firsts)
        print(
            f"{file}: {file.stat().st_size:,} bytes",
            f"first picture after {median:.0f} ms ({min(firsts):.0f} to {max(firsts):.0f}), {median / base:.2f} ×",
            f"frames of {statistics.median(times):.1f} ms, {max(times):.1f} ms at most",
            f"longest task {statistics.median(longest):.0f} ms ({max(longest):.0f} ms at most)",
            sep="\n  ",
        )
