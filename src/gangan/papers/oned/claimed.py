"""The text's claims as pages: which words and figures are about each (docs/claims/oned.md)."""

from gangan.show.words import Claimed

CLAIMED = Claimed(
    "docs/claims/oned.md",
    "docs/papers/oned.md",
    "oned",
    {
        "C1": (("3.2", "2.6"), ("map-optimizer", "map-rewrite", "panels-optimizer")),
        "C2": (("1.3", "1.4"), ("panels-minibatch", "gallery-minibatch")),
        "C3": (("1.3", "2.2"), ("losses",)),
        "C4": (("1.3",), ("panels-seeds", "gallery-adam", "map-optimizer")),
        "C5": (("3.1", "1.6"), ("map-width", "map-depth", "panels-width")),
        "C6": (("2.5", "2.7"), ("map-mixture", "gallery-mixture", "panels-mixture")),
        "C7": (("2.5",), ("map-sigma", "panels-sigma")),
    },
)
