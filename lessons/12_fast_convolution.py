# %% [markdown]
# # From loops to one matrix product
#
# In lesson 01 you wrote a convolution with loops. It is right, and a network would take days with
# it. The convolution of `cnncourse` does the same sum many thousand times faster, without any
# magic: it is a handful of calls of NumPy in the right order. Today you build it from your loops,
# step by step. Each step gives the same numbers as the one before (up to rounding), and you time
# each on your own machine.
#
# | What you will do | minutes |
# |---|---|
# | make a guess | 3 |
# | find out what your machine can do at most | 7 |
# | loops, then whole windows, then whole images | 12 |
# | look at windows without copying them; exercise 1 | 20 |
# | lay all windows out for one matrix product; exercise 2 | 18 |
# | play in the lab | 15 |
# | copy less: strips | 10 |
# | cut the work into pieces; exercise 3 | 15 |
# | deal them to two threads; bind once, run many | 12 |
# | see the code of the package, and the whole staircase | 15 |
# | go the way back; exercise 4 | 20 |
# | try two famous tricks: Winograd and Fourier | 10 |
# | see what to remember, and what goes wrong in practice | 8 |
#
# That is 165 minutes with all exercises. A good place for a break is after the lab.
#
# **What you need.** Lesson 04: a convolution with many filters. Lesson 08: what goes back through
# it. Times differ from machine to machine, and from run to run: the text between the cells holds
# for all of them, and the cells print yours. As before: choose *Edit*, *Clear Outputs of All
# Cells*, then press Shift+Enter in one cell after the other.

# %%
import inspect
from functools import partial

import numpy as np
from IPython.display import display
from numpy.lib.stride_tricks import as_strided, sliding_window_view

# %%
from cnncourse import convolution, figures, ops, stopwatch
from cnncourse.exercises import check, hints
from cnncourse.explorers import memory_lab, predict
from cnncourse.stopwatch import shortest
from cnncourse.window import window
from cnncourse.workers import PIECE_BYTES, cores, cut, deal, one_core
from cnncourse.workspace import lend

# %% [markdown]
# ## First make a guess

# %%
predict("pays_most")

# %% [markdown]
# ## What this machine can do at most
#
# Our job today: 64 images of 30 by 30 with 16 channels, and 32 filters of 3 by 3. That is the
# layer of lesson 05, without pooling before it. (The images stand for 28 by 28 with a border, so
# 28 by 28 places come out.) How much work is that?

# %%
rng = np.random.default_rng(0)
n, side, c, f, k = 64, 30, 16, 32, 3
x = rng.random((n, side, side, c), np.float32)
w = rng.normal(size=(k, k, c, f)).astype(np.float32)
oh = ow = side - k + 1
job = n * oh * ow * k * k * c * f
print(f"{job:,} multiply-adds; the images hold {x.nbytes / 1e6:.1f} MB")
print(f"{n * oh * ow:,} places; a window holds {k * k * c} numbers")

# %% [markdown]
# Two things limit how fast that can go.
#
# - **Multiply-adds a second.** Nothing in NumPy multiplies and adds faster than a large matrix
#   product. So we time one, and call it the *peak*.
# - **Bytes a second.** Every number has to come from memory and go back there. So we time how fast
#   a large array is copied, and a small one as well: the processor keeps what it used last in a
#   **cache**, a small memory of its own, which is much faster.
#
# Both are measured with one core (one processor of those in your computer), and with all.

# %% tags=["nbval-ignore-output"]
one, every = stopwatch.limits(), stopwatch.limits(all_cores=True)
print(one)
print(every)
print(f"at the peak, one core would need {1000 * job / one.product:.1f} ms for our job")

# %% [markdown]
# A `Staircase` times each step: as many runs as fit into 0.3 seconds, and of these the *shortest*.
# Whatever else your computer does makes a run longer, never shorter. It also wants to know how many
# bytes a step **touches**: an array counts once for each call that reads or writes it, with the
# memory that it has.

# %%
steps = stopwatch.Staircase(job)

# %% [markdown]
# ## Loops
#
# Every multiply-add by itself, as you wrote it in lesson 01, with channels and filters. The whole
# job would take minutes, so we time one line of places of one image and multiply. Each multiply-add
# reads a pixel, a weight and a sum, and writes the sum: 16 bytes.

# %%
def loops(lines):
    """Some lines of the first image's outputs.   -> (lines, ow, f)"""
    y = np.zeros((lines, ow, f), np.float32)
    for row, column, filter in np.ndindex(lines, ow, f):
        for i, j, channel in np.ndindex(k, k, c):
            pixel = x[0, row + i, column + j, channel]
            y[row, column, filter] += pixel * w[i, j, channel, filter]
    return y

# %% tags=["nbval-ignore-output"]
steps.time("loops", lambda: loops(1), touched=16 * job, part=1 / (n * oh))

# %% [markdown]
# Python is not slow at multiplying; it hardly gets to it. For each of these lines it looks up
# names, works out places, makes an object for a number, and throws it away.
#
# ## One window at a time
#
# The inner loops are one product: the window as a row of 144 numbers, times a matrix with one
# filter in each column. One call of NumPy then does all 32 filters.

