"""What Snakemake's SLURM executor is told."""

import snakemake_executor_plugin_slurm as executor

from gangan.slurm import keep_to_squeue, remembered


def test_the_last_answer_serves_while_there_is_none() -> None:
    answers = iter([None, 300, None, 200])
    ask = remembered(lambda: next(answers))
    assert [ask() for _ in range(4)] == [None, 300, 300, 200]


def test_the_executor_has_the_question_that_is_answered_so(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(executor, "get_min_job_age", lambda: 300)
    keep_to_squeue()
    assert executor.get_min_job_age() == 300
