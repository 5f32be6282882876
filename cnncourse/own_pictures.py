"""Pictures of your own to learn from: a folder with a folder for each label.

    my_pictures/
        cats/    one.jpg  two.png ...
        dogs/    ...

Near-duplicates, such as the same picture in two sizes, are found and kept on one side of a split:
a network that has learned a picture should not be asked about its copy.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from .data import Split
from .files import is_path, reason
from .pictures import grey, read_picture
from .shapes import Array, check_bool, check_int, check_rng, shown

HASH = 8  # rows and columns of the small picture whose differences tell copies
ALIKE = 5  # of its 64 differences may be others in a copy
MOST_FILES = 20_000
MOST_SIZE = 4096  # pixels of a side


class OwnPictures(NamedTuple):
    """Images with their labels; which are copies of each other; and the files left out, and why.

    x: (n, size, size, 3 or 1) float32 from 0 to 1   y: (n,) int64, the place in `names`
    groups: (n,) int64, the same number for near-duplicates
    """

    x: Array
    y: Array
    names: list[str]
    files: list[Path]
    groups: Array
    left_out: dict[Path, str]

    def __repr__(self):
        lines = [
            f"{len(self.x)} pictures of {self.x.shape[1]} x {self.x.shape[2]} pixels, "
            f"{'colour' if self.x.shape[3] == 3 else 'grey'}; "
            f"{len(self.x) - len(set(self.groups.tolist()))} of them nearly equal to another."
        ]
        lines += [f"    {name}: {(self.y == i).sum()}" for i, name in enumerate(self.names)]
        for path, why in self.left_out.items():
            why = why.replace(repr(str(path)), repr(path.name))  # the folder is known
            lines.append(f"    left out {path.name}: {why}")
        return "\n".join(lines)

    def split(self, *, held_out: float = 0.2, rng: np.random.Generator) -> Split:
        """About this part of the pictures of each label held out; copies stay together."""
        check_rng(rng, "split: rng")
        if not isinstance(held_out, (int, float)) or not 0 < held_out < 1:
            raise ValueError(
                f"split: held_out should be between 0 and 1, but is {shown(held_out)}."
            )
        out = np.zeros(len(self.x), bool)
        for label, name in enumerate(self.names):
            mine = self.y == label
            groups = rng.permutation(np.unique(self.groups[mine]))
            for group in groups:
                if out[mine].sum() >= held_out * mine.sum():
                    break
                out |= self.groups == group
            if out[mine].all() or not out[mine].any():
                raise ValueError(
                    f"split: {name!r} should have pictures on both sides, but has only "
                    f"{mine.sum()}, of which {len(groups)} are not copies of each other; add more."
                )
        return Split(self.x[~out], self.y[~out], self.x[out], self.y[out])


def own_pictures(folder: str | Path, size: int = 32, *, colour: bool = True) -> OwnPictures:
    """The pictures in the folders of `folder`, each cut to its middle square and made `size` wide.

    PNG, JPEG and the other usual formats, in any size. Files that are no pictures, or damaged, are
    left out and named; hidden files and folders are passed over. Shows a progress bar if it takes
    long.
    """
    if check_int(size, "own_pictures: size", 8) > MOST_SIZE:
        raise ValueError(f"own_pictures: size should be at most {MOST_SIZE:,}, but is {size:,}.")
    check_bool(colour, "own_pictures: colour")
    names, found = [], []
    for folder_of_label in _folders(folder):
        files = [(path, len(names)) for path in _inside(folder_of_label) if not os.path.isdir(path)]
        if files:
            names.append(folder_of_label.name)
            found += files
    if len(found) > MOST_FILES:
        raise ValueError(
            f"own_pictures: folder should hold at most {MOST_FILES:,} files, but holds "
            f"{len(found):,}."
        )
    images, labels, files, hashes, left_out = [], [], [], [], {}
    for path, label in tqdm(found, desc="reading", unit="picture", leave=False, delay=1):
        try:
            picture = read_picture(path)
            images.append(_square(picture, size, colour))
        except ValueError as problem:
            left_out[path] = str(problem)
            continue
        labels.append(label)
        files.append(path)
        hashes.append(_hash(picture))
    missing = [name for i, name in enumerate(names) if i not in labels]
    if len(names) - len(missing) < 2:
        raise ValueError(
            f"own_pictures: folder should hold at least two folders with pictures, one for each "
            f"label, but {str(folder)!r} holds {len(names) - len(missing)}"
            + (f"; {len(left_out)} files are no pictures that can be read." if left_out else ".")
        )
    if missing:  # no picture of it could be read
        kept = [name for name in names if name not in missing]
        labels, names = [kept.index(names[label]) for label in labels], kept
    return OwnPictures(
        np.stack(images), np.array(labels), names, files, _groups(np.array(hashes)), left_out
    )


def _folders(folder) -> Iterator[Path]:
    if not is_path(folder):
        kind = type(folder).__name__
        raise ValueError(f"own_pictures: folder should be a folder, but its type is {kind}.")
    folder = Path(folder).expanduser()
    if not os.path.isdir(folder):
        raise ValueError(
            f"own_pictures: folder should be a folder, but {shown(str(folder))} is none; we are in "
            f"{Path.cwd()}."
        )
    return (path for path in _inside(folder) if os.path.isdir(path))


def _inside(folder: Path) -> list[Path]:
    """What is in a folder and not hidden, by name."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as problem:
        raise ValueError(
            f"own_pictures: folder should be one that you may read, but {str(folder)!r} cannot be "
            f"read: {reason(problem)}."
        ) from problem


def _square(picture: Array, size: int, colour: bool) -> Array:
    """The middle square, `size` pixels wide.   (h, w) or (h, w, 3) -> (size, size, 3 or 1)"""
    side = min(picture.shape[:2])
    top, left = ((length - side) // 2 for length in picture.shape[:2])
    square = picture[top : top + side, left : left + side]
    if square.ndim == 3 and not colour:
        square = grey(square)
    if square.ndim == 2:
        small = _resized(square, size, size)[..., None]
        return np.repeat(small, 3, axis=2) if colour else small
    return np.stack([_resized(square[..., c], size, size) for c in range(3)], axis=2)


def _resized(channel: Array, height: int, width: int) -> Array:
    from PIL import Image

    small = Image.fromarray(np.ascontiguousarray(channel, np.float32))
    return np.clip(np.asarray(small.resize((width, height), Image.Resampling.BOX)), 0, 1)


def _hash(picture: Array) -> Array:
    """Where a very small grey version is brighter than its right neighbour: 64 times yes or no.

    Copies in another size, quality or brightness give nearly the same (Krawetz, 2013, "dHash").
    """
    small = _resized(grey(picture), HASH, HASH + 1)
    return (small[:, 1:] > small[:, :-1]).ravel()


def _groups(hashes: Array) -> Array:
    """The same number for pictures that a chain of near-equal ones connects."""
    numbers = np.arange(len(hashes))
    for i, one in enumerate(hashes[:-1]):
        alike = i + 1 + np.flatnonzero((hashes[i + 1 :] != one).sum(axis=1) <= ALIKE)
        for other in numbers[alike]:
            numbers[numbers == other] = numbers[i]
    return np.unique(numbers, return_inverse=True)[1]