# %%
columns = w.reshape(k * k * c, f)


def each_window(x):
    """A product for each place.   x: (n, h, w, c)   ->   (n, oh, ow, f)"""
    y = np.empty((len(x), oh, ow, f), np.float32)
    for image, row, column in np.ndindex(y.shape[:3]):
        window = x[image, row : row + k, column : column + k]
        y[image, row, column] = window.ravel() @ columns
    return y

# %%
y = each_window(x)
print("as the loops:", np.allclose(y[0, :1], loops(1), atol=1e-3))
calls = n * oh * ow
print(f"{calls:,} products of {k * k * c * f:,} multiply-adds each")

# %% tags=["nbval-ignore-output"]
touched = calls * 4 * (k * k * c + k * k * c * f + f)  # a window, all weights, the outputs
steps.time("one window at a time", lambda: each_window(x[:8]), touched, part=8 / n)
call, needed = steps.steps[-1].seconds / calls, job / calls / one.product
print(f"{1e6 * call:.2f} µs for each call; at the peak its multiply-adds would take", end=" ")
print(f"{1e6 * needed:.2f} µs")

# %% [markdown]
# Most of a call is still Python, and the preparing of the call. So make fewer calls, and larger
# ones.
#
# ## One weight at a time, with whole images
#
# Turn the loops inside out. Outside, the nine places of the *kernel*; inside, all places of all
# images at once. The pixels that weight (i, j) meets are the images, moved by (i, j): a slice,
# which costs nothing.

# %%
def each_weight(x):
    """A product for each place of the kernel."""
    y = np.zeros((len(x), oh, ow, f), np.float32)
    for i, j in np.ndindex(k, k):
        y += x[:, i : i + oh, j : j + ow] @ w[i, j]
    return y


print("as before:", np.allclose(each_weight(x), y, atol=1e-3))

# %% tags=["nbval-ignore-output"]
moved = n * oh * ow * c * 4  # bytes of one slice
steps.time("one weight at a time", lambda: each_weight(x), k * k * (moved + 4 * y.nbytes))

# %% [markdown]
# Nine calls in place of 50,176, with the very same multiply-adds: Python no longer matters. That is
# why this order is fast already. What it pays instead are trips to memory. For each of the nine, a
# product as large as y is written, read again, and added to y:

# %%
print(f"touched: {k * k * (moved + 4 * y.nbytes) / 1e6:.0f} MB, for images of", end=" ")
print(f"{x.nbytes / 1e6:.1f} MB and outputs of {y.nbytes / 1e6:.1f} MB")

# %% [markdown]
# ## How an array lies in memory
#
# To add up within one call we need the windows as an array. Do they have to be copied? An array is
# two things: numbers in memory, one after the other, and a way to walk through them: a *shape*, and
# for each axis a **stride**, the bytes from one number to the next. A slice is another walk through
# the same numbers: a **view**.

# %%
image = np.arange(30, dtype=np.float32).reshape(5, 6)
for name, array in (("image", image), ("part", image[1:, :4]), ("turned", image.T)):
    print(f"{name:7} shape {array.shape}, strides {array.strides}, ", end="")
    print("the same memory:", np.shares_memory(array, image))

# %% [markdown]
# All windows are such a walk as well, with four axes. NumPy has a safe function for it:

# %%
windows = sliding_window_view(image, (3, 3))
print("shape", windows.shape, "strides", windows.strides, "numbers", windows.size)
print("the same memory:", np.shares_memory(windows, image))
print(windows[1, 2])

# %% [markdown]
# So many numbers to look at, and not one of them was copied. Since a pixel appears in many windows,
# who writes into one window changes others. So the view is read-only:

# %%
try:
    windows[0, 0] = 0
except ValueError as problem:
    print("ValueError:", problem)

# %% [markdown]
# **Exercise 1: windows by strides.** What does `sliding_window_view` work out? An image of this
# shape with these strides; windows of k by k, `step` pixels apart. Return six numbers: the places
# down and across; and four strides, in bytes: to the window below, to the window on the right, and
# inside a window to the pixel below and to the pixel on the right.

# %% tags=["exercise"]
def window_strides(shape, strides, k, step):
    """Places down and across of windows of k by k, then four strides in bytes."""
    # 1. In how many places does the kernel fit along each axis? That was lesson 02.
    # 2. How many bytes is it from one window to the next? And from one pixel to the next?
    ...


check("window_strides", window_strides)

# %% tags=["solution"]
hints("window_strides")

# %% [markdown]
# `as_strided` makes a view of *any* shape and strides, and believes you. That makes it fast, and
# dangerous: a wrong number reads memory that belongs to something else, without an error. Here is
# an image inside a larger array, so that nothing bad happens:

# %%
memory = np.arange(100, dtype=np.float32)
image = memory[:30].reshape(5, 6)
right = as_strided(image, (3, 4, 3, 3), (24, 4, 24, 4), writeable=False)
wrong = as_strided(image, (5, 6, 3, 3), (24, 4, 24, 4), writeable=False)
print("the last window of the right one ends with", right[-1, -1, -1, -1], "of", image.max())
print("the last window of the wrong one ends with", wrong[-1, -1, -1, -1])

