"""Data is fetched once and whole, or a sentence says why not; from a server of our own."""

import contextlib
import gzip
import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from cnncourse import data, downloads

pytest.importorskip("pooch", reason="no pooch: nothing is fetched; pip install pooch mends that")


def idx(array):
    """A gzipped IDX file, as Fashion-MNIST has them."""
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
    return gzip.compress(head + array.tobytes(), mtime=0)


RNG = np.random.default_rng(0)
ARRAYS = {
    "train-images-idx3-ubyte.gz": RNG.integers(0, 256, (60, 28, 28), np.uint8),
    "train-labels-idx1-ubyte.gz": RNG.integers(0, 10, 60, np.uint8),
    "t10k-images-idx3-ubyte.gz": RNG.integers(0, 256, (10, 28, 28), np.uint8),
    "t10k-labels-idx1-ubyte.gz": RNG.integers(0, 10, 10, np.uint8),
}
FILES = {name: idx(array) for name, array in ARRAYS.items()}


class Server(ThreadingHTTPServer):
    """Serves FILES under /good/ and, under other names, as bad servers do; counts what is asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.failures_left = [], 0

    def address(self, how):
        return f"http://127.0.0.1:{self.server_port}/{how}/"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        _, how, name = self.path.split("/")
        self.server.asked.append(name)
        content = FILES[name]
        if how == "redirected":
            self.send_response(302)
            self.send_header("Location", self.server.address("good") + name)
            self.end_headers()
            return
        if how == "refused" or (how == "flaky" and self.server.failures_left > 0):
            self.server.failures_left -= 1
            self.send_error(503)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if how == "corrupt":
            content = content[:-9] + b"corrupted"
        if how in ("truncated", "stalled"):
            content = content[: len(content) // 2]
        self.wfile.write(content)
        if how == "stalled":
            self.wfile.flush()
            self.server.released.wait(20)

    def log_message(self, *what):
        pass


@pytest.fixture
def server(monkeypatch, tmp_path):
    server = Server()
    server.released = threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    sums = {name: hashlib.md5(content).hexdigest() for name, content in FILES.items()}
    monkeypatch.setattr(downloads, "FASHION", sums)
    monkeypatch.setattr(downloads, "TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)  # pooch waits between its tries
    monkeypatch.setenv("CNNCOURSE_DATA", str(tmp_path / "kept"))
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


def kept(tmp_path):
    folder = tmp_path / "kept"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("how", ["good", "redirected"])
def test_images_are_fetched_once_and_read(how, server, monkeypatch, tmp_path):
    monkeypatch.setattr(downloads, "FASHION_URL", server.address(how))
    first = data.load("fashion-mnist")
    asked = len(server.asked)
    again = data.load("fashion-mnist")
    assert len(server.asked) == asked
    assert kept(tmp_path) == sorted(FILES)
    x_train, y_train, x_test, _ = ARRAYS.values()
    np.testing.assert_array_equal(first.x_train[..., 0], x_train / np.float32(255))
    np.testing.assert_array_equal(again.x_test[..., 0], x_test / np.float32(255))
    np.testing.assert_array_equal(first.y_train, y_train)
    assert (first.x_train.dtype, first.y_train.dtype) == (np.float32, np.int64)


@pytest.mark.parametrize(
    "how, words",
    [
        ("truncated", "no connection|not the file that was meant|did not answer"),
        ("corrupt", "not the file that was meant"),
        ("stalled", "nothing came for 0.5 seconds|no connection"),
        ("refused", "did not answer as it should"),
    ],
)
def test_a_bad_server_is_told_in_a_sentence_and_leaves_nothing(
    how, words, server, monkeypatch, tmp_path
):
    monkeypatch.setattr(downloads, "FASHION_URL", server.address(how))
    with pytest.raises(ValueError, match=words) as caught:
        data.load("fashion-mnist")
    assert "CNNCOURSE_DATA" in str(caught.value)
    assert len(server.asked) == downloads.TRIES
    assert kept(tmp_path) == []


def test_no_server_at_all_is_told(server, monkeypatch, tmp_path):
    with contextlib.closing(ThreadingHTTPServer(("127.0.0.1", 0), Handler).socket) as socket:
        port = socket.getsockname()[1]
    monkeypatch.setattr(downloads, "FASHION_URL", f"http://127.0.0.1:{port}/")
    with pytest.raises(ValueError, match="there is no connection to the server"):
        data.load("fashion-mnist")


def test_a_server_that_fails_at_first_is_asked_again(server, monkeypatch, tmp_path):
    monkeypatch.setattr(downloads, "FASHION_URL", server.address("flaky"))
    server.failures_left = 2
    data.load("fashion-mnist")
    assert kept(tmp_path) == sorted(FILES)


def test_a_damaged_kept_file_is_fetched_anew(server, monkeypatch, tmp_path):
    monkeypatch.setattr(downloads, "FASHION_URL", server.address("good"))
    data.load("fashion-mnist")
    damaged = tmp_path / "kept" / "t10k-labels-idx1-ubyte.gz"
    damaged.write_bytes(b"nothing")
    data.load("fashion-mnist")
    assert damaged.read_bytes() == FILES[damaged.name]


def test_a_folder_that_an_instructor_prepared_needs_no_server(server, monkeypatch, tmp_path):
    monkeypatch.setattr(downloads, "FASHION_URL", server.address("refused"))
    folder = tmp_path / "kept"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    assert len(data.load("fashion-mnist").x_test) == 10
    assert server.asked == []


def test_a_folder_that_is_a_file_is_told(server, monkeypatch, tmp_path):
    (tmp_path / "kept").write_text("a file")
    monkeypatch.setattr(downloads, "FASHION_URL", server.address("good"))
    with pytest.raises(ValueError, match=r"kept.* cannot be used|should be fetched"):
        data.load("fashion-mnist")
