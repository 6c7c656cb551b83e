"""Which files of two runs of one study hold other content: ``bench_same.py OLD NEW [OLD_NAME=NEW_NAME ...]``.

For changes of the code that must change no result. Tables are compared byte by byte, pictures by their pixels (a PNG
also carries a lineage), weights and rows tensor by tensor (their files also carry settings). Records, logs, PDF and the
pages of the report hold times or lineages and are left out, and so are measured times.
"""

import re
import sys
from pathlib import Path

import h5py
import matplotlib.pyplot as plt
import numpy as np
from safetensors.numpy import load_file

COMPARED = (".csv", ".h5", ".png", ".safetensors", ".md", ".tex")
SETTINGS = ("settings", "network")  # of a zoo: how a study spells them may change


def content(path: Path) -> dict[str, bytes]:
    """What a file holds, by name."""
    if path.suffix == ".png":
        return {"pixels": plt.imread(path).tobytes()}
    if path.suffix == ".safetensors":
        return {name: array.tobytes() for name, array in load_file(path).items()}
    if path.suffix == ".h5":
        found: dict[str, bytes] = {}

        def keep(name: str, item: h5py.Dataset | h5py.Group) -> None:
            if isinstance(item, h5py.Dataset) and name not in SETTINGS:
                found[name] = np.asarray(item[()]).tobytes()

        with h5py.File(path) as file:
            file.visititems(keep)
        return found
    return {"bytes": path.read_bytes()}


def files(folder: Path) -> dict[str, Path]:
    """The files to compare, by their place in a study's folder."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in COMPARED}
    timed = ("timing.csv", "runtimes.csv", "runtimes.md", "runtimes.tex")
    return {
        name: path
        for name, path in found.items()
        if path.name not in timed and not ("/gans/" in name and path.suffix == ".csv" and name.startswith("zoos/"))
    }


def main() -> None:
    """Print each difference; exit 1 if there is one."""
    old, new = (files(Path(word)) for word in sys.argv[1:3])
    for pair in sys.argv[3:]:
        before, after = pair.split("=")
        old = {re.sub(before, after, name): path for name, path in old.items()}
    different = [f"only in one: {name}" for name in sorted(old.keys() ^ new.keys())]
    for name in sorted(old.keys() & new.keys()):
        before, after = content(old[name]), content(new[name])
        parts = [part for part in before | after if before.get(part) != after.get(part)]
        if parts:
            different.append(f"differs: {name}: {', '.join(parts[:5])}")
    print("\n".join(different) or f"the same: {len(new)} files")
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
