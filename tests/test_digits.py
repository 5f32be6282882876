"""What several labs begin with."""

import numpy as np
import pytest

from cnncourse import layers, networks
from cnncourse.explorers.digits import checked_image, checked_network, digits, first_of_each


def test_the_images_are_the_test_images_of_mnist(mnist):
    x, y = digits()
    np.testing.assert_array_equal(x, mnist.x_test)
    np.testing.assert_array_equal(y, mnist.y_test)
    assert x.dtype == np.float32


def test_the_first_of_each_label_has_it_and_no_earlier_one_does(mnist):
    first = first_of_each()
    assert mnist.y_test[first].tolist() == list(range(10))
    assert all(label not in mnist.y_test[:place] for label, place in enumerate(first))


def test_a_network_of_ten_scores_is_taken_as_it_is():
    net = networks.course_cnn(np.random.default_rng(0))
    assert checked_network(net, "lab") is net
    with pytest.raises(ValueError, match=r"^lab: net should give 10 scores to an image"):
        checked_network(layers.Sequential(layers.Flatten()), "lab")


def test_an_image_gets_its_channel():
    assert checked_image(np.eye(28), "lab").shape == (28, 28, 1)
    assert checked_image(np.ones((28, 28, 1), bool), "lab").dtype == np.float32
    for image in (np.zeros((28, 27)), np.zeros((28, 28, 3)), np.full((28, 28), "a"), None):
        with pytest.raises(ValueError, match=r"lab: image should (be numbers|hold real)"):
            checked_image(image, "lab")
