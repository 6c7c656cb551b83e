"""The text's claims as pages: which words and figures are about each (docs/claims/mpgan.md)."""

from gangan.show.words import Claimed

CLAIMED = Claimed(
    "docs/claims/mpgan.md",
    "docs/papers/mpgan.md",
    "mpgan",
    {
        "S2-C1": (("2.4", "3.2"), ("fig5", "fig5-as-described", "courses")),
        "S2-C2": (("2.6",), ("fig6", "fig6-155k")),
        "S2-C3": (("2.6",), ("fig7", "courses")),
        "S2-C4": ((), ("classes", "fig7")),
        "S2-C5": (("2.6", "3.4"), ("courses",)),
        "S2-C6": ((), ("planes-scratch", "fig3")),
        "S2-C7": (("3.5",), ("norms", "planes-scratch")),
        "S2-C8": (("2.2",), ()),
    },
)
