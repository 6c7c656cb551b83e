"""How tests are spread over processes (``make test``): one of them has all tests that need the finished study, which
every process would make for itself otherwise; any other test goes wherever there is time."""

import ast
from functools import cache

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from support.clone import ROOT


@cache
def needing_the_study(file: str) -> set[str]:
    """The tests and fixtures of a file that name the fixture or that of its copies, or one of the file that does."""
    named = {
        function.name: _words(function)
        for function in ast.walk(ast.parse((ROOT / file).read_text("utf-8")))
        if isinstance(function, ast.FunctionDef)
    }
    found = {"finished", "copied"}
    while more := {name for name, words in named.items() if words & found} - found:
        found |= more
    return found


def _words(function: ast.FunctionDef) -> set[str]:
    """A function's arguments, and what stands in its decorators, as names of fixtures do."""
    marked = [node for decorator in function.decorator_list for node in ast.walk(decorator)]
    words = {str(node.value) for node in marked if isinstance(node, ast.Constant)}
    return words | {argument.arg for argument in function.args.args}


class ByStudy(LoadScopeScheduling):
    """Tests that need the study are one group, any other is one of its own."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        return "study" if test.partition("[")[0] in needing_the_study(file) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByStudy:
    return ByStudy(config, log)
