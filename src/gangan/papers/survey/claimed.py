"""The report's claims as pages: which words and figures are about each (docs/claims/survey.md)."""

from gangan.show.words import Claimed

CLAIMED = Claimed(
    "docs/claims/survey.md",
    "docs/papers/survey.md",
    "survey",
    {
        "S1-C1": (("8.1",), ("toy-three-normals", "rates")),
        "S1-C2": ((), ("toy-two-uniforms", "rates")),
        "S1-C3": (("8.2",), ("fig4", "losses-infogan", "tracking")),
        "S1-C4": (("8.4",), ("tracking", "losses-wgan", "losses-wgan-released")),
        "S1-C5": (("8.4",), ("losses-wgan",)),
        "S1-C6": (("8.4",), ("gradients",)),
        "S1-C7": (("8.5",), ()),
        "S1-C8": (("8.6",), ()),
        "S1-C9": ((), ("known-to-b", "known-to-a", "fig9")),
    },
)