# %% [markdown]
# So: `sliding_window_view` where it will do; `as_strided` only with numbers that a test has
# checked; and `writeable=False` with either.
#
# With the windows as a view, one call does everything: *einsum* multiplies and adds up along the
# axes whose letters are missing on the right.

# %%
def by_einsum(x):
    """One call, nothing copied."""
    view = sliding_window_view(x, (k, k), axis=(1, 2))  # (n, oh, ow, c, k, k)
    return np.einsum("nhwcij,ijcf->nhwf", view, w)


print("as before:", np.allclose(by_einsum(x), y, atol=1e-3))

# %% tags=["nbval-ignore-output"]
steps.time("a view and einsum", lambda: by_einsum(x[:16]), x.nbytes + y.nbytes, part=16 / n)
before, now = steps.steps[-2:]
print(f"Against nine whole images, it takes {now.seconds / before.seconds:.1f} times as long.")

# %% [markdown]
# It touches the least memory of all our steps, and does not come near the peak. For einsum is loops
# again, if in C: it multiplies a few numbers at a time, and does not plan which of them to use
# while they are at hand. A matrix product does: it cuts both matrices into blocks that stay in the
# cache, and uses each number many times there.

# %% [markdown]
# ## Lay the windows out: im2col
#
# A matrix product wants a matrix: the numbers of a row side by side, the rows at an even distance.
# So copy each window into a row. This is called **im2col** ("image to columns", for some write the
# windows as columns). Then the convolution *is* one matrix product:
#
# > (places, k · k · c) @ (k · k · c, filters) = (places, filters)
#
# **Predict:** how much will be copied?

# %%
predict("windows_copied")

# %% [markdown]
# **Exercise 2: im2col** for one image, with loops. (Each row holds its window as it lies in x: row
# by row, and all channels of a pixel together.)

# %% tags=["exercise"]
def im2col(x, k):
    """All windows of k by k, one a row.   x: (h, w, c)   ->   (places, k * k * c)"""
    ...


check("im2col", im2col)

# %% tags=["solution"]
hints("im2col")

# %% [markdown]
# Without loops: the view has all windows, only its axes are in another order, and `reshape` copies
# what is no walk with one stride.

# %%
def laid_out(x):
    """All windows, one a row.   x: (n, h, w, c)   ->   (places, k * k * c)"""
    view = sliding_window_view(x, (k, k), axis=(1, 2))
    return view.transpose(0, 1, 2, 4, 5, 3).reshape(-1, k * k * c)


def one_product(x):
    """Copy all windows, then one matrix product."""
    return (laid_out(x) @ columns).reshape(len(x), oh, ow, f)


print("as before:", np.allclose(one_product(x), y, atol=1e-3))

# %% tags=["nbval-ignore-output"]
size = laid_out(x).nbytes
steps.time("im2col, one product", lambda: one_product(x), x.nbytes + 2 * size + y.nbytes)
gain = steps.steps[2].seconds / steps.steps[-1].seconds
print(f"Against one weight at a time: {gain:.1f} times as fast.")

# %% [markdown]
# Is the last number below 1? On many machines it is: the copy costs more than the one product
# saves. The idea is right, but there is too much to copy:

# %%
print(f"images {x.nbytes / 1e6:.1f} MB, all windows {size / 1e6:.1f} MB: ", end="")
print(f"{size / x.nbytes:.1f} times as much")

# %% [markdown]
# ## The lab shows how windows lie in memory
#
# A small image, whose numbers are their own places in memory. Beside it is the memory that is read,
# in lines of 64 bytes: that is how much most processors fetch at a time. Choose a window: orange is
# what it reads, blue the window below it. Point at a pixel of the image to see all its copies.
#
# 1. The view: a window of 3 by 3 lies in three stretches. With which kernel is it one?
# 2. "a window a row": how many copies of the pixel in the middle are there? And of the one in the
#    corner?
# 3. "a window a column": each number of a window lies in another stretch. Why could that be good?
#    (What lies side by side?)
# 4. "strips": which windows share memory now, and which do not?
# 5. Two channels: what becomes of the stretches?
#
# <details><summary>Answer to 1</summary>
# With a kernel of 1: then a window is a single pixel. (And a kernel as wide as the image would do.)
# </details>
#
# <details><summary>Answer to 2</summary>
# Nine, one for each window that it lies in; the corner lies in one window only.
# </details>
#
# <details><summary>Answer to 3</summary>
# The numbers that one weight meets lie side by side, in the order of the places. So with few
# channels such a copy is made of long stretches, a row of the image at a time, and short copies
# cost most. A matrix product can read either way.
# </details>
#
# <details><summary>Answer to 4</summary>
# Windows one below another share: the strip goes on downwards. Windows side by side lie in
# different strips.
# </details>
#
# <details><summary>Answer to 5</summary>
# They get twice as long, for the channels of a pixel lie side by side. The more channels, the
# longer the stretches that are copied in one go.
# </details>

# %%
lab = memory_lab()
lab

