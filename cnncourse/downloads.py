"""Data that does not come with the course: fetched once, checked, and kept.

The files are kept in the user's cache folder or, where the variable CNNCOURSE_DATA names one, in a
folder that an instructor has prepared; a file that is there and whole is not fetched again.
"""

import gzip
import logging
import os
from pathlib import Path

import numpy as np

from . import browser
from .files import reason
from .shapes import Array

TRIES = 3
MOST_BYTES = 2**28  # of a file: a checksum takes its time
TIMEOUT_SECONDS = 20.0  # without a byte
# Xiao, Rasul and Vollgraf (2017), "Fashion-MNIST: a novel image dataset for benchmarking machine
# learning algorithms"; MIT licence. The checksums (MD5) are those of its README.
FASHION_URL = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
FASHION = {
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
}
FASHION_LABELS = (
    *("T-shirt", "trousers", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)


def kept_in() -> Path:
    """The folder of files that were fetched."""
    import pooch

    return Path(os.environ.get("CNNCOURSE_DATA") or pooch.os_cache("cnncourse")).expanduser()


def fetch(address: str, name: str, md5: str) -> Path:
    """A file of that name, from the folder or from `address`, whole by its checksum, as a path.

    With a progress bar. A ValueError says what to do where it cannot be had.
    """
    browser.refuse(f"{name}: the download")
    try:
        import pooch
        import requests
    except ImportError:
        raise ValueError(
            f"{name} should be fetched by the package pooch, but it is not installed; "
            "`pip install pooch` brings it."
        ) from None
    folder = kept_in()
    pooch.get_logger().setLevel(logging.WARNING)
    fetcher = pooch.create(
        folder,
        base_url=address,
        registry={name: f"md5:{md5}"},
        retry_if_failed=TRIES - 1,
        allow_updates=True,
    )
    kept = folder / name
    if os.path.exists(kept) and not (os.path.isfile(kept) and kept.stat().st_size <= MOST_BYTES):
        raise ValueError(
            f"{name} should be a file of at most {MOST_BYTES:,} bytes in {folder}, but what is "
            "there is larger, a folder, a pipe or a device; move it away."
        )
    get = pooch.HTTPDownloader(progressbar=True, timeout=TIMEOUT_SECONDS)
    try:
        return Path(fetcher.fetch(name, downloader=get))
    except requests.RequestException as problem:
        why = "the server did not answer as it should"
        if isinstance(problem, requests.ConnectionError):
            why = "there is no connection to the server"
        if isinstance(problem, requests.Timeout):
            why = f"nothing came for {TIMEOUT_SECONDS:g} seconds"
    except ValueError:
        why = "what came is not the file that was meant"
    except OSError as problem:
        why = f"{folder} cannot be used: {reason(problem)}"
    raise ValueError(
        f"{name} should be fetched from {address}, but {why}. Try again when you are connected, or "
        f"put the file into a folder and name that folder in the variable CNNCOURSE_DATA."
    )


def fashion_mnist() -> tuple[Array, Array, Array, Array]:
    """x_train, y_train, x_test, y_test of Fashion-MNIST as stored: uint8, (n, 28, 28) and (n,)

    30 MB are fetched once. FASHION_LABELS names the ten labels.
    """
    return tuple(_unpacked(fetch(FASHION_URL, name, md5)) for name, md5 in FASHION.items())


def _unpacked(path: Path) -> Array:
    """The array of a gzipped IDX file: two zeros, the kind, the axes, their sizes, the numbers."""
    content = gzip.decompress(path.read_bytes())
    axes = content[3]
    shape = np.frombuffer(content, ">i4", axes, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)
