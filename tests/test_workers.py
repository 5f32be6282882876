"""Work cut into pieces and dealt to threads."""

import threading

import pytest

from cnncourse import workers


@pytest.mark.parametrize("n", [1, 2, 7, 24, 100])
@pytest.mark.parametrize("size", [0, 1, 3, 7, 1000])
def test_pieces_follow_each_other_and_are_nearly_equally_long(n, size):
    pieces = workers.cut(n, size)
    assert [i for piece in pieces for i in range(n)[piece]] == list(range(n))
    lengths = [piece.stop - piece.start for piece in pieces]
    assert 1 <= min(lengths) <= max(lengths) <= max(size, 1)
    assert max(lengths) - min(lengths) <= 1


@pytest.mark.parametrize("cores", [1, 2, 5])
def test_results_come_in_the_order_of_the_pieces(cores, monkeypatch):
    monkeypatch.setattr(workers, "cores", lambda: cores)
    assert workers.deal(lambda piece: piece * piece, [3, 1, 2]) == [9, 1, 4]


def test_two_pieces_run_at_the_same_time(monkeypatch):
    """Each waits until the other has begun."""
    monkeypatch.setattr(workers, "cores", lambda: 2)
    workers._threads.cache_clear()
    both_here = threading.Barrier(2, timeout=20)
    workers.deal(lambda piece: both_here.wait(), [0, 1])
    workers._threads.cache_clear()
    assert not both_here.broken


def test_one_core_keeps_the_work_in_the_calling_thread(monkeypatch):
    monkeypatch.setattr(workers, "cores", lambda: 2)
    here = threading.get_ident()
    with workers.one_core():
        assert workers.deal(lambda piece: threading.get_ident(), [0, 1]) == [here, here]
    assert here not in workers.deal(lambda piece: threading.get_ident(), [0, 1])


def test_a_mistake_in_a_piece_reaches_the_caller(monkeypatch):
    monkeypatch.setattr(workers, "cores", lambda: 2)
    with pytest.raises(ZeroDivisionError):
        workers.deal(lambda piece: 1 // piece, [1, 0, 2])


def test_there_is_at_least_one_core():
    assert workers.cores() >= 1