# %%
another = memory_lab()  # one that is not shown, so that yours stays as you left it
for layout in another.layout_of.options:
    another.layout_of.value = layout
    print(f"{layout}:\n{another.sentence}\n")

# %% [markdown]
# ## Copy only along the kernel's width
#
# Here is the trick of `cnncourse`. (It is known as *memory-efficient convolution*, Cho and Brand,
# 2017.) Cut the image into **strips**: for each column of places the k columns of pixels that its
# windows see, from top to bottom. In a strip a window is one unbroken stretch, and the window below
# it begins a row further on. They overlap, and nothing is copied for it.
#
# **Predict:** how much is copied now?

# %%
predict("strips_copied")

# %% [markdown]
# Since the channels of a pixel lie side by side, we see each row of the image as one long row of
# numbers. A strip's row is then k · c of them, and begins c after the one before. The same idea
# once more finds the windows in a strip: k rows are k · k · c numbers side by side.

# %%
def strips(x):
    """(n, ow, h, k * c): for each column of places, what its windows see."""
    rows = x.reshape(*x.shape[:2], -1)
    return sliding_window_view(rows, k * c, axis=2)[:, :, ::c].transpose(0, 2, 1, 3)


def in_strips(strips):
    """The windows of strips that lie in memory.   -> (oh, n * ow, k * k * c), a view"""
    long = strips.reshape(-1, side * k * c)
    return sliding_window_view(long, k * k * c, axis=1)[:, :: k * c].transpose(1, 0, 2)

# %%
def from_strips(x):
    """Copy strips; one matrix product for each line of places."""
    y = in_strips(np.ascontiguousarray(strips(x))) @ columns  # (oh, n * ow, f)
    return y.reshape(oh, len(x), ow, f).transpose(1, 0, 2, 3)


copied = np.ascontiguousarray(strips(x))
print("as before:", np.allclose(from_strips(x), y, atol=1e-3))
print("the windows share memory with the strips:", np.shares_memory(in_strips(copied), copied))
print(f"all windows {size / 1e6:.1f} MB, strips {copied.nbytes / 1e6:.1f} MB")

# %% tags=["nbval-ignore-output"]
in_all = x.nbytes + 2 * copied.nbytes + y.nbytes
steps.time("strips", lambda: from_strips(x), in_all)

# %% [markdown]
# ## Pieces that fit into the cache
#
# The strips are written, and a moment later they are read. If they are small enough, they are still
# in the cache and never see the memory. So take a few images at a time. Fewer are not always
# better: each piece costs a few calls.

# %%
def in_pieces(x, images):
    """A few images at a time."""
    y = np.empty((len(x), oh, ow, f), np.float32)
    for piece in cut(len(x), images):
        y[piece] = from_strips(x[piece])
    return y


print("as before:", np.allclose(in_pieces(x, 4), y, atol=1e-3))
print("ten images, at most four at a time:", cut(10, 4))

# %% [markdown]
# (`cut` is the package's. It makes pieces of nearly the same size, and an even number of them, so
# that two cores can share them.)

# %% tags=["nbval-ignore-output"]
sizes = [1, 2, 4, 8, 16, 32, 64]
with one_core():
    ms = [1000 * shortest(partial(in_pieces, x, images), 0.2) for images in sizes]
print(*(f"{images}: {time:.1f} ms" for images, time in zip(sizes, ms)), sep=";  ")
best = sizes[int(np.argmin(ms))]
print(f"Here the best were {best} at a time: {best * (copied.nbytes + y.nbytes) / n / 1e6:.1f} MB.")

# %% [markdown]
# **Exercise 3: how many images in a piece?** Work it out from the cache. The strips and the outputs
# of a piece should fit into it together, numbers of float32 take 4 bytes, and even the largest
# image has to be done: at least one in a piece. (Strips are as high as the image.)

# %% tags=["exercise"]
def images_in_piece(shape, k, f, cache):
    """How many images go into one piece.   shape: (h, w, c)   cache: bytes"""
    ...


check("images_in_piece", images_in_piece)

# %% tags=["solution"]
hints("images_in_piece")

# %% [markdown]
# The package takes `PIECE_BYTES` for the cache: two megabytes, as much as one or two cores have in
# their second-level cache on many machines. For images too large for that, it cuts an image into
# lines of places.

# %%
piece = PIECE_BYTES // ((copied.nbytes + y.nbytes) // n)
print(f"{PIECE_BYTES:,} bytes: {piece} images in a piece")

# %% tags=["nbval-ignore-output"]
steps.time("pieces", lambda: in_pieces(x, piece), in_all)

# %% [markdown]
# ## Two threads
#
# The pieces do not depend on one another. So deal them to as many **threads** as there are cores: a
# thread takes the next piece that nobody has taken, until there is none. Only one thread at a time
# may run Python itself (in the usual builds of Python), but while NumPy copies or multiplies,
# others may go on. With pieces that are large enough, that is nearly always.
#
# One thing to mind: a matrix product of NumPy can use several threads by itself, and these would
# fight with ours. So `deal` keeps each product to the thread that calls it.

