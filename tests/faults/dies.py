"""Put into a clone as ``src/sitecustomize.py``: a ``gangan`` process dies, or waits, at moments that the test planned.

``faults/*.json``, in order, each used once: ``{"output", "event", "nth", "do"}``. The output's end says whose process.
Events are ``replace NAME`` and ``replaced NAME``, before and after a file takes its name, and ``link NAME``.
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


def at(event: str, source: str) -> None:
    seen[event] += 1
    for path in sorted(Path("faults").glob("*.json")):
        fault = json.loads(path.read_text())
        mine = any(word.endswith(fault["output"]) for word in sys.orig_argv)
        if not mine:
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
    watch("replace")
    watch("link")
