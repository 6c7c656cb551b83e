"""What Snakemake's SLURM executor is told."""

import logging

import pytest
import snakemake_executor_plugin_slurm as executor
from snakemake_executor_plugin_slurm import accounts

from gangan.slurm import MENDED, mend_executor, remembered


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The executor's functions come back."""
    for name in MENDED:
        monkeypatch.setattr(executor, name, getattr(executor, name))


def test_the_last_answer_serves_while_there_is_none() -> None:
    answers = iter([None, 300, None, 200])
    ask = remembered(lambda: next(answers))
    assert [ask() for _ in range(4)] == [None, 300, 300, 200]


def test_the_executor_has_the_question_that_is_answered_so(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([300, None])
    monkeypatch.setattr(executor, "get_min_job_age", lambda: next(answers))
    mend_executor()
    assert [executor.get_min_job_age() for _ in range(2)] == [300, 300]


def test_no_account_is_guessed_or_refused_where_accounting_tools_are_not_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    log = logging.getLogger()
    with pytest.raises(FileNotFoundError):  # what ends a submission
        accounts.get_account(log)
    mend_executor()
    assert executor.get_account(log) is None
    assert executor.validate_account("mine", log) is None  # the executor then takes it as it stands


def test_a_plugin_without_a_function_is_left_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(executor, "get_account")
    mend_executor()
    assert "has no get_account" in caplog.text
    monkeypatch.setattr(executor, "get_account", None, raising=False)