# %%
def dealt(x, images):
    """The pieces, dealt to all cores."""
    y = np.empty((len(x), oh, ow, f), np.float32)

    def work(piece):
        y[piece] = from_strips(x[piece])

    deal(work, cut(len(x), images))
    return y


print("as before:", np.allclose(dealt(x, piece), y, atol=1e-3))

# %% tags=["nbval-ignore-output"]
print("cores:", cores())
steps.time("threads", lambda: dealt(x, piece), in_all, all_cores=True)

# %% [markdown]
# ## Bind once, run many
#
# In training, the same layer meets images of the same shape again and again. What does not depend
# on the numbers can be done once: sizes, pieces, and work arrays. For a large new array is not
# there until it is used: the operating system hands it out page by page, at the first touch.

# %% tags=["nbval-ignore-output"]
kept = np.empty(16_000_000, np.float32)
fresh = shortest(lambda: np.empty(16_000_000, np.float32).fill(0))
again = shortest(partial(kept.fill, 0))
print(f"64 MB, fresh: {1000 * fresh:.1f} ms; the same again: {1000 * again:.1f} ms", end="; ")
print(f"{fresh / again:.1f} times as long")
del kept

# %% [markdown]
# `lend` gives an array of this shape that nobody uses any more, if there is one. Each thread has
# its own, so the strips of the next piece lie where those of the last one lay: in the cache. And
# the products can be written straight to their place in y (`out=`), without a copy.

# %%
def multiply(x, y):
    """Strips of a piece and their products.   x: (n, h, w, c)   y: (oh, n * ow, f)"""
    source = strips(x)
    laid = lend(source.shape, x.dtype)
    np.copyto(laid, source)
    np.matmul(in_strips(laid), columns, out=y)

# %%
def bind(shape, images):
    """run(x): all that does not depend on the numbers is worked out here."""
    pieces = cut(shape[0], images)

    def run(x):
        y = lend((oh, len(x), ow, f), x.dtype)  # in the order in which the products come
        deal(lambda piece: multiply(x[piece], y[:, piece].reshape(oh, -1, f)), pieces)
        return y.transpose(1, 0, 2, 3)

    return run

# %%
run = bind(x.shape, piece)
print("as before:", np.allclose(run(x), y, atol=1e-3))
print("another batch:", np.allclose(run(x[::-1]), y[::-1], atol=1e-3))

# %% tags=["nbval-ignore-output"]
steps.time("bound", lambda: run(x), in_all, all_cores=True)

# %% [markdown]
# ## Three last touches, and the code of the package
#
# **Products of which size?** Before a matrix product begins, most libraries copy its factors into
# an order of their own, and some leave that out where the product is small. So the package cuts a
# line of places into parts of at most a million multiply-adds. Does that pay on your machine? The
# products of a piece, all in one, line by line, and in smaller and smaller parts:

# %% tags=["nbval-ignore-output"]
windows = laid_out(x[:piece])
counts = [1, oh, 2 * oh, 8 * oh, 32 * oh]
parts = [windows.reshape(count, -1, k * k * c) for count in counts]
with one_core():
    times = [1e6 * shortest(partial(np.matmul, each, columns), 0.2) for each in parts]
for count, time in zip(counts, times):
    print(f"{count:4} products of {windows.size * f // count:10,} multiply-adds: {time:5.0f} µs")

# %% [markdown]
# Where the first and the third line hardly differ, it does not matter here. The last line shows the
# other end: many small calls again.
#
# **A bias is one more weight**, whose pixel is always 1. So put a 1 into each row of the strips,
# and the biases into the kernels, and the matrix product adds them in passing. (The 1 is there for
# each row of a window; all but the first of them meet a weight of 0.)

# %%
b = rng.normal(size=f).astype(np.float32)
rows = np.concatenate([laid_out(x[:1]), np.ones((oh * ow, 1), np.float32)], axis=1)
with_bias = (rows @ np.concatenate([columns, b[None]])).reshape(oh, ow, f)
print("as y + b:", np.allclose(with_bias, y[0] + b, atol=1e-3))

# %% [markdown]
# **The windows are kept** for the way back, which needs them again, if they are not too many.
#
# And that is the convolution of `cnncourse`. Beyond ours it has padding, strides and dilation,
# images too large for a piece, and the way back. Does it do the same, and how fast?

# %%
print("as ours:", np.allclose(ops.conv2d(x, w, b)[0], y + b, atol=1e-3), end="; ")
bound = convolution.bind_conv2d(x, w, b, learn=False)
print("bound, as ours:", np.allclose(bound(x, w, b)[0], y + b, atol=1e-3))

# %% tags=["nbval-ignore-output"]
steps.time("cnncourse", lambda: bound(x, w, b), in_all, all_cores=True)

# %% [markdown]
# Here is how it multiplies, how it makes strips, and how it fills them, as it stands in
# `cnncourse/convolution.py`:

# %% tags=["nbval-ignore-output"]
for part in (convolution.Slide.products, convolution.Windows._strips, convolution.Windows.fill):
    print(inspect.getsource(part))

