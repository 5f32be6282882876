"""Make mnist.npz from the four original files of MNIST.

    python data/make_mnist.py FOLDER

FOLDER holds the files as they were published, unpacked or still packed as .gz:
train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte.
Each is compared with its MD5 first: the result is MNIST to the last pixel, or there is none.
"""

import argparse
import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np

# name in mnist.npz (as in Keras): file, MD5 of the unpacked file, length of its header, shape
FILES = {
    "x_train": ("train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb", 16, (60000, 28, 28)),
    "y_train": ("train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624", 8, (60000,)),
    "x_test": ("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea", 16, (10000, 28, 28)),
    "y_test": ("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637", 8, (10000,)),
}


def read(folder: Path, file: str, md5: str, header: int, shape: tuple) -> np.ndarray:
    """The numbers of one original file, as uint8 of the given shape."""
    plain, packed = folder / file, folder / f"{file}.gz"
    if plain.is_file():
        content = plain.read_bytes()
    elif packed.is_file():
        content = gzip.decompress(packed.read_bytes())
    else:
        raise SystemExit(f"{folder} should hold {file} or {file}.gz, but does not.")
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != md5:
        raise SystemExit(f"{file} should have the MD5 {md5}, but has {found}.")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def write(path: Path, arrays: dict) -> None:
    """As np.savez_compressed, but packed tighter and without the time of day in the file."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.save(member, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy")
            archive.writestr(entry, member.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=7)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the four original files are")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("mnist.npz"))
    options = parser.parse_args()
    write(options.out, {name: read(options.folder, *file) for name, file in FILES.items()})
    print(f"{options.out}: {options.out.stat().st_size:,} bytes")
