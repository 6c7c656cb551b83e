"""The text's claims as pages: which words and figures are about each (docs/claims/ppgn.md)."""

from gangan.show.words import Claimed

CLAIMED = Claimed(
    "docs/claims/ppgn.md",
    "docs/papers/ppgn.md",
    "ppgn",
    {
        "S3-C1": ((), ("fig3-text", "classes")),
        "S3-C2": ((), ("fig3-text", "arms")),
        "S3-C3": (("3.2",), ("fig3-text", "arms")),
        "S3-C4": (("2.7",), ("fig4",)),
        "S3-C5": ((), ("arms",)),
        "S3-C6": ((), ("fig4", "fig3-text", "arms")),
        "S3-C7": (("3.1",), ("fig3-text", "arms")),
        "S3-C8": (("3.3", "3.4"), ("fig3-text", "fig3-noise", "fig3-original")),
        "S3-C9": (("2.2",), ("terms",)),
    },
)