# %% [markdown]
# | in the package | is our |
# |---|---|
# | `bind_conv2d`, and the `run` in it | `bind` and `run` |
# | `Slide.pieces`, `Slide.products` | pieces, dealt to threads, and the products of each |
# | `Slide.columns` | `columns`, with the bias below the first run of k · c weights |
# | `Slide.order`, of y in memory | (oh, n, ow, f) as ours; (oh, ow, n, f) where all is one piece |
# | `Windows.inside` | the images in a frame of zeros: the padding |
# | `Windows.source`, filled into `Windows.laid_out` | `strips(x)` and their copy |
# | `Windows.matrix`, a view as with `as_strided` | `in_strips`, each line in parts |
# | `Windows._moved_images`, for few channels | im2col with a window in each column, as in the lab |
#
# Why another way for few channels? With one channel a strip's row has k numbers, so strips are made
# of very short stretches. One copy of the image for each weight is larger, but its stretches
# are longer. Do the strips of the package hold the same numbers as ours? They have a 1 more in each
# row:

# %%
slide = convolution.Slide(x.shape, w.shape, window("lesson", k), np.float32)
images, lines = slide.pieces[0]
theirs = slide.windows(x, 0).matrix  # of the first piece: (lines, parts, places, numbers)
rows = theirs.reshape(*theirs.shape[:3], k, k * c + 1)
ours = in_strips(np.ascontiguousarray(strips(x[images])))
print("lines, parts, places, numbers:", theirs.shape)
print("the same:", np.array_equal(rows[..., :-1].reshape(ours.shape), ours), end=", ")
print("the rest is 1:", (rows[..., -1] == 1).all())

# %% [markdown]
# ## The whole staircase
#
# Every step gives the same numbers. On your machine:

# %% tags=["nbval-ignore-output"]
gains = steps.gains()
print(steps)
largest, *_ = sorted(gains, key=gains.get, reverse=True)
print(f"\nHere the largest step was to “{largest}”: {gains[largest]:,.0f} times as fast.")
slower = [name for name, gain in gains.items() if gain < 1]
print("Slower than the step before:", ", ".join(slower) or "none", end=". ")
by_name = {step.name: step for step in steps.steps}
together = by_name["loops"].seconds / by_name["cnncourse"].seconds
print(f"From the loops to cnncourse: {together:,.0f} times as fast.")

# %% [markdown]
# A **roofline** shows what holds each step back. To the right: how many multiply-adds a step makes
# of each byte that it touches. Upwards: how fast it is. The flat part of the roof is the peak. The
# slope is what memory allows: so many bytes a second, times so many multiply-adds for each of them.
# (A step above the solid slope got its numbers from a cache: the dotted one.) A step far below both
# is held back by something else. Both scales go in powers of ten.
#
# PyTorch stands beside it where it is installed. (What it touches inside, we do not know. We count
# images and outputs once, which is the least there can be.)

# %% tags=["nbval-ignore-output"]
try:
    import torch
except ImportError:
    print("PyTorch is not installed here, so it is left out. You miss one dot, and nothing else.")
else:
    images = torch.from_numpy(x.transpose(0, 3, 1, 2).copy())
    kernels = torch.from_numpy(w.transpose(3, 2, 0, 1).copy())
    with torch.inference_mode():
        theirs = torch.nn.functional.conv2d(images, kernels)
        print("as ours:", np.allclose(theirs.numpy().transpose(0, 2, 3, 1), y, atol=1e-3))
        ask = partial(torch.nn.functional.conv2d, images, kernels)
        steps.time("PyTorch", ask, x.nbytes + y.nbytes, all_cores=True)

# %% tags=["nbval-ignore-output"]
one = one.at_least(stopwatch.limits())  # again: something else may have been in the way
every = every.at_least(stopwatch.limits(all_cores=True))
display(figures.roofline(steps.steps, one, every))
print(f"The bend of one core: {one.product / one.memory:.1f} multiply-adds a byte.", end=" ")
reached = by_name["cnncourse"].rate / every.product
print(f"cnncourse reaches {reached:.0%} of the peak of all cores.")

# %% [markdown]
# (If that is near 100% or above, something else kept your computer busy while the peak was
# measured: run the cell again.)
#
# The loops lie far below everything: neither memory nor arithmetic holds them back, but Python.
# From there on the way leads to the right, fewer bytes for the same work, and up; but for einsum,
# which goes to the right alone.

# %% [markdown]
# ## The way back
#
# Lesson 08: each weight gets the pixels that it met, each times the gradient of its output, added
# up. With all windows in rows that is one matrix product again. And the pixels? The pullback of a
# product gives each *window* a gradient, a row of 144 numbers; and im2col copied each pixel into
# many rows, so its gradients add up. That is **col2im**.
#
# **Exercise 4: col2im**, with the same loops as im2col.

# %% tags=["exercise"]
def col2im(d_columns, shape, k):
    """What all windows send to each pixel.   d_columns: (places, k * k * c)   ->   (h, w, c)"""
    ...


check("col2im", col2im)

# %% tags=["solution"]
hints("col2im")

# %%
dy = rng.normal(size=y.shape).astype(np.float32)


