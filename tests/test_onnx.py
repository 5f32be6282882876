"""An ONNX file gives what the network gives that wrote it."""

import numpy as np
import pytest

from cnncourse import elsewhere, networks
from cnncourse.layers import AvgPool2D, Conv2D, Dense, GlobalAvgPool2D, MaxPool2D, ReLU, Sequential

onnxruntime = pytest.importorskip(
    "onnxruntime",
    reason="no onnxruntime: ONNX files are not run; pip install torch onnx onnxscript onnxruntime",
)


def rng():
    return np.random.default_rng(0)


NETWORKS = {
    "the course's": ((28, 28, 1), networks.course_cnn(rng())),
    "colour": (
        (15, 18, 3),
        Sequential(
            Conv2D(3, 8, (3, 2), stride=2, pad="same", rng=rng()),
            ReLU(),
            MaxPool2D(3, stride=2, pad=1),
            AvgPool2D(2, count_include_pad=False),
            GlobalAvgPool2D(),
            Dense(8, 4, rng=rng()),
        ),
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_file_gives_the_same_for_any_number_of_images(name, tmp_path, capfd):
    shape, net = NETWORKS[name]
    path = tmp_path / "net.onnx"
    elsewhere.to_onnx(net, path, shape)
    session = onnxruntime.InferenceSession(str(path))
    for n in (1, 5):
        x = np.random.default_rng(n).random((n, *shape), np.float32)
        (logits,) = session.run(["logits"], {"x": x.transpose(0, 3, 1, 2)})
        np.testing.assert_allclose(logits, net(x), rtol=1e-4, atol=1e-5)
    assert [file.name for file in tmp_path.iterdir()] == ["net.onnx"]
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    "image, path, words",
    [
        ((28, 28), "net.onnx", r"image should be \(h, w, c\)"),
        ((28, 28, 0), "net.onnx", "image"),
        ((28, 28, 3), "net.onnx", "channels|c=1"),
        ((28, 28, 1), "net.npz", "path should end in .onnx"),
        ((28, 28, 1), "nowhere/net.onnx", "folder that exists"),
    ],
)
def test_bad_calls_are_told(image, path, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        elsewhere.to_onnx(networks.course_cnn(rng()), tmp_path / path, image)
    assert not list(tmp_path.iterdir())
