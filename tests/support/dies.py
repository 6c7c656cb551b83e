"""Put into a clone as ``src/sitecustomize.py``: a ``gangan`` process dies, or waits, at moments that a test planned.

``faults/*.json``, in order, each used once: ``{"output", "event", "nth", "do"}``. The end of an output's path says
whose process: that of the job which ``--files`` tells to write it. Events are ``replace NAME`` and ``replaced NAME``,
before and after a file takes its name, and ``link NAME``.
"""

import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path

seen: Counter[str] = Counter()
last = [time.monotonic()] * 2  # when the last two files took their names


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def outputs() -> list[str]:
    """What this process is told to write, by JSON on its command line or in the file that stands there as ``@FILE``."""
    words = sys.orig_argv
    if "--files" not in words:
        return []
    given = words[words.index("--files") + 1]
    files = json.loads(Path(given[1:]).read_text() if given.startswith("@") else given)
    return list(files["output"].values())


def at(event: str, source: str) -> None:
    seen[event] += 1
    for path in sorted(Path("faults").glob("*.json")):
        fault = json.loads(path.read_text())
        if not any(name.endswith(fault["output"]) for name in written):
            continue
        if fault["event"] != event or fault.get("nth", 1) > seen[event]:
            return  # the next fault of this process is another
        path.rename(path.with_suffix(".done"))
        match fault["do"]:
            case "die":
                die()
            case "die half-written":
                os.truncate(source, Path(source).stat().st_size // 2)
                die()
            case "die soon":  # in the middle of what comes next, which takes as long as what came last
                threading.Timer((last[1] - last[0]) / 2, die).start()
            case "wait":
                while not Path("go").exists():
                    time.sleep(0.05)
        return


def watch(name: str) -> None:
    original = getattr(os, name)

    def watched(source: str, target: str, **options: object) -> None:
        base = Path(target).name
        at(f"{name} {base}", source)
        original(source, target, **options)
        if name == "replace":
            last.append(time.monotonic())
            del last[0]
            at(f"replaced {base}", source)

    setattr(os, name, watched)


if Path("faults").exists():
    written = outputs()
    watch("replace")
    watch("link")
