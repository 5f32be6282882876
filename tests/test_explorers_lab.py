"""What all labs share."""

import pytest

from cnncourse.explorers.lab import Lab, slider


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
