"""Work cut into pieces and dealt to threads."""

import threading

import numpy as np
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
    assert len(pieces) in (1, n) or len(pieces) % 2 == 0  # two cores get the same number


@pytest.mark.parametrize("cores", [1, 2, 5])
def test_results_come_in_the_order_of_the_pieces(cores, monkeypatch):
    monkeypatch.setattr(workers, "cores", lambda: cores)
    assert workers.deal(lambda piece: piece * piece, [3, 1, 2]) == [9, 1, 4]


def test_two_pieces_run_at_the_same_time(monkeypatch):
    """Each waits until the other has begun."""
    monkeypatch.setattr(workers, "cores", lambda: 2)
    workers._threads.cache_clear()
    both_here = threading.Barrier(2, timeout=120)

    def work(piece):
        both_here.wait()
        return threading.get_ident()

    threads = workers.deal(work, [0, 1])
    workers._threads.cache_clear()
    assert len(set(threads)) == 2
    assert threading.get_ident() in threads  # the caller does not only wait


def test_one_core_keeps_the_work_in_the_calling_thread(monkeypatch):
    monkeypatch.setattr(workers, "cores", lambda: 2)
    here = threading.get_ident()
    with workers.one_core():
        assert workers.deal(lambda piece: threading.get_ident(), [0, 1]) == [here, here]


@pytest.mark.parametrize("context", [workers.one_core, workers.one_blas_thread])
def test_contexts_that_overlap_leave_all_cores_to_later_work(context, monkeypatch):
    """As of two trainings in two threads: the one that began first ends first."""
    monkeypatch.setattr(workers, "cores", lambda: 2)
    libraries = workers._blas()
    for library in libraries:
        library.set_num_threads(2)
    first, second = context(), context()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert [library.num_threads for library in libraries] == [1] * len(libraries)
    second.__exit__(None, None, None)
    assert [library.num_threads for library in libraries] == [2] * len(libraries)
    both_here = threading.Barrier(2, timeout=120)
    workers.deal(lambda piece: both_here.wait(), [0, 1])


def test_pieces_of_a_piece_stay_in_its_thread(monkeypatch):
    monkeypatch.setattr(workers, "cores", lambda: 2)
    both_here = threading.Barrier(2, timeout=120)

    def work(piece):
        both_here.wait()
        here = threading.get_ident()
        return workers.deal(lambda part: threading.get_ident() == here, [0, 1, 2])

    assert workers.deal(work, [0, 1]) == [[True] * 3] * 2


def test_each_product_has_one_thread_while_pieces_are_dealt(monkeypatch):
    monkeypatch.setattr(workers, "cores", lambda: 2)
    libraries = workers._blas()
    assert libraries
    before = [library.num_threads for library in libraries]
    seen = workers.deal(lambda piece: [library.num_threads for library in libraries], [0, 1])
    assert seen == [[1] * len(libraries)] * 2
    assert [library.num_threads for library in libraries] == before


def test_a_mistake_in_a_piece_reaches_the_caller(monkeypatch):
    monkeypatch.setattr(workers, "cores", lambda: 2)
    with pytest.raises(ZeroDivisionError):
        workers.deal(lambda piece: 1 // piece, [1, 0, 2])
    assert workers.deal(lambda piece: 1 // piece, [1, -1]) == [1, -1]


def test_after_a_mistake_no_further_piece_is_begun(monkeypatch):
    monkeypatch.setattr(workers, "cores", lambda: 2)
    both_here, begun = threading.Barrier(2, timeout=120), []

    def work(piece):
        begun.append(piece)
        if piece < 2:
            both_here.wait()
            raise KeyboardInterrupt
        return piece

    with pytest.raises(KeyboardInterrupt):
        workers.deal(work, list(range(1000)))
    assert len(begun) < 1000


def test_there_is_at_least_one_core():
    assert workers.cores() >= 1


@pytest.mark.parametrize("asked, words", [("ignore", ""), ("raise", "overflow")])
def test_what_the_caller_wants_to_know_of_overflow_holds_in_every_thread(
    asked, words, monkeypatch
):
    monkeypatch.setattr(workers, "cores", lambda: 2)
    both = threading.Barrier(2)
    found = []

    def overflow(piece):
        both.wait(60)
        try:
            found.append("" if np.isinf(np.float32(3e38) * np.float32(10)) else "no overflow")
        except FloatingPointError as error:
            found.append(str(error)[:8])

    with np.errstate(over=asked):
        workers.deal(overflow, [0, 1])
    assert found == [words] * 2


@pytest.mark.parametrize("limit, found", [("1", 1), ("2", 2), ("3", 3), ("100", 3), ("", 3)])
def test_the_environment_limits_the_workers(limit, found, monkeypatch):
    monkeypatch.setenv(workers.LIMIT, limit)
    assert workers.allowed(3) == found
    if_alone = workers.allowed(10**6)
    assert workers.cores() <= if_alone == int(limit or 10**6)


@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "two", "²"])
def test_a_limit_that_is_no_number_is_explained(limit, monkeypatch):
    monkeypatch.setenv(workers.LIMIT, limit)
    with pytest.raises(ValueError, match="CNNCOURSE_WORKERS should be a whole number of at least"):
        workers.cores()
