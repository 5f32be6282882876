"""Pictures changed: in negative, thicker and thinner, turned, moved."""

import numpy as np
import pytest

from cnncourse.variations import moved, moved_by, negative, shifted, thickened, turned

RNG = np.random.default_rng(0)
IMAGE = RNG.random((7, 10)).astype(np.float32)
STROKE = np.zeros((9, 9))
STROKE[2:7, 4] = 1


def test_a_negative_changes_black_and_white():
    np.testing.assert_array_equal(negative(np.array([0, 0.25, 1])), [1, 0.75, 0])
    assert negative(IMAGE).shape == IMAGE.shape
    np.testing.assert_allclose(negative(negative(IMAGE)), IMAGE, atol=1e-6)


def test_thickened_by_a_pixel_is_the_largest_value_around():
    found = thickened(IMAGE, 1)
    for row, column in np.ndindex(IMAGE.shape):
        around = IMAGE[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        assert found[row, column] == around.max()


def test_thinned_by_a_pixel_is_the_smallest_value_around():
    found = thickened(IMAGE, -1)
    for row, column in np.ndindex(IMAGE.shape):
        around = IMAGE[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        np.testing.assert_allclose(found[row, column], around.min(), atol=1e-6)


def test_thickness_adds_up_and_is_mixed_in_between():
    np.testing.assert_array_equal(thickened(IMAGE, 0), IMAGE)
    np.testing.assert_array_equal(thickened(IMAGE, 2), thickened(thickened(IMAGE, 1), 1))
    one, two = thickened(IMAGE, 1), thickened(IMAGE, 2)
    np.testing.assert_allclose(thickened(IMAGE, 1.25), 0.75 * one + 0.25 * two, atol=1e-6)
    np.testing.assert_allclose(
        thickened(IMAGE, -0.5), (IMAGE + thickened(IMAGE, -1)) / 2, atol=1e-6
    )


def test_a_stroke_grows_on_each_side_and_can_vanish():
    assert thickened(STROKE, 1).sum() == 3 * 7
    assert thickened(STROKE, -1).sum() == 0


@pytest.mark.parametrize(("down", "right"), [(0, 0), (2, 3), (-3, 1), (0, -9), (7, 0), (1, 20)])
def test_moving_by_whole_pixels_moves_the_numbers_and_lets_zeros_in(down, right):
    expected = np.zeros_like(IMAGE)
    for row, column in np.ndindex(IMAGE.shape):
        if 0 <= row - down < 7 and 0 <= column - right < 10:
            expected[row, column] = IMAGE[row - down, column - right]
    found = moved(IMAGE, down, right)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(("degrees", "quarters"), [(90, 1), (180, 2), (-90, 3), (360, 0)])
def test_quarter_turns_to_the_left_are_exact(degrees, quarters):
    square = IMAGE[:, :7]
    np.testing.assert_array_equal(moved(square, turn=degrees), np.rot90(square, quarters))


def test_it_turns_first_and_moves_then():
    square = IMAGE[:, :7]
    both = moved(square, 2, -1, 90)
    np.testing.assert_array_equal(both, moved(moved(square, turn=90), 2, -1))


def test_a_small_turn_keeps_the_middle_and_about_the_ink():
    turned = moved(STROKE, turn=20)
    assert turned[4, 4] == pytest.approx(1, abs=0.01)
    np.testing.assert_allclose(turned.sum(), STROKE.sum(), rtol=0.05)
    assert turned[2, 3] > turned[2, 5]  # to the left: the upper end goes to the left


def test_a_stack_is_turned_picture_by_picture():
    stack = RNG.random((3, 7, 7, 1)).astype(np.float32)
    np.testing.assert_array_equal(turned(stack, 90), np.rot90(stack, axes=(1, 2)))
    assert turned(stack, 20).shape == stack.shape
    np.testing.assert_array_equal(turned(stack, 20)[2, :, :, 0], moved(stack[2, :, :, 0], turn=20))
    with pytest.raises(ValueError, match="turned: images should"):
        turned(stack[0], 20)


@pytest.mark.parametrize("change", [lambda x: moved(x, 1), lambda x: thickened(x, 1)])
def test_pictures_stay_as_they_are_and_others_are_refused(change):
    before = IMAGE.copy()
    change(IMAGE)
    np.testing.assert_array_equal(IMAGE, before)
    with pytest.raises(ValueError, match=r"image should have shape \(h, w\)"):
        change(IMAGE[None])
    with pytest.raises(ValueError, match="image should be a NumPy array"):
        change([[1.0]])


@pytest.mark.parametrize("pixels", [10, 11.5, 2**31, 1e300])
def test_a_stroke_that_has_filled_the_picture_grows_no_further(pixels):
    np.testing.assert_array_equal(thickened(IMAGE, pixels), np.full_like(IMAGE, IMAGE.max()))
    np.testing.assert_allclose(
        thickened(IMAGE, -pixels), np.full_like(IMAGE, IMAGE.min()), atol=1e-6
    )


# ---- Moved by whole pixels, many images at a time

ONES = np.ones((1, 4, 4, 1))
STACK = np.zeros((2, 5, 5, 1))


@pytest.mark.parametrize(("down", "right"), [(4, 0), (0, -4), (30, 1), (2**40, -(2**40))])
def test_a_shift_by_more_than_the_picture_leaves_zeros(down, right):
    np.testing.assert_array_equal(shifted(ONES, down, right), np.zeros_like(ONES))


def test_a_shift_moves_every_pixel_and_lets_zeros_in():
    image = np.arange(1.0, 10).reshape(1, 3, 3, 1)
    assert shifted(image, 1, 0)[0, :, :, 0].tolist() == [[0, 0, 0], [1, 2, 3], [4, 5, 6]]
    assert shifted(image, 0, -2)[0, :, :, 0].tolist() == [[3, 0, 0], [6, 0, 0], [9, 0, 0]]
    assert shifted(image, -1, 1)[0, :, :, 0].tolist() == [[0, 4, 5], [0, 7, 8], [0, 0, 0]]
    assert np.array_equal(shifted(image, 0, 0), image)


def by_loop(image, down, right):
    """The image, moved by so many rows and columns, pixel by pixel."""
    h, w, _ = image.shape
    result = np.zeros_like(image)
    for row in range(h):
        for column in range(w):
            if 0 <= row - down < h and 0 <= column - right < w:
                result[row, column] = image[row - down, column - right]
    return result


def shifts_of(images, moved, most):
    """For each image the (down, right) that the loop needs to make the moved one."""
    span = range(-most, most + 1)
    found = []
    for image, result in zip(images, moved, strict=True):
        fits = [
            (down, right)
            for down in span
            for right in span
            if np.array_equal(by_loop(image, down, right), result)
        ]
        assert len(fits) == 1, f"{len(fits)} shifts make this image"
        found += fits
    return found


@pytest.mark.parametrize("most", [0, 1, 2, 3])
@pytest.mark.parametrize("shape", [(5, 9, 7, 1), (4, 6, 11, 3), (1, 8, 8, 2)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_each_image_is_one_that_a_loop_moved(most, shape, dtype):
    images = RNG.random(shape).astype(dtype) + 1  # no zeros: what moves in is told apart
    before = images.copy()
    found = moved_by(most)(images, np.random.default_rng(1))
    assert (found.shape, found.dtype) == (images.shape, images.dtype)
    shifts_of(images, found, most)
    np.testing.assert_array_equal(images, before)
    assert not np.shares_memory(found, images)


def test_all_shifts_are_about_equally_frequent_and_each_image_has_its_own():
    images = RNG.random((2500, 7, 7, 1)) + 1
    found = shifts_of(images, moved_by(2)(images, np.random.default_rng(2)), 2)
    _, counts = np.unique(np.array(found), axis=0, return_counts=True)
    assert len(counts) == 25  # 100 of each are expected, with a deviation of about 10
    assert counts.min() > 60
    assert counts.max() < 140


def test_the_seed_decides_the_shifts():
    images = RNG.random((20, 9, 9, 1))
    first, again, other = (moved_by(2)(images, np.random.default_rng(s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_images_that_lie_otherwise_in_memory_move_the_same():
    images = RNG.random((6, 9, 7, 1))
    lying = np.asfortranarray(images)
    a, b = (moved_by(2)(x, np.random.default_rng(3)) for x in (images, lying))
    np.testing.assert_array_equal(a, b)


def test_a_shift_as_large_as_the_image_may_leave_nothing():
    found = moved_by(4)(np.ones((400, 3, 3, 1)), np.random.default_rng(0))
    assert found.sum(axis=(1, 2, 3)).min() == 0


# ---- What is refused

REFUSED = {
    "negative bytes": (lambda: negative(np.zeros((2, 2), np.uint8)), "negative: image"),
    "negative to 255": (lambda: negative(255 * IMAGE), "negative: image"),
    "negative of signs": (lambda: negative(IMAGE - 0.5), "negative: image"),
    "negative NaN": (lambda: negative(IMAGE * np.nan), "negative: image"),
    "negative list": (lambda: negative([0, 1]), "negative: image"),
    "thickened image": (lambda: thickened(None, 1), "thickened: image"),
    "thickened NaN": (lambda: thickened(IMAGE, np.nan), "thickened: pixels"),
    "thickened infinite": (lambda: thickened(IMAGE, -np.inf), "thickened: pixels"),
    "thickened None": (lambda: thickened(IMAGE, None), "thickened: pixels"),
    "moved image": (lambda: moved(IMAGE[None], 1), "moved: image"),
    "moved NaN": (lambda: moved(IMAGE, down=np.nan), "moved: down"),
    "moved half": (lambda: moved(IMAGE, right=0.5), "moved: right"),
    "turned NaN": (lambda: moved(IMAGE, turn=np.nan), "moved: turn"),
    "turned infinite": (lambda: moved(IMAGE, turn=np.inf), "moved: turn"),
    "turned None": (lambda: moved(IMAGE, turn=None), "moved: turn"),
    "moved_by most negative": (lambda: moved_by(-1), "moved_by: most"),
    "moved_by most a fraction": (lambda: moved_by(0.5), "moved_by: most"),
    "moved_by most a word": (lambda: moved_by("two"), "moved_by: most"),
    "moved_by one image": (lambda: moved_by(1)(STACK[0], RNG), "moved_by: images"),
    "moved_by a list": (lambda: moved_by(1)([1.0], RNG), "moved_by: images"),
    "moved_by no rng": (lambda: moved_by(1)(STACK, None), "moved_by: rng"),
    "moved_by a seed for an rng": (lambda: moved_by(1)(STACK, 7), "moved_by: rng"),
    "shifted images": (lambda: shifted(np.zeros((3, 3)), 1, 1), "shifted: images"),
    "shifted half": (lambda: shifted(ONES, 0.5, 0), "shifted: down"),
    "shifted None": (lambda: shifted(ONES, 0, None), "shifted: right"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_said_in_a_sentence(name):
    call, beginning = REFUSED[name]
    with pytest.raises(ValueError, match=rf"^{beginning} should .*, but .*\.$"):
        call()
