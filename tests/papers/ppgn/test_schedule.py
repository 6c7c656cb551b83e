"""The updates of the generator are as many as the published ones, and come where they do."""

from gangan.papers.ppgn.schedule import before, burst, groups
from support.ppgn import CONFIG, training

UPDATES = CONFIG.training.updates


def test_updates_of_the_generator_by_epoch_are_the_published_ones() -> None:
    planned = groups(UPDATES, 60_000 // 32, 15)
    by_epoch = [19, 261, 356, 365, 375, 356, 356, 375, 356, 356, 356, 375, 356, 356, 375]
    assert [len(sizes) for sizes in planned] == by_epoch
    assert {sum(sizes) for sizes in planned} == {1875}
    assert before(planned, 15) == sum(by_epoch) == 4993
    assert before(planned, 2) == 19 + 261


def test_the_narrow_study_has_the_same_updates() -> None:
    assert groups(UPDATES, 15_000 // 8, 15) == groups(UPDATES, 60_000 // 32, 15)


def test_bursts_come_at_the_start_and_every_so_often_and_an_epochs_end_cuts_a_group() -> None:
    assert [number for number in range(2000) if burst(UPDATES, number)] == [*range(25), 500, 1000, 1500]
    assert groups(training().updates, 6, 2) == [[3, 1, 1, 1], [3, 1, 1, 1]]  # burst before updates 0, 4, 8, …
    assert groups(training().updates, 8, 2) == [[3, 1, 1, 1, 2], [1, 1, 1, 3, 1, 1]]