def send(dy):
    """Each window sends a gradient to each of its pixels, and they add up."""
    d_columns = (dy.reshape(-1, f) @ columns.T).reshape(n, oh, ow, k, k, c)
    dx = np.zeros_like(x)
    for i, j in np.ndindex(k, k):
        dx[:, i : i + oh, j : j + ow] += d_columns[:, :, :, i, j]
    return dx

# %% [markdown]
# The other way round, each pixel *collects*. Which windows was it in? With a stride of 1, k · k of
# them, and they lie side by side: their outputs form a window, in which the weights that met the
# pixel stand in reverse order. So dx is a convolution of dy, with the kernel rotated by 180
# degrees:

# %%
rotated = w[::-1, ::-1].transpose(0, 1, 3, 2)  # filters and channels change places


def collect(dy):
    """A convolution of dy, with a border of k - 1 zeros."""
    return ops.conv2d(dy, rotated, np.zeros(c, np.float32), pad=k - 1)[0]


# %%
b = np.zeros(f, np.float32)
_, pull = ops.conv2d(x, w, b)
dx, dw, db = pull(dy)
print("sent, collected, the package's:", np.allclose(send(dy), dx, atol=1e-3), end=" ")
print(np.allclose(collect(dy), dx, atol=1e-3))
print("dw:", np.allclose(laid_out(x).T @ dy.reshape(-1, f), dw.reshape(-1, f), rtol=1e-3, atol=0.1))

# %% tags=["nbval-ignore-output"]
with one_core():
    sending, collecting = shortest(lambda: send(dy)), shortest(lambda: collect(dy))
print(f"One core: sending takes {1000 * sending:.1f} ms, collecting {1000 * collecting:.1f} ms;")
print(f"sending takes {sending / collecting:.1f} times as long.")

# %% [markdown]
# As many multiply-adds (and a few more at the border). But who sends has to write a gradient for
# each copy of a pixel and then add all of them up, many megabytes in short stretches. Who collects
# adds up inside the matrix product, where it costs nothing, and has all that you built today:
# strips, pieces, threads.
#
# The package collects where it can. With a larger stride the windows of a pixel do not lie side by
# side in that way, and for images with few channels the strips would not pay: then it sends.

# %% [markdown]
# ## Two famous tricks
#
# Can the same numbers be had with fewer multiplications?
#
# **Winograd** (after an algorithm of 1980; for convolutions, Lavin and Gray, 2016). Take two
# neighbouring outputs of a kernel with three weights: six multiplications. Four are enough, if sums
# are made first, of pixels and of weights:

# %%
def of_pixels(d):
    return d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]


def of_weights(g):
    return g[0], (g[0] + g[1] + g[2]) / 2, (g[0] - g[1] + g[2]) / 2, g[2]


def of_products(m):
    return m[0] + m[1] + m[2], m[1] - m[2] - m[3]

# %%
pixels, weights = [1, 4, -2, 3], [2, 1, -3]
four = [a * b for a, b in zip(of_pixels(pixels), of_weights(weights))]
print("four multiplications:", four, "give", of_products(four))
print("six give", np.correlate(pixels, weights))

# %% [markdown]
# The sums of weights are made once for all places. In both directions at once, 2 by 2 outputs take
# 16 multiplications in place of 36. The price are the sums before and after, and the memory that
# they touch.

