"""Work arrays: new ones, or ones that are kept."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from cnncourse.memory import Memory, Scratch, fresh


@pytest.mark.parametrize("lend", [fresh, Memory()])
@pytest.mark.parametrize("dtype", [np.float32, np.dtype("int64"), bool])
def test_arrays_are_as_they_were_asked_for(lend, dtype):
    array = lend("y", (2, 3), dtype)
    assert array.shape == (2, 3)
    assert array.dtype == dtype
    assert array.flags.c_contiguous
    assert array.flags.writeable


def test_fresh_arrays_are_never_shared():
    assert not np.shares_memory(fresh("y", (2, 3), float), fresh("y", (2, 3), float))


def test_memory_lends_the_same_array_again():
    memory = Memory()
    assert memory("y", (2, 3), float) is memory("y", (2, 3), float)
    assert len(memory) == 1


@pytest.mark.parametrize("other", [("dy", (2, 3), float), ("y", (3, 2), float), ("y", (2, 3), int)])
def test_another_name_shape_or_dtype_is_another_array(other):
    memory = Memory()
    assert not np.shares_memory(memory("y", (2, 3), float), memory(*other))
    assert len(memory) == 2


def test_memories_share_nothing():
    assert not np.shares_memory(Memory()("y", (2,), float), Memory()("y", (2,), float))


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda memory: pickle.loads(pickle.dumps(memory))]
)
def test_a_copy_starts_empty(duplicate):
    """A copied layer would otherwise overwrite what the first one remembers."""
    memory = Memory()
    memory("y", (2, 3), float)
    twin = duplicate(memory)
    assert type(twin) is Memory
    assert len(twin) == 0
    assert len(memory) == 1


def test_scratch_lends_the_same_array_again():
    scratch = Scratch()
    array = scratch("taps", (2, 3), float)
    assert scratch("taps", (2, 3), float) is array
    assert scratch("taps", (3, 2), float) is not array
    assert (array.shape, array.dtype) == ((2, 3), float)


def test_each_thread_has_a_scratch_of_its_own():
    """Two pieces of work at the same time would otherwise write over each other."""
    scratch = Scratch()
    mine = scratch("taps", (2, 3), float)
    with ThreadPoolExecutor(1) as other:
        theirs = other.submit(scratch, "taps", (2, 3), float).result()
        again = other.submit(scratch, "taps", (2, 3), float).result()
    assert not np.shares_memory(mine, theirs)
    assert theirs is again


def test_scratch_lets_go_of_what_it_kept_before_it_grows_without_bound(monkeypatch):
    monkeypatch.setattr(Scratch, "MOST_BYTES", 1000)
    scratch = Scratch()
    for size in range(1, 100):
        scratch("taps", (size,), np.float64)
        assert sum(array.nbytes for array in scratch.kept.values()) <= 1000


def test_scratch_does_not_keep_what_is_too_large_for_it(monkeypatch):
    monkeypatch.setattr(Scratch, "MOST_BYTES", 1000)
    scratch = Scratch()
    assert scratch("taps", (126,), np.float64).shape == (126,)
    assert len(scratch.kept) == 0
    array = scratch("taps", (125,), np.float64)
    assert scratch("taps", (125,), np.float64) is array
