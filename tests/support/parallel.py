"""How tests are spread over processes (``make test``): one of them has all files that need the finished study, which
every process would make for itself otherwise; any other test goes wherever there is time."""

import re
from functools import cache

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from support.clone import ROOT


@cache
def needs_the_study(file: str) -> bool:
    """Whether a file of tests names the fixture, or that of its copies."""
    return re.search(r"\b(finished|copied): Clone", (ROOT / file).read_text("utf-8")) is not None


class ByStudy(LoadScopeScheduling):
    """Files that need the study are one group, any other test is one of its own."""

    def _split_scope(self, nodeid: str) -> str:
        return "study" if needs_the_study(nodeid.partition("::")[0]) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByStudy:
    return ByStudy(config, log)
