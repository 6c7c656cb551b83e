"""What SECURITY.md promises of files that come from others."""

import ast

import pytest

from support.clone import ROOT

MODULES = sorted(path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.py"))
# Files of these may run code when they are read.
CODE = {"pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"}


@pytest.mark.parametrize("module", MODULES)
def test_nothing_that_may_run_code_is_loaded(module: str) -> None:
    for node in ast.walk(ast.parse((ROOT / "src" / module).read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                assert not CODE & {name.name.partition(".")[0] for name in names}
            case ast.ImportFrom(module=str(name)):
                assert name.partition(".")[0] not in CODE
            case ast.Call(func=ast.Attribute() as function, keywords=given):
                called = ast.unparse(function)
                assert called not in ("pd.read_pickle", "yaml.unsafe_load", "yaml.full_load")
                if called == "torch.load":
                    assert [ast.unparse(word) for word in given if word.arg == "weights_only"] == ["weights_only=True"]
