# %% [markdown]
# # Keep the strongest, or the average
#
# A convolutional layer makes a stack of maps, each nearly as large as the picture. The next layer
# has to look at all of them. **Pooling** makes the maps smaller in between: it puts one number in
# place of each little square of numbers, the largest or the mean. People say two things about it:
# that it saves work, and that a network with pooling does not care where in the picture something
# is. You will measure both. One is true; the other is true only a little, and sometimes.
#
# | What you will do | minutes |
# |---|---|
# | make a guess | 2 |
# | pool by hand, with the largest and with the mean | 9 |
# | measure the work that it saves | 6 |
# | move pictures: what moves along, what stays | 10 |
# | play in the lab | 6 |
# | solve four exercises | 15 |
# | see what to remember, and what goes wrong in practice | 2 |
#
# **What you need.** Lessons 01 to 04: windows and strides, feature maps, ReLU, parameters and
# multiply-adds. As before: choose *Edit*, *Clear Outputs of All Cells*, then press Shift+Enter in
# one cell after the other.

# %%
import numpy as np
from IPython.display import display
from ipywidgets import HBox

from cnncourse import data, invariance, layers, ops, storage
from cnncourse.explorers import pooling_lab, predict
from cnncourse.kernels import KERNELS
from cnncourse.pixels import PixelGrid

# %% [markdown]
# ## First make a guess
#
# A network has learned to read digits, with pooling in it. We move each digit by two pixels;
# nothing of it leaves the picture. How many of a hundred digits does the network now give *another*
# name than before? You will see the answer further down.

# %%
my_guess = ""

# %% [markdown]
# ## The largest of each window
#
# **Max pooling** looks at windows of, say, 2 by 2, which lie side by side: the stride is 2 as well.
# Of each window it keeps the largest number.

# %%
map_ = np.array([
    [1, 5, 0, 0],
    [2, 3, 0, -1],
    [-4, -2, 7, 8],
    [-3, -9, 9, 6],
], float)
pooled = ops.max_pool2d(map_[None, :, :, None], 2)[0][0, :, :, 0]

# %%
look = dict(palette="diverging", numbers=True, limits=(-9, 9))
windows = [(0, 0, 2, 2), (0, 2, 2, 2), (2, 0, 2, 2), (2, 2, 2, 2)]
whole = PixelGrid(map_, size=220, windows=windows, title="map", **look)
display(HBox([whole, PixelGrid(pooled, size=110, title="pooled", **look)]))
print(pooled)

# %% [markdown]
# In a feature map, a large number means: here the filter found its pattern. So max pooling keeps
# the strongest sign of the pattern in each window, and forgets where in the window it was. Mind the
# window at the lower left: all its numbers are below zero, and the largest of them is −2, not 0.
#
# **Predict:** a stack of 16 maps, 28 by 28 each, goes through max pooling with windows of 2. What
# comes out? (Pooling works on each map by itself.)

# %%
stack = ops.max_pool2d(np.zeros((1, 28, 28, 16)), 2)[0][0]
wrong = {
    (14, 14, 8): "The maps are not mixed: as many come out as go in.",
    (14, 14, 1): "The maps are not mixed: as many come out as go in.",
    (27, 27, 16): "The windows lie side by side: the stride is 2.",
    (26, 26, 16): "The windows lie side by side: the stride is 2.",
}
because = "Half the rows, half the columns, all the maps: a quarter of the numbers."
predict("Rows × columns × maps:", stack.shape, wrong=wrong, because=because)

# %% [markdown]
# Here is a real map: the upright edges of a digit, after ReLU, and pooled twice. (`with_room` picks
# digits that leave so many rows and columns empty on every side. We will move them later.)

