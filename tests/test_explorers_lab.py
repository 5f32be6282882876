"""What all labs share."""

import pytest
from tasks import do_tasks

from cnncourse.explorers.lab import Lab, Task, slider

TASKS = (
    Task("Move it to 2.", lambda state, view: state == 2, "Two is even."),
    Task("Make it negative.", lambda state, view: view < 0),
)


class Counter(Lab):
    tasks = TASKS

    def show(self, state):
        self.state, self.view = state, state
        self.tried()

    @property
    def told(self):
        return self.children[0].text


def test_the_next_task_is_asked_for_once_the_present_one_is_done():
    lab = Counter()
    assert lab.told == "Try this, 1 of 2: Move it to 2."
    lab.show(-1)  # the second task's turn has not come
    assert lab.told == "Try this, 1 of 2: Move it to 2."
    lab.show(2)
    assert lab.told == "✓ Two is even. Try this, 2 of 2: Make it negative."
    lab.show(0)
    assert lab.told == "✓ Two is even. Try this, 2 of 2: Make it negative."
    lab.show(-3)
    lab.show(2)
    assert lab.told == "✓ That was all: 2 of 2 tried."


def test_tasks_are_done_one_after_the_other():
    lab = Counter()
    lab.show(0)
    do_tasks(lab, lambda: lab.show(2), lambda: lab.show(-1))


def test_a_lab_that_shows_something_before_it_is_put_together_asks_as_well():
    lab = Counter.__new__(Counter)
    lab.show(2)
    lab.__init__()
    assert lab.told.startswith("✓ Two is even.")
    assert "cnncourse-try" not in str([child._dom_classes for child in Lab().children])


def test_quiet_ends_with_its_block_and_with_an_error():
    lab = Lab()
    with lab.quiet():
        with lab.quiet():
            assert lab.is_quiet
        assert lab.is_quiet
    assert not lab.is_quiet
    with pytest.raises(KeyError), lab.quiet():
        raise KeyError
    assert not lab.is_quiet


def test_a_slider_has_whole_steps_or_fractions_and_a_name():
    whole = slider("stride", 2, 1, 4, name="pixels from one window to the next")
    assert (whole.value, whole.min, whole.max) == (2, 1, 4)
    assert whole.tooltip == "pixels from one window to the next"
    assert slider("bias", 0.0, -1, 1, 0.1).tooltip == "bias"
    assert slider("bias", 0.0, -1, 1, 0.1).value == 0.0
