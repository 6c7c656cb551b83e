"""What ``workflow/gangan/sharing.smk`` asks of the configuration. No job imports this."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from gangan.papers.gangan.arms import numbers
from gangan.papers.gangan.config import Arm
from gangan.papers.gangan.rules import Plan


@dataclass(frozen=True)
class Sharing:
    """What is shared of a study: the zoo of the first arm, and the first seed of each arm whose claims are tested."""

    plan: Plan

    @property
    def folder(self) -> str:
        """Of what is shared."""
        return f"{self.plan.folder}/shared"

    @cached_property
    def zoos(self) -> dict[str, dict[str, Any]]:
        """The first arm's zoo, and that which no arm learns if its GANs are trained alike, by name; as a setting."""
        zoos, first, held_out = self.plan.config.zoos, self.plan.first_arm.zoo or "", self.plan.config.claims.held_out
        splits = {first: "learned"}
        if held_out and zoos[held_out].gan == zoos[first].gan:
            apart = {*numbers(zoos[held_out])}.isdisjoint(numbers(zoos[first]))
            splits |= {held_out: "held-out"} if apart else {}
        return {zoo: {"split": split, "jobs": len(self.plan.jobs(zoo))} for zoo, split in splits.items()}

    def files(self) -> dict[str, Any]:
        """What is read to share them."""
        jobs = [(zoo, job) for zoo in self.zoos for job in self.plan.jobs(zoo)]
        return {
            "gans": [self.plan.zoo(zoo, f"gans/{job}.h5") for zoo, job in jobs],
            "scores": [f"{self.plan.folder}/metrics/zoo-{zoo}/{job}.csv" for zoo, job in jobs],
            "alignment": self.plan.zoo(next(iter(self.zoos)), "alignment.h5"),
        }

    @cached_property
    def arms(self) -> dict[str, Arm]:
        """The arms whose GAN-GANs are shared: their generator alone draws GANs, no other file is needed."""

        def alone(arm: Arm) -> bool:
            assert arm.training is not None
            return not arm.training.renormalise and arm.draws_from is None

        return {arm.name: arm for arm in filter(alone, self.plan.shown[self.plan.config.claims.group])}

    @property
    def any_arm(self) -> str:
        """The wildcard of an arm that is shared."""
        return f"{{arm,{'|'.join(self.arms) or '(?!)'}}}"

    @property
    def seeds(self) -> dict[str, int]:
        """Which GAN-GAN of each it is."""
        return {name: arm.seeds[0] for name, arm in self.arms.items()}


def citation(file: Path) -> dict[str, str]:
    """What CITATION.cff says, as cards are told it."""
    said = yaml.safe_load(file.read_text("utf-8"))
    (paper,) = said["references"]
    (author,), (where,) = paper["authors"], paper["identifiers"]
    by = f"{author['given-names']} {author['family-names']}"
    return {
        "title": said["title"],
        "licence": said["license"],
        "authors": ", ".join(one["name"] for one in said["authors"]),
        "paper": f"{by}, “{paper['title']}”, {paper['year']}, {where['value']}",
    }