# %%
mnist = data.load("mnist")
roomy = mnist.x_test[invariance.with_room(mnist.x_test, 4)]
digit = roomy[0, :, :, 0]
edges = np.maximum(ops.correlate2d(digit, KERNELS["sobel_x"], pad=1), 0) / 4
once = ops.max_pool2d(edges[None, :, :, None], 2)[0]
twice = ops.max_pool2d(once, 2)[0]
shown = [digit, edges, once[0, :, :, 0], twice[0, :, :, 0]]
grids = [PixelGrid(a, limits=(0, 1), size=180, title=f"{len(a)} × {len(a)}") for a in shown]
display(HBox(grids))
print("numbers:", [a.size for a in shown])

# %% [markdown]
# ## The mean of each window
#
# **Average pooling** keeps the mean instead. It forgets how the numbers were spread over the
# window. For three windows with the same mean:

# %%
for window in ([4, 4, 4, 4], [8, 0, 8, 0], [16, 0, 0, 0]):
    x = np.array(window, float).reshape(1, 2, 2, 1)
    largest, mean = ops.max_pool2d(x, 2)[0].item(), ops.avg_pool2d(x, 2)[0].item()
    print(f"{window!s:14} largest {largest:4g}, mean {mean:g}")

# %% [markdown]
# The mean of nine pixels was a kernel: the blur of lesson 01. Average pooling *is* a convolution
# with a stride. For one map, all its weights are alike. For a stack of maps there is one filter for
# each map, which looks at that map alone (exercise 3). Max pooling is no convolution: no weights
# make a largest number out of sums.
#
# **Belief 1: "Pooling learns what to keep."** Let us count what can be learned.

# %%
for layer in (layers.MaxPool2D(2), layers.AvgPool2D(2)):
    print(f"{layer}: parameters {sum(array.size for array in layer.params.values())}")

# %% [markdown]
# There are none. Pooling is a fixed rule. What the network can learn are the filters before it: it
# learns to make maps whose largest numbers, or means, are worth keeping.

# %% [markdown]
# ## Purpose one: less work for the next layer
#
# How much does it save? Say the next layer has 32 filters of 3 by 3 on 16 maps. We count its
# multiply-adds with and without pooling before it, and we measure how long it takes.

# %%
from time import perf_counter

# %%
conv = layers.Conv2D(16, 32, 3, pad=1, rng=np.random.default_rng(0))


def milliseconds(x):
    """How long the layer takes, the median of 15 runs."""
    times = []
    for _ in range(15):
        begun = perf_counter()
        conv(x)
        times.append(perf_counter() - begun)
    return 1000 * np.median(times)

# %%
from cnncourse.summary import summary

images = np.random.default_rng(1).random((64, 28, 28, 16), np.float32)
for name, x in (("without", images), ("with", ops.max_pool2d(images, 2)[0])):
    work = summary(layers.Sequential(conv), x.shape[1:]).multiply_adds
    print(f"{name:8} pooling: {work:,} multiply-adds for an image; ", end="")
    print(f"64 images take {milliseconds(x):.1f} ms")

# %% [markdown]
# A quarter of the work, and about a quarter of the time (how near, depends on your computer). The
# parameters of this layer stay the same. The dense layer at the end gains in another way: it has a
# weight for each number that arrives.

