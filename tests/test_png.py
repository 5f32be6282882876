"""Small files that look the same."""

import io

import numpy as np
from PIL import Image

from cnncourse import data
from cnncourse.png import png

LEVELS = np.arange(256, dtype=np.uint8)
GREY = np.repeat(np.tile(LEVELS, (16, 1))[:, :, None], 3, axis=2)


def read(file):
    picture = Image.open(io.BytesIO(file))
    return picture.mode, np.asarray(picture.convert("RGB")).astype(int)


def test_no_level_moves_by_more_than_two_and_black_and_white_stay():
    mode, shown = read(png(Image.fromarray(GREY)))
    assert mode == "P"
    assert np.abs(shown - GREY).max() <= 2
    np.testing.assert_array_equal(shown[0, [0, 255]], [[0] * 3, [255] * 3])


def test_a_rare_colour_among_many_stays_what_it_is():
    photograph = (data.photograph("astronaut") * 255).round().astype(np.uint8)
    photograph[100:102, 100:102] = [120, 0, 200]
    mode, shown = read(png(Image.fromarray(photograph)))
    assert mode == "RGB"
    assert np.abs(shown - photograph).max() <= 2


def test_a_grey_photograph_takes_less_room_than_half():
    photograph = (data.grey(data.photograph("camera")) * 255).astype(np.uint8)
    picture = Image.fromarray(photograph).convert("RGBA")
    file = io.BytesIO()
    picture.save(file, "PNG")
    assert len(png(picture)) < 0.5 * len(file.getvalue())
