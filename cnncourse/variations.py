"""Pictures, changed a little: in negative, thicker, turned, moved, moved at random."""

import numpy as np

from . import ops
from .shapes import Array, borders, check_array, check_finite, check_int, check_rng, sizes


def negative(image: Array) -> Array:
    """White for black and black for white.   image: any shape, 0 to 1   ->   the same shape"""
    check_array(image, "negative: image")
    low, high = image.min(), image.max()
    if not (low >= 0 and high <= 1):  # also where one of them is NaN
        raise ValueError(
            f"negative: image should hold numbers from 0 to 1, but they go from {low} to {high}."
        )
    return 1 - image


def thickened(image: Array, pixels: float) -> Array:
    """Light strokes with so many more pixels on each side, or fewer.   (h, w) -> (h, w)

    A stroke grows by a pixel where each pixel takes the largest value of the three by three around
    it. It gets thinner where the paper does so instead. Between two whole numbers, a mixture.
    """
    sizes(image, "h w", "thickened: image")
    check_finite(pixels, "thickened: pixels")
    if pixels < 0:
        return 1 - thickened(1 - image, -float(pixels))
    times, rest = divmod(min(pixels, max(image.shape)), 1)  # more would change nothing
    for _ in range(int(times)):
        image = _grown(image)
    return image if rest == 0 else (1 - rest) * image + rest * _grown(image)


def moved(image: Array, down: int = 0, right: int = 0, turn: float = 0.0) -> Array:
    """The image, turned to the left about its middle, then moved; zeros come in.

    image: (h, w)   down, right: whole pixels   turn: degrees   ->   (h, w) float32
    """
    from PIL import Image

    sizes(image, "h w", "moved: image")
    check_int(down, "moved: down")
    check_int(right, "moved: right")
    check_finite(turn, "moved: turn")
    turned = Image.fromarray(image.astype(np.float32))
    return np.asarray(turned.rotate(turn, Image.Resampling.BILINEAR, translate=(right, down)))


def turned(images: Array, degrees: float) -> Array:
    """Each image turned to the left about its middle; zeros come in.   images: (n, h, w, 1)"""
    sizes(images, "n h w c", "turned: images", c=1)
    return np.stack([moved(image[:, :, 0], turn=degrees)[:, :, None] for image in images])


def shifted(images: Array, down: int, right: int) -> Array:
    """Images moved by whole pixels; zeros come in.   images: (n, h, w, c)   ->   the same shape"""
    _, h, w, _ = sizes(images, "n h w c", "shifted: images")
    down = int(np.clip(check_int(down, "shifted: down"), -h, h))
    right = int(np.clip(check_int(right, "shifted: right"), -w, w))
    moved = np.zeros_like(images)
    rows, columns = slice(max(down, 0), h + min(down, 0)), slice(max(right, 0), w + min(right, 0))
    from_rows = slice(max(-down, 0), h + min(-down, 0))
    from_columns = slice(max(-right, 0), w + min(-right, 0))
    moved[:, rows, columns] = images[:, from_rows, from_columns]
    return moved


def moved_by(most: int):
    """An augment(images, rng) for `train.fit`: every image moves by a few whole pixels.

    Each image moves on its own, by -most to most rows and by -most to most columns, all equally
    likely. What leaves the picture is lost; zeros move in.   images: (n, h, w, c)   ->   the same
    """
    borders(check_int(most, "moved_by: most", 0), (1, 1), "moved_by: most")

    def augment(images: Array, rng: np.random.Generator) -> Array:
        n, h, w, c = sizes(images, "n h w c", "moved_by: images")
        check_rng(rng, "moved_by: rng")
        framed = np.zeros((n, h + 2 * most, w + 2 * most, c), images.dtype)
        framed[:, most : most + h, most : most + w] = images
        moved = np.empty_like(images)
        starts = rng.integers(0, 2 * most + 1, size=(n, 2)).tolist()
        for image, frame, (top, left) in zip(moved, framed, starts):
            image[...] = frame[top : top + h, left : left + w]
        return moved

    return augment


def _grown(image: Array) -> Array:
    return ops.max_pool2d(image[None, :, :, None], 3, stride=1, pad=1)[0][0, :, :, 0]