# %%
for k in (1, 2, 4):
    numbers = (28 // k) ** 2 * 32
    print(f"windows of {k}: {numbers:,} numbers arrive, {numbers * 10:,} weights for ten labels")

# %% [markdown]
# ## Purpose two, or so they say: it does not matter where
#
# Two words that are often mixed up. Let the picture move by a few pixels.
#
# - **Equivariant**: what comes out *moves along*. A convolution with a stride of 1 is equivariant,
#   away from the border: the same filter is used everywhere.
# - **Invariant**: what comes out *stays as it is*.
#
# First the convolution. Move the picture and then convolve, or convolve and then move the map:

# %%
def moved(image, down, right):
    """A picture moved by whole pixels; zeros come in."""
    return invariance.shifted(image[None, :, :, None], down, right)[0, :, :, 0]


first_move = ops.correlate2d(moved(digit, 2, 1), KERNELS["sobel_x"], pad=1)
then_move = moved(ops.correlate2d(digit, KERNELS["sobel_x"], pad=1), 2, 1)
print("the same:", np.allclose(first_move, then_move, atol=1e-5))

# %% [markdown]
# With a stride of 2, convolution and pooling alike are equivariant only to moves by 2, 4, 6, ...
# pixels: then whole windows move, and the output moves by half as many places. By one pixel, the
# windows catch other numbers. Is the result at least *the same as before*? That would be
# invariance.

# %%
before = ops.max_pool2d(edges[None, :, :, None], 2)[0][0, :, :, 0]
for pixels in (1, 2, 3):
    after = ops.max_pool2d(moved(edges, 0, pixels)[None, :, :, None], 2)[0][0, :, :, 0]
    unpooled = invariance.unchanged(edges, moved(edges, 0, pixels))
    pooled = invariance.unchanged(before, after)
    print(f"moved by {pixels}: {unpooled:.0%} stay without pooling, {pooled:.0%} with it")

# %% [markdown]
# (Places that are 0 both before and after are left out: that they stay says nothing.) Some stay:
# mostly windows whose largest number has only moved inside, while nothing larger came in. So max
# pooling *is* a little invariant, to small moves. It is far from ignoring where things are.
#
# **Belief 2: "Pooling makes a network translation invariant."** (Translation means moving.) Here
# are three networks: one with max pooling, one with average pooling, and one without any, whose
# convolutions take steps of two pixels instead. They have the same map sizes and the same number of
# parameters, and were trained in the same way. We take digits with room on all sides, move them,
# and count how often the network gives *the same answer as before*.

# %%
def how_steady(nets):
    """Print for each network how often its answer stays the same; give these shares back."""
    same = {
        kind: [invariance.same_answers(net, x, pixels) for pixels in (1, 2, 3)]
        for kind, net in nets.items()
    }
    print("same answer after a move of       1        2        3 pixels")
    for kind, shares in same.items():
        print(f"pooling: {kind:16}", *(f"{share:8.1%}" for share in shares))
    return same

# %%
x = mnist.x_test[invariance.with_room(mnist.x_test, 3)][:1000]
nets = {kind: storage.load(data.bundled(f"pool_{kind}.npz")) for kind in invariance.POOLING}
same = how_steady(nets)
changed = 100 - 100 * same["max"][1]
print(f"Of a hundred, {changed:.0f} get another name after two pixels. You: {my_guess or '?'}")

# %% [markdown]
# Even the network with max pooling changes its mind, more often the further the digit moves. And
# the maps inside? Here is by how much they change, against what is there at all (0: nothing
# changes; 1: the change is as large as the maps themselves; more than 1: two pictures of the digit
# hardly overlap).

# %%
few = x[:300]
pixels = np.mean([
    np.sqrt(np.square(invariance.shifted(few, *to) - few).mean() / np.square(few).mean())
    for to in invariance.DIRECTIONS
])
print(f"A move of one pixel. The pictures themselves change by {pixels:.2f}.")
for kind, steps in {"max": (2, 3, 6), "average": (2, 3, 6), "none": (2, 2, 4)}.items():
    changes = [invariance.map_change(nets[kind], few, n, 1) for n in steps]
    print(f"pooling: {kind:8}", end="")
    print("  first ReLU {:.2f}, first block {:.2f}, second block {:.2f}".format(*changes))

# %% [markdown]
# (A block is convolution, ReLU and pooling. Without pooling it ends after the ReLU, so there the
# first two numbers are the same. "The maps themselves" means: how far they are from the maps of an
# empty picture.) Compare the first two numbers of a row: that is what the pooling layer itself
# does.
#
# And is any pooled map exactly as it was before?

# %%
before = invariance.maps_after(nets["max"], few, 3)
after = invariance.maps_after(nets["max"], invariance.shifted(few, 0, 1), 3)
same_map = np.isclose(before, after, atol=1e-6).all(axis=(1, 2, 3))
print(f"Moved by one pixel: {same_map.sum()} of {len(few)} digits keep all their pooled maps.")
gain = 100 * (same["max"][0] - same["none"][0]), 100 * (same["max"][2] - same["none"][2])
print(f"Same answers, max pooling against none: {gain[0]:+.1f} percentage points")
print(f"after a move of one pixel, {gain[1]:+.1f} after three.")

# %% [markdown]
# So pooling helps, a little. Is it what helps most? Here are the same three networks again, with
# one difference: while they were trained, each digit was moved at random, by one pixel at most.

# %%
trained_moved = {
    kind: storage.load(data.bundled(f"pool_{kind}_moved.npz")) for kind in invariance.POOLING
}
same_moved = how_steady(trained_moved)
print("After a move of three pixels, of a hundred digits keep their name:")
for name, shares in {
    "neither": same["none"],
    "max pooling": same["max"],
    "moved digits in training": same_moved["none"],
    "both": same_moved["max"],
}.items():
    print(f"{name:26}{100 * shares[2]:.0f}")

# %% [markdown]
# These are one network of each kind. Another start of the training gives slightly other numbers;
# how to tell a difference from chance is the subject of lesson 10. (We trained three of each kind;
# what they all gave is in `data/shift_nets.md`. The order was the one you see here, each
# time.)
#
# So this is what can be said. Convolution with a stride of 1: equivariant, away from the border.
# Pooling: it makes
# answers and maps somewhat steadier against small moves, as far as you can see in the tables. What
# the network was *trained* on counts at least as much: the one without pooling that saw moved
# digits keeps more of its answers than the one with max pooling that did not. Both together are
# best. Lesson 10 goes on with that.

# %% [markdown]
# ## The lab lets you move the picture
#
# Above the picture and what pooling makes of it; then the pooled picture before the move, and the
# difference of the two. Click on a pooled number, or use the arrow keys there, to see its window.
#
# 1. "single pixels", max, window 2: move right by 1. Which pixels leave the pooled picture as it
#    is, and why those? Then by 2: what happens to all of them?
# 2. "single pixels", average. Why do the pixels get darker?
# 3. "its edges": which changes less after a move of 1, max or average?
# 4. Window 3 with stride 2: the windows overlap. Do more numbers stay the same?
# 5. Stride larger than the window: what happens to single pixels?

# %%
lab = pooling_lab()
lab

# %%
lab.picture.value = "its edges"
lab.right.value = 1
for kind in ("max", "average"):
    lab.kind.value = kind
    print(kind + ":", lab.sentence.split("The picture has moved: ")[1])
lab.kind.value, lab.right.value = "max", 0

# %% [markdown]
# **Predict:** one bright pixel in a row of pairs, max pooling over the pairs. The pixel moves one
# step to the right. In how many of a hundred cases, on average, is the pooled row the same as
# before? (The pixel may begin anywhere; nothing leaves the row.)

# %%
stays = 0
for start in range(100):
    row = np.zeros((1, 1, 102, 1))
    row[0, 0, start] = 1
    after = np.roll(row, 1, axis=2)
    stays += np.array_equal(ops.max_pool2d(row, (1, 2))[0], ops.max_pool2d(after, (1, 2))[0])
wrong = {
    100: "From the second place of a pair, one step leads into the next pair.",
    0: "From the first place of a pair, one step leads to the second place of the same pair.",
}
because = "Half of the places are the first of their pair: the pixel stays in its window."
predict("Of a hundred:", stays, wrong=wrong, because=because)

# %% [markdown]
# ## Four exercises make it yours
#
# **Exercise 1: max pooling** on one map, `x` of shape (rows, columns), with windows of k by k that
# begin every `stride` pixels. What is left over at the end is left out.

# %% tags=["exercise"]
from cnncourse.exercises import check, hints


def max_pool2d(x, k, stride):
    """The largest number of each window."""
    ...


check("max_pool2d", max_pool2d)

# %% tags=["solution"]
hints("max_pool2d")

# %% [markdown]
# **Exercise 2: average pooling** on a stack, `x` of shape (rows, columns, maps). The windows lie
# side by side, and each map is pooled by itself.

# %% tags=["exercise"]
def avg_pool2d(x, k):
    """The mean of each window of k by k, in each map."""
    ...


check("avg_pool2d", avg_pool2d)

# %% tags=["solution"]
hints("avg_pool2d")

# %% [markdown]
# **Exercise 3: averaging is a convolution.** Make weights of shape (k, k, channels, filters), with
# as many filters as channels, so that a convolution with a stride of k does what average pooling
# does. Filter number c makes map number c.

# %% tags=["exercise"]
def average_kernel(k, channels):
    """Weights (k, k, channels, channels) that average each map by itself."""
    ...


check("average_kernel", average_kernel)

# %% tags=["solution"]
hints("average_kernel")

# %% [markdown]
# **Exercise 4: a counterexample.** Four numbers, the last one 0. Max pooling takes the largest of
# the first pair and the largest of the second. Choose the numbers so that this changes when the row
# moves one place to the right (a 0 comes in on the left).

# %% tags=["exercise"]
shift_matters = [..., ..., ..., ...]
check("shift_matters", shift_matters)

# %% tags=["solution"]
hints("shift_matters")

# %% [markdown]
# ## What you should remember
#
# - Max pooling keeps the largest number of each window, average pooling the mean. Each map by
#   itself; nothing is learned.
# - Windows of 2 with a stride of 2 leave a quarter of the numbers, and so a quarter of the work for
#   a convolution that follows.
# - Equivariant: the output moves along. Invariant: it stays. Convolution with a stride of 1 is
#   equivariant, away from the border. With a larger stride, convolution and pooling are so only for
#   moves by whole strides.
# - Pooling is a little invariant to small moves, not more. Training on moved pictures helps
#   at least as much. You have measured both.

# %% [markdown]
# ## What goes wrong in practice
#
# **The largest starts at zero.** Whoever writes max pooling with `largest = 0` gets away with it
# after a ReLU, where nothing is below zero. Elsewhere it is silently wrong.

# %%
below = np.array([[-3.0, -1], [-4, -2]])
largest = 0
for number in below.ravel():
    largest = max(largest, number)
right = ops.max_pool2d(below[None, :, :, None], 2)[0].item()
print(f"starts at zero: {largest}; right: {right:g}")

# %% [markdown]
# **Rows fall off.** An odd size loses its last row and column.

# %%
for rows in (28, 27):
    after = ops.max_pool2d(np.zeros((1, rows, rows, 1)), 2)[0].shape[1]
    print(f"{rows} rows: {after} after pooling")

# %% [markdown]
# **Too much of it.** After pooling by 2 for a third time, a picture of 28 by 28 is 3 by 3; details
# smaller than a window are gone for good. Some networks leave pooling out and take steps of two
# pixels in a convolution, as the third network above: then what is kept can be learned.

# %%
sizes = [28]
while sizes[-1] > 1:
    sizes.append(sizes[-1] // 2)
print("halved again and again:", sizes)

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [pooling][max] | one number in place of each window of a map |
# | [max pooling][max] | the largest number of each window |
# | [average pooling][mean] | the mean of each window |
# | [equivariant][move] | what comes out moves along with the picture |
# | [invariant][move] | what comes out stays as it is when the picture moves |
# | [translation][move] | moving a picture without turning it |
#
# [max]: #The-largest-of-each-window
# [mean]: #The-mean-of-each-window
# [move]: #Purpose-two,-or-so-they-say:-it-does-not-matter-where
#
# Next: lesson 06, *From maps to a probability for each label*.
