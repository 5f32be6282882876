"""The numbers of a network as one counts them by hand, and receptive fields found by experiment."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from cnncourse import layers, networks
from cnncourse.summary import summary

RNG = np.random.default_rng(0)

# ---- The network of the lessons, by hand

# layer: output, parameters, multiply-adds, bytes, receptive field
COURSE_CNN = [
    ("Conv2D", (28, 28, 16), 3 * 3 * 1 * 16 + 16, 28 * 28 * 16 * 9, 28 * 28 * 16 * 4, (3, 3)),
    ("ReLU", (28, 28, 16), 0, 0, 28 * 28 * 16 * 4, (3, 3)),
    ("MaxPool2D", (14, 14, 16), 0, 0, 14 * 14 * 16 * 4, (4, 4)),
    ("Conv2D", (14, 14, 32), 3 * 3 * 16 * 32 + 32, 14 * 14 * 32 * 144, 14 * 14 * 32 * 4, (8, 8)),
    ("ReLU", (14, 14, 32), 0, 0, 14 * 14 * 32 * 4, (8, 8)),
    ("MaxPool2D", (7, 7, 32), 0, 0, 7 * 7 * 32 * 4, (10, 10)),
    ("Flatten", (1568,), 0, 0, 1568 * 4, (10, 10)),
    ("Dense", (10,), 1568 * 10 + 10, 1568 * 10, 10 * 4, None),
]


def test_course_cnn_layer_by_layer():
    rows = summary(networks.course_cnn(RNG), (28, 28, 1))
    found = [(row.layer.split("(")[0], *row[1:]) for row in rows]
    assert found == COURSE_CNN


def test_course_cnn_in_all():
    rows = summary(networks.course_cnn(RNG), (28, 28, 1))
    assert [row.parameters for row in rows if row.parameters] == [160, 4_640, 15_690]
    assert [row.multiply_adds for row in rows if row.multiply_adds] == [112_896, 903_168, 15_680]
    assert (rows.parameters, rows.multiply_adds, rows.memory) == (20_490, 1_031_744, 175_656)


TEXT = """\
layer                                         output         parameters   multiply-adds     bytes      sees
-----------------------------------------------------------------------------------------------------------
Conv2D(channels=1, filters=16, k=3, pad=1)    28 x 28 x 16          160         112,896    50,176     3 x 3
ReLU()                                        28 x 28 x 16            0               0    50,176     3 x 3
MaxPool2D(k=2)                                14 x 14 x 16            0               0    12,544     4 x 4
Conv2D(channels=16, filters=32, k=3, pad=1)   14 x 14 x 32        4,640         903,168    25,088     8 x 8
ReLU()                                        14 x 14 x 32            0               0    25,088     8 x 8
MaxPool2D(k=2)                                7 x 7 x 32              0               0     6,272   10 x 10
Flatten()                                     1568                    0               0     6,272   10 x 10
Dense(inputs=1568, outputs=10)                10                 15,690          15,680        40       all
-----------------------------------------------------------------------------------------------------------
in all                                                           20,490       1,031,744   175,656"""  # noqa: E501


def test_as_text():
    rows = summary(networks.course_cnn(RNG), (28, 28, 1))
    assert str(rows) == repr(rows) == TEXT


def test_as_a_table_of_a_notebook():
    rows = summary(networks.course_cnn(RNG), (28, 28, 1))
    table = ET.fromstring(rows._repr_html_())
    cells = [[cell.text or "" for cell in row] for row in table.iter("tr")]
    assert cells == list(rows._cells())
    assert (len(cells), {len(row) for row in cells}) == (10, {6})
    assert [cell.tag for cell in table[0]] == ["th"] * 6


def test_names_of_own_layers_are_shown_as_they_are():
    class Odd(layers.Layer):
        def apply(self, x):
            return x, lambda dy: dy

        def __repr__(self):
            return "Odd<1 & 2>"

    rows = summary(layers.Sequential(Odd()), (2, 3, 1))
    assert ET.fromstring(rows._repr_html_())[1][0].text == "Odd<1 & 2>"
    assert "Odd<1 & 2>" in str(rows)


# ---- Other networks


def conv(channels, filters, k=3, **options):
    return layers.Conv2D(channels, filters, k, rng=RNG, **options)


# name: the layers, the shape of an image, (output, parameters, multiply-adds) of the first layer
COUNTS = {
    "colour": ([conv(3, 8)], (10, 12, 3), ((8, 10, 8), 9 * 3 * 8 + 8, 80 * 9 * 3 * 8)),
    "wide kernel": ([conv(2, 4, (1, 5))], (6, 7, 2), ((6, 3, 4), 44, 18 * 40)),
    "stride": ([conv(1, 2, 3, stride=(2, 3))], (8, 9, 1), ((3, 3, 2), 20, 9 * 18)),
    "dilation": ([conv(1, 2, 3, dilation=2)], (8, 9, 1), ((4, 5, 2), 20, 20 * 18)),
    "same": ([conv(1, 2, 3, pad="same", stride=2)], (5, 6, 1), ((3, 3, 2), 20, 9 * 18)),
    "dense": ([layers.Dense(7, 5, rng=RNG)], (7,), ((5,), 40, 35)),
    "dropout": ([layers.Dropout(rng=RNG)], (3, 4, 2), ((3, 4, 2), 0, 0)),
    "average": ([layers.AvgPool2D((3, 2))], (7, 7, 2), ((2, 3, 2), 0, 0)),
    "global average": ([layers.GlobalAvgPool2D()], (7, 8, 2), ((2,), 0, 0)),
}


@pytest.mark.parametrize("name", COUNTS)
def test_counts_by_hand(name):
    parts, shape, expected = COUNTS[name]
    row = summary(layers.Sequential(*parts), shape)[0]
    assert row[1:4] == expected
    assert row.memory == 4 * np.prod(expected[0])


def test_the_network_stays_as_it_was():
    net, again = (networks.course_cnn(np.random.default_rng(0)) for _ in range(2))
    summary(net, (28, 28, 1))
    for param, wanted in zip(net.params(), again.params(), strict=True):
        np.testing.assert_array_equal(param, wanted)
    with pytest.raises(ValueError, match="should come after forward"):
        net.backward(np.ones((1, 10)))


# ---- Receptive fields by experiment

# the layers, and the sizes of an image that is large enough for one output to see no border
NETS = {
    "one kernel": ([conv(1, 2, (3, 5))], (9, 9)),
    "padding": ([conv(1, 2, 3, pad=(1, 2))], (9, 8)),
    "two kernels": ([conv(1, 2), layers.ReLU(), conv(2, 1, (2, 4))], (11, 13)),
    "dilation": ([conv(1, 2, (3, 2), dilation=(2, 3)), conv(2, 2, dilation=2)], (19, 19)),
    "stride": ([conv(1, 2, 3, stride=(2, 3)), conv(2, 2, 3), conv(2, 1, 2)], (23, 29)),
    "a stride larger than the kernel": ([conv(1, 1, 2, stride=3), conv(1, 1, 2)], (17, 17)),
    "pooling": ([conv(1, 2), layers.MaxPool2D(), conv(2, 2), layers.MaxPool2D()], (24, 26)),
    "average": ([layers.AvgPool2D((3, 2)), conv(1, 1), layers.AvgPool2D(2, stride=1)], (26, 21)),
    "overlapping": (
        [layers.MaxPool2D(3, stride=2), conv(1, 1), layers.MaxPool2D(3, stride=2)],
        (27, 27),
    ),
    "everything": (
        [
            conv(1, 2, (3, 2), stride=(1, 2), pad=1),
            layers.ReLU(),
            layers.MaxPool2D((2, 3), stride=2, pad=(0, 1)),
            conv(2, 2, 2, dilation=(2, 1), pad="same"),
            layers.Dropout(rng=RNG),
            layers.AvgPool2D((2, 1)),
            layers.ReLU(),
        ],
        (27, 33),
    ),
}


def seen_by_one_output(parts, height, width):
    """How many rows and columns lie between the outermost pixels that change the middle output.

    All weights are positive, all pixels black, and one pixel of each image is lit: it shows
    wherever it is seen, also through max pooling.
    """
    net = layers.Sequential(*parts)
    for layer in net.layers:
        layer.params = {name: np.abs(array) + 0.1 for name, array in layer.params.items()}
    lit = np.eye(height * width, dtype=np.float32).reshape(-1, height, width, 1)
    lit, dark = net(lit), net(np.zeros((1, height, width, 1), np.float32))
    middle = lit.shape[1] // 2, lit.shape[2] // 2
    changed = ~np.isclose(lit[:, *middle], dark[0, *middle], rtol=1e-5).all(axis=1)
    rows, columns = np.nonzero(changed.reshape(height, width))
    return np.ptp(rows) + 1, np.ptp(columns) + 1


@pytest.mark.parametrize("name", NETS)
def test_receptive_fields_are_what_a_lit_pixel_shows(name):
    parts, sizes = NETS[name]
    rows = summary(layers.Sequential(*parts), (*sizes, 1))
    found = [seen_by_one_output(parts[: place + 1], *sizes) for place in range(len(parts))]
    assert [row.receptive_field for row in rows] == found


@pytest.mark.parametrize(
    "parts",
    [
        [conv(1, 2), layers.Flatten(), layers.Dense(24, 3, rng=RNG), layers.ReLU()],
        [conv(1, 2), layers.ReLU(), layers.GlobalAvgPool2D(), layers.Dense(2, 3, rng=RNG)],
    ],
)
def test_dense_layers_and_global_means_see_everything(parts):
    rows = summary(layers.Sequential(*parts), (5, 6, 1))
    assert [row.receptive_field for row in rows] == [(3, 3), (3, 3), None, None]


def test_global_average_pooling_needs_320_weights_where_flatten_needs_15_680():
    """The network of the lessons, with one dense weight for each map and label."""
    net = networks.course_cnn(RNG)
    parts = [*net.layers[:6], layers.GlobalAvgPool2D(), layers.Dense(32, 10, rng=RNG)]
    for size in (28, 40):
        rows = summary(layers.Sequential(*parts), (size, size, 1))
        assert (rows[6].shape, rows[7].parameters, rows[7].multiply_adds) == ((32,), 330, 320)
