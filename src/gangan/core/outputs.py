"""What a target of a paper makes."""

from collections.abc import Iterable


def everything(folder: str, figures: Iterable[str], tables: Iterable[str], claims: bool = True) -> list[str]:
    """All files of a paper's results, by the names of its figures and tables: each figure with the page of its chain,
    and the pages of claims."""
    names = list(figures)
    return [
        *(f"{folder}/figures/{name}.{ending}" for name in names for ending in ("png", "pdf")),
        *(f"{folder}/chains/{name}.html" for name in names),
        *(f"{folder}/tables/{name}.{ending}" for name in tables for ending in ("csv", "md", "tex")),
        *([f"{folder}/claims/index.md"] if claims else []),
    ]
