"""Ways to slide a kernel wrongly: the loops of correlate2d, each with one thing amiss."""

import numpy as np

from ... import reference

# ---- What is added up in one place


def by_window(image, kernel, row, column):
    """One window cut out, times the kernel; past the edge it is cut short."""
    kh, kw = kernel.shape
    return (image[row : row + kh, column : column + kw] * kernel).sum()


def by_pixel(image, kernel, row, column):
    """One product after the other; past the edge there is no pixel."""
    return sum(image[row + i, column + j] * kernel[i, j] for i, j in np.ndindex(kernel.shape))


def turned_by_window(image, kernel, row, column):
    kh, kw = kernel.shape
    return (image[row : row + kh, column : column + kw] * kernel.T).sum()


def turned_by_pixel(image, kernel, row, column):
    return sum(image[row + i, column + j] * kernel[j, i] for i, j in np.ndindex(kernel.shape))


def last_product(image, kernel, row, column):
    """Only the product in the lower right of the window."""
    kh, kw = kernel.shape
    return image[row + kh - 1, column + kw - 1] * kernel[-1, -1]


def first_window(image, kernel, row, column):
    """The window in the upper left, wherever the loops are."""
    return by_window(image, kernel, 0, 0)


def window_of_three(image, kernel, row, column):
    """Three rows and three columns, whatever the kernel is."""
    return (image[row : row + 3, column : column + 3] * kernel).sum()


def square_window(image, kernel, row, column):
    """As many columns as the kernel has rows."""
    kh = kernel.shape[0]
    return (image[row : row + kh, column : column + kh] * kernel).sum()


def short_window(image, kernel, row, column):
    """A window that ends one pixel early."""
    kh, kw = kernel.shape
    return (image[row : row + kh - 1, column : column + kw - 1] * kernel).sum()


def resting_end(image, kernel, row, column):
    """A window whose end does not move."""
    kh, kw = kernel.shape
    return (image[row:kh, column:kw] * kernel).sum()


def long_window(image, kernel, row, column):
    """A window that ends one pixel late."""
    kh, kw = kernel.shape
    return (image[row : row + kh + 1, column : column + kw + 1] * kernel).sum()


def crossed_window(image, kernel, row, column):
    """The window that begins at [column, row]."""
    return by_window(image, kernel, column, row)


def one_pixel(image, kernel, row, column):
    """The pixel in the upper left of the window alone, times each weight."""
    return (image[row, column] * kernel).sum()


# ---- How large the output is


def right_size(image, kernel):
    return tuple(np.subtract(image.shape, kernel.shape) + 1)


def bigger_by(rows, columns):
    """So many rows and columns more than there should be (-1: fewer)."""
    return lambda image, kernel: tuple(np.add(right_size(image, kernel), (rows, columns)))


def swapped(image, kernel):
    return right_size(image.T, kernel)


def size_of_three(image, kernel):
    """The size for a kernel of three by three."""
    return image.shape[0] - 2, image.shape[1] - 2


def five_by_five(image, kernel):
    return 5, 5


def square(image, kernel):
    """As many columns as rows."""
    return (right_size(image, kernel)[0],) * 2


def square_kernel(image, kernel):
    """As if the kernel had as many columns as rows."""
    return tuple(np.subtract(image.shape, len(kernel)) + 1)


def rows_for_columns(image, kernel):
    """The right rows, and columns as if the kernel had as many as it has rows."""
    return right_size(image, kernel)[0], image.shape[1] - len(kernel) + 1


def like_the_image(image, kernel):
    return image.shape


def like_the_kernel(image, kernel):
    return kernel.shape


# ---- The loops


def slide(add=by_window, size=right_size, dtype=float, places=None):
    """The loops, with something to get wrong: how to add up, which size, which dtype, which places
    to go to."""

    def correlate2d(image, kernel):
        output = np.zeros(size(image, kernel), dtype)
        for row, column in np.ndindex(places(image, kernel) if places else output.shape):
            output[row, column] = add(image, kernel, row, column)
        return output

    return correlate2d


def step_by_step(image, kernel):
    """Each product added to an output of the image's dtype."""
    output = np.zeros(right_size(image, kernel), image.dtype)
    for row, column in np.ndindex(output.shape):
        for i, j in np.ndindex(kernel.shape):
            output[row, column] = output[row, column] + image[row + i, column + j] * kernel[i, j]
    return output


def crossed(image, kernel):
    """Each sum at [column, row] of an output of the right size."""
    output = np.zeros(right_size(image, kernel))
    for row, column in np.ndindex(output.shape):
        output[column, row] = by_window(image, kernel, row, column)
    return output


def running_total(image, kernel):
    right = reference.correlate2d(image, kernel)
    return right.cumsum().reshape(right.shape)


def partly(rows, columns):
    """The right output in some rows and columns, 0 elsewhere."""

    def correlate2d(image, kernel):
        right = reference.correlate2d(image, kernel)
        output = np.zeros(right.shape)
        output[rows, columns] = right[rows, columns]
        return output

    return correlate2d


def in_five_by_five(image, kernel):
    """The right output in the upper left of five by five, what does not fit cut off."""
    right = reference.correlate2d(image, kernel)[:5, :5]
    return np.pad(right, [(0, 5 - size) for size in right.shape])


def in_the_corner(image, kernel):
    """The right output in the upper left of one as large as the image."""
    right = reference.correlate2d(image, kernel)
    return np.pad(right, [(0, a - b) for a, b in zip(image.shape, right.shape)])