# %%
def winograd(x):
    """Kernels of 3 by 3, for an even number of places each way."""
    y = np.empty((len(x), oh, ow, f), np.float32)
    rows = of_pixels([x[:, i : i + oh : 2] for i in range(4)])
    tiles = [of_pixels([row[:, :, j : j + ow : 2] for j in range(4)]) for row in rows]
    kernels = [of_weights(row) for row in of_weights(w)]
    products = [[a.reshape(-1, c) @ b for a, b in zip(*p)] for p in zip(tiles, kernels)]
    halves = [of_products(column) for column in zip(*products)]
    for i, row in enumerate(zip(*halves)):
        for j, outputs in enumerate(of_products(row)):
            y[:, i::2, j::2] = outputs.reshape(len(x), oh // 2, ow // 2, f)
    return y

# %% [markdown]
# **Fourier.** Transformed into waves (by the *fast Fourier transform*, FFT), a convolution is one
# product for each wave, however large the kernel. Transform, multiply, transform back:

# %%
def by_fourier(x, w):
    """x: (n, h, w, c)   w: (k, k, c, f)   ->   (n, oh, ow, f)"""
    high, wide, k = *x.shape[1:3], len(w)
    images = np.fft.rfft2(x, axes=(1, 2)).transpose(1, 2, 0, 3)
    kernels = np.conj(np.fft.rfft2(w, (high, wide), axes=(0, 1)))  # conj: we do not flip
    y = np.fft.irfft2(images @ kernels, (high, wide), axes=(0, 1))
    return y.transpose(2, 0, 1, 3)[:, : high - k + 1, : wide - k + 1]


print("multiplications for 2 by 2 outputs:", 4 * 4, "in place of", 2 * 2 * k * k)
print("Winograd:", np.allclose(winograd(x), y, atol=1e-2))
print("Fourier: ", np.allclose(by_fourier(x, w), y, atol=1e-2))

# %% [markdown]
# And now a large kernel: 15 by 15 on eight images of 64 by 64, 16 channels, 16 filters. Winograd is
# for small kernels; the other two are timed for both.

# %%
large_x = rng.random((8, 64, 64, 16), np.float32)
large_w = rng.normal(size=(15, 15, 16, 16)).astype(np.float32)
zeros = np.zeros(16, np.float32)
direct = ops.conv2d(large_x, large_w, zeros)[0]
print("Fourier, 15 × 15:", np.allclose(by_fourier(large_x, large_w), direct, atol=0.02))

# %% tags=["nbval-ignore-output"]
ways = {
    ("3 × 3", "cnncourse"): lambda: ops.conv2d(x, w, b),
    ("3 × 3", "Winograd"): lambda: winograd(x),
    ("3 × 3", "Fourier"): lambda: by_fourier(x, w),
    ("15 × 15", "cnncourse"): lambda: ops.conv2d(large_x, large_w, zeros),
    ("15 × 15", "Fourier"): lambda: by_fourier(large_x, large_w),
}
with one_core():
    times = {way: 1000 * shortest(run) for way, run in ways.items()}
for (kernel, name), time in times.items():
    print(f"{kernel:8} {name:10} {time:7.1f} ms, {time / times[kernel, 'cnncourse']:.1f} times")

# %% [markdown]
# Fewer multiplications are not less time. Counted in multiplications, both tricks win: Winograd by
# 36 to 16, Fourier by far at 15 by 15. But their sums and transforms touch much memory and run far
# below the peak, while a plain product is what processors are built for. Libraries do use Winograd,
# with the sums in machine code and the numbers in the cache; with NumPy, each sum is a trip through
# memory. Fourier's time hardly depends on the size of the kernel, so from some size on it is ahead.
# And both round differently: fewer digits agree.

# %% [markdown]
# ## What you should remember
#
# - One call with much work in place of many with little: that is where nearly all the time went.
# - A view costs nothing, but walks through memory as it must. A copy costs memory, and lets a
#   matrix product walk as it likes.
# - im2col copies every window; strips copy only along the kernel's width, for windows one below
#   another share their numbers.
# - What is used again soon should still be in the cache: work in pieces. Pieces can be dealt to
#   threads. What does not depend on the numbers is done once.
# - Two numbers tell how far you can get: multiply-adds a second, and bytes a second. Measure both.
# - Count what you like; then measure.

# %% [markdown]
# ## What goes wrong in practice
#
# **A copy that nobody asked for.** `reshape` gives a view where it can and a copy where it must,
# and does not say which. Ask:

# %%
few = x[:2]
view = sliding_window_view(few, (k, k), axis=(1, 2))
print("the view shares memory:", np.shares_memory(view, few))
print("reshaped, it does:", np.shares_memory(view.reshape(-1, k * k * c), few))
rows = few.reshape(2, side, -1)
print("rows of pixels and channels in one do:", np.shares_memory(rows, few))

# %% [markdown]
# **The order of the axes.** A window has (channels, k, k) as `sliding_window_view` gives it, a
# kernel (k, k, channels). The shapes of the matrices fit either way.

# %%
jumbled = sliding_window_view(few, (k, k), axis=(1, 2)).reshape(-1, k * k * c)
print("shapes fit:", (jumbled @ columns).shape, end=";  ")
print("numbers:", np.allclose((jumbled @ columns).reshape(2, oh, ow, f), y[:2], atol=1e-3))

# %% [markdown]
# **float64 by accident.** One array of Python's numbers, and everything becomes twice as large:

# %%
bias = np.array([0.5] * f)
print("float32 + float64:", (y[:2] + bias).dtype, end=";  ")
print("kept:", (y[:2] + bias.astype(np.float32)).dtype)

# %% [markdown]
# **One run is not a measurement.** The first run makes arrays, wakes threads, and meets whatever
# else the computer does. Here are five runs of the same call:

# %% tags=["nbval-ignore-output"]
print("ms:", *(f"{1000 * shortest(lambda: one_product(x), 0, runs=1):.1f}" for _ in range(5)))

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [peak][limits] | the multiply-adds a second of a large matrix product |
# | [cache][limits] | a small, fast memory inside the processor, with what was used last |
# | [stride of an array][memory] | the bytes from one number to the next along an axis |
# | [view][memory] | another shape and strides for the same memory |
# | [im2col][im2col] | all windows copied, one a row of a matrix |
# | [strip][strips] | for a column of places, the columns that its windows see |
# | [thread][threads] | one of several runs through a program at the same time, in the same memory |
# | [to bind][bind] | to work out once what does not depend on the numbers |
# | [roofline][roof] | what memory and arithmetic allow, in one picture |
# | [col2im][back] | the way back through im2col: what all copies of a pixel get, added up |
#
# [limits]: #What-this-machine-can-do-at-most
# [memory]: #How-an-array-lies-in-memory
# [im2col]: #Lay-the-windows-out:-im2col
# [strips]: #Copy-only-along-the-kernel's-width
# [threads]: #Two-threads
# [bind]: #Bind-once,-run-many
# [roof]: #The-whole-staircase
# [back]: #The-way-back
#
# Next: lesson 13, *Your own network*.
