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
# | make a guess | 3 |
# | keep the largest of each window; exercise 1 | 16 |
# | keep the mean; exercises 2 and 3 | 19 |
# | keep one number of each map | 3 |
# | measure the work that pooling saves | 3 |
# | move pictures: what moves along, what stays | 13 |
# | play in the lab; exercise 4 | 19 |
# | see what to remember, and what goes wrong in practice | 4 |
#
# That is 80 minutes with all exercises. A good place for a break is before moving pictures.
#
# **What you need.** Lessons 01 to 04: windows and strides, feature maps, ReLU, parameters and
# multiply-adds. As before: choose *Edit*, *Clear Outputs of All Cells*, then press Shift+Enter in
# one cell after the other.

# %%
import numpy as np
from IPython.display import display

from cnncourse import data, figures, invariance, layers, single, storage, variations
from cnncourse.exercises import check, hints
from cnncourse.explorers import pooling_lab, predict
from cnncourse.kernels import KERNELS
from cnncourse.linked import linked
from cnncourse.pixels import PixelGrid, Row

# %% [markdown]
# ## First make a guess
#
# A network has learned to read digits, with pooling in it. We move each digit by two pixels;
# nothing of it leaves the picture. How many of a hundred digits does the network now give *another*
# name than before?

# %%
predict("renamed")

# %% [markdown]
# ## The largest of each window
#
# **Max pooling** looks at windows of, say, 2 by 2, which lie side by side: the stride is 2 as well.
# Of each window it keeps the largest number.

# %%
answers = np.array([
    [1, 5, 0, 0],
    [2, 3, 0, -1],
    [-4, -2, 7, 8],
    [-3, -9, 9, 6],
])
pooled = single.pool(answers, 2)
print(pooled)

# %%
windows = [(0, 0, 2, 2), (0, 2, 2, 2), (2, 0, 2, 2), (2, 2, 2, 2)]
before = PixelGrid(answers, size=220, numbers=True, windows=windows, title="a map")
after = PixelGrid(pooled, size=110, numbers=True, title="pooled")
for grid in (before, after):
    grid.palette, grid.limits = "diverging", (-9, 9)
display(Row(before, after, linked(before, 2, after, keep="max")))
print("of the window at the lower left:", answers[2:4, 0:2].ravel(), "the largest is", pooled[1, 0])

# %% [markdown]
# In a feature map, a large number means: here the filter found its pattern. So max pooling keeps
# the strongest sign of the pattern in each window, and forgets where in the window it was. Mind the
# window at the lower left: all its numbers are below zero, and the largest of them is −2, not 0.
# (Point at a number of the small map: its window lights up, and in it the number that was kept.)
#
# **Predict:** a stack of 16 maps, 28 by 28 each, goes through max pooling with windows of 2. What
# comes out? (Pooling works on each map by itself.)

# %%
predict("half_of_a_stack")

# %% [markdown]
# **Exercise 1: max pooling** on one map, `x` of shape (rows, columns), with windows of k by k that
# begin every `stride` pixels. What is left over at the end is left out.

# %% tags=["exercise"]
def max_pool2d(x, k, stride):
    """The largest number of each window."""
    # 1. How many rows and columns of windows are there? Make an array of zeros for their largest.
    # 2. For each of them, cut the window out of x: where does it begin, where does it end?
    ...


check("max_pool2d", max_pool2d)

# %% tags=["solution"]
hints("max_pool2d")

# %% [markdown]
# Here is a real map: the upright edges of a digit, after ReLU, and pooled twice. (`with_room` picks
# digits that leave so many rows and columns empty on every side. We will move them later. The maps
# run from dark blue for 0 to yellow for 1. As this kernel's answers go up to 4, they are divided
# by 4.)

# %%
mnist = data.load("mnist")
roomy = mnist.x_test[invariance.with_room(mnist.x_test, 4)]
digit = roomy[0, :, :, 0]
edges = np.maximum(single.correlate(digit, KERNELS["sobel_x"], pad=1), 0) / 4
once = single.pool(edges, 2)
twice = single.pool(once, 2)
grids = [PixelGrid(digit, limits=(0, 1), size=180, title="28 × 28")]
for map_ in (edges, once, twice):
    name = f"{len(map_)} × {len(map_)}"
    grids.append(PixelGrid(map_, limits=(0, 1), size=180, palette="cividis", title=name))

# %%
links = [linked(grids[i], 2, grids[i + 1], keep="max") for i in (1, 2)]
display(Row(*grids, *links))
print("numbers:", digit.size, edges.size, once.size, twice.size)

# %% [markdown]
# ## The mean of each window
#
# **Average pooling** keeps the mean instead. It forgets how the numbers were spread over the
# window. For three windows with the same mean:

# %%
for numbers in ([4, 4], [4, 4]), ([8, 0], [8, 0]), ([16, 0], [0, 0]):
    window = np.array(numbers)
    largest, mean = single.pool(window, 2)[0, 0], single.pool(window, 2, keep="mean")[0, 0]
    print(f"{numbers!s:18} largest {largest:2}, mean {mean:g}")

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
# The mean of nine pixels was a kernel: the blur of lesson 01. So average pooling *is* a convolution
# with a stride. For one map, all its weights are alike. For a stack of maps there is one filter for
# each map, which looks at that map alone.
#
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
# Is max pooling a convolution, too? No. A convolution (without a bias) of two pictures added up
# gives the two answers added up; the largest number does not do that. But *with a
# nonlinearity* sums can find a largest number: of a and b, it is a + ReLU(b − a).

# %%
def relu(number):
    return max(number, 0)


print("the largest of [1, 0] and of [0, 1], added up:", max([1, 0]) + max([0, 1]))
print("the largest of [1, 0] + [0, 1] = [1, 1]:      ", max([1, 1]))
for a, b in ((3, 7), (7, 3), (-5, -2)):
    print(f"a = {a}, b = {b}: a + ReLU(b - a) = {a + relu(b - a)}")

# %% [markdown]
# **Belief 1: "Pooling learns what to keep."** Let us count what can be learned.

# %%
for layer in (layers.MaxPool2D(2), layers.AvgPool2D(2)):
    print(f"{layer}: parameters {sum(array.size for array in layer.params.values())}")

# %% [markdown]
# There are none. Pooling is a fixed rule. What the network can learn are the filters before it: it
# learns to make maps whose largest numbers, or means, are worth keeping.

# %% [markdown]
# ## One number of each map
#
# The largest window of all is the whole map. **Global average pooling** keeps the mean of each map,
# and nothing else: as many numbers come out as there are maps, however large they are.

# %%
net = storage.load(data.bundled("course_cnn.npz"))
everywhere = layers.GlobalAvgPool2D()
photograph = data.photograph("camera")[:100, :150]
for picture in (digit, photograph):
    stack = np.maximum(single.run(net.layers[0], picture), 0)
    kept = single.run(everywhere, stack)
    same = np.allclose(kept, stack.mean(axis=(0, 1)), atol=1e-5)
    print(f"stack {stack.shape}, kept {kept.shape}; the means of the maps: {same}")

# %% [markdown]
# What for? At the end of a network a dense layer turns maps into scores for labels, with a weight
# for each number that arrives. If one number of each map arrives, few weights will do, and the
# pictures may have any size. The price: *where* something is in the map is forgotten altogether.
# Turn a map upside down, or move the digit to another place that has room for it: the same numbers.
# (`stack[::-1]` are the rows of the stack from the last to the first.)

# %%
all_numbers, one_each = 7 * 7 * 32 * 10, 32 * 10
print(f"32 maps of 7 by 7, ten labels: {all_numbers:,} weights; one number a map: {one_each}")
stack = np.maximum(single.run(net.layers[0], digit), 0)
moved = np.maximum(single.run(net.layers[0], single.shift(digit, 3, -2)), 0)
for name, other in (("upside down", stack[::-1]), ("moved", moved)):
    change = np.abs(single.run(everywhere, other) - single.run(everywhere, stack)).max()
    print(f"{name}: the kept numbers change by {change:.4f}")

# %% [markdown]
# Many newer networks end like this. Lesson 07 comes back to it.

# %% [markdown]
# ## Purpose one: less work for the next layer
#
# Back to windows of 2. How much do they save? Say the next layer has 32 filters of 3 by 3 on 16
# maps. We count its multiply-adds with and without pooling before it, and we measure how long it
# takes.

# %%
from time import perf_counter

from cnncourse.summary import summary

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
rng = np.random.default_rng(1)
for name, size in (("without", 28), ("with", 14)):
    images = rng.random((64, size, size, 16), np.float32)
    work = summary(layers.Sequential(conv), (size, size, 16)).multiply_adds
    print(f"{name:8} pooling: {work:,} multiply-adds for an image; ", end="")
    print(f"64 images take {milliseconds(images):.1f} ms")

# %% [markdown]
# A quarter of the work, and less time; how much less depends on your computer and on what else it
# does. The parameters of this layer stay the same.

# %% [markdown]
# ## Purpose two, or so they say: it does not matter where
#
# Two words that are often mixed up. Let the picture move by a few pixels.
#
# - **Equivariant**: what comes out *moves along*.
# - **Invariant**: what comes out *stays as it is*.
#
# First a convolution with a stride of 1. Move the picture and then convolve, or convolve and then
# move the map:

# %%
kernel = KERNELS["sobel_x"]
first_move = single.correlate(single.shift(digit, 2, 1), kernel, pad=1)
then_move = single.shift(single.correlate(digit, kernel, pad=1), 2, 1)
print("the same:", np.allclose(first_move, then_move, atol=1e-5))

# %% [markdown]
# So such a convolution is equivariant: the same filter is used everywhere. (At the border it is
# not: what leaves the picture is gone. This digit has room.)
#
# With a stride of 2, convolution and pooling alike are equivariant to moves by 2, 4, 6, ... pixels:
# then whole windows move, and the output moves by half as many places. After a move by one pixel
# the windows catch other numbers. Is the result at least *the same as before*? That would be
# invariance. Two ways to ask: how many numbers are exactly as before; and how large is the change,
# against the map itself (0: none; 1: as large as the map)?

# %%
print("moved by   exactly as before          size of the change")
print("           without   with pooling     without   with pooling")
for pixels in (1, 2, 3):
    moved = single.shift(edges, 0, pixels)
    pooled = single.pool(moved, 2)
    print(f"{pixels} px     {invariance.unchanged(edges, moved):10.0%}", end="")
    print(f"{invariance.unchanged(once, pooled):14.0%}", end="")
    print(f"{invariance.change(edges, moved):13.2f}{invariance.change(once, pooled):14.2f}")

# %% [markdown]
# (Places that are 0 both before and after are not counted: that they stay says nothing.)
# After a move by one pixel, some pooled numbers are as before: mostly those of windows whose
# largest number has only moved inside, while nothing larger came in. And the change is smaller with
# pooling, less so the further the move. So max pooling *is* a little invariant, to small moves. It
# is far from ignoring where things are.
#
# **Belief 2: "Pooling makes a network translation invariant."** (Translation means moving.) Here
# are three networks: one with max pooling, one with average pooling, and one without any, whose
# convolutions take steps of two pixels instead. They have the same map sizes and the same number of
# parameters, and were trained in the same way. We take five hundred digits with room on all sides,
# move them up, down, left and right, and count how many of the answers are *the same as before*.

# %%
x = roomy[:500]
shifts = [0, 1, 2, 3, 4]


def answers_kept(name):
    """The share of answers that stay the same, for each shift."""
    net = storage.load(data.bundled(f"pool_{name}.npz"))
    return [invariance.same_answers(net, x, pixels) for pixels in shifts]

# %%
kept = {name: answers_kept(name) for name in ("max", "average", "none")}
display(figures.lines(shifts, kept, "pixels moved", "answers kept"))
for name, shares in kept.items():
    print(f"pooling {name:8}" + "".join(f"{share:9.2%}" for share in shares))

# %% [markdown]
# Each network changes its mind, more often the further the digit moves, and least often with max
# pooling. Is that the pooling alone? These networks differ in other ways, too.

# %%
from cnncourse.train import accuracy

nets = {}
for name in kept:
    nets[name] = net = storage.load(data.bundled(f"pool_{name}.npz"))
    rows = summary(net, (28, 28, 1))
    print(f"pooling {name:8} {accuracy(net, mnist.x_test, mnist.y_test):.1%} right, ", end="")
    print(f"{rows.multiply_adds:9,} multiply-adds, ", end="")
    print(f"each number of its last maps sees {rows[-2].receptive_field} pixels")

# %% [markdown]
# The network without pooling does about a quarter of the work, sees less of the picture with each
# of its last numbers, and is right a little less often to begin with. A fair comparison would have
# to even that out as well; lesson 10 comes back to it.
#
# And the maps inside? Here is by how much they change after a move of one pixel: right after the
# first ReLU, after the first block (convolution, ReLU and pooling, if there is one) and after the
# second.

# %%
few = x[:300]
print(f"the pictures themselves: {invariance.change(few, variations.shifted(few, 0, 1)):.2f}")
print("                    first ReLU   first block  second block")
for name, places in {"max": (2, 3, 6), "average": (2, 3, 6), "none": (2, 2, 4)}.items():
    changes = [invariance.map_change(nets[name], few, place, 1) for place in places]
    print(f"pooling {name:8}" + "".join(f"{change:14.2f}" for change in changes))

# %% [markdown]
# (The size of maps is here: how far they are from the maps of an empty picture. The three networks
# have learned different filters, so compare along a row: the first two numbers tell what the first
# pooling layer does.)
#
# The maps change *least* with average pooling. Yet its answers are less steady than those with max
# pooling. How can that be? An answer stays as long as the score of its label stays ahead of all
# others. So look at that lead, and at how much of it a move takes away.

# %%
for name, net in nets.items():
    lead = invariance.lead(net, x).mean()
    lost = [invariance.lead_lost(net, x, pixels) / lead for pixels in (1, 2, 3)]
    print(f"pooling {name:8} lead {lead:.1f}; lost after 1, 2, 3 pixels: ", end="")
    print(", ".join(f"{share:.0%}" for share in lost))

# %% [markdown]
# With average pooling the lead is smaller from the start, and moves of 2 and 3 pixels take a larger
# share of it. A mean evens out what a move does, but also some of what tells one digit from
# another. So how much the maps change does not tell how steady the answers are.
#
# So max pooling helps, a little. Is it what helps most? Here are networks with one difference:
# while they were trained, each digit was moved at random, by one pixel at most.

# %%
compared = {
    "neither": kept["none"],
    "max pooling": kept["max"],
    "moved digits in training": answers_kept("none_moved"),
    "both": answers_kept("max_moved"),
}
display(figures.lines(shifts, compared, "pixels moved", "answers kept"))
for name, shares in compared.items():
    print(f"{name:25}" + "".join(f"{share:9.2%}" for share in shares))

# %% [markdown]
# These are one network of each kind. Another start of the training gives slightly other numbers;
# how to tell a difference from chance is the subject of lesson 10. (We trained three of each kind;
# what they all gave is in `data/shift_nets.md`. The order of the curves was this one in each of the
# three, for moves of 1 to 3 pixels.)
#
# So this is what can be said. Pooling makes answers and maps somewhat steadier against small moves.
# What the network was *trained* on counts at least as much: the one without pooling that saw moved
# digits keeps more of its answers than the one with max pooling that did not; after a move of one
# pixel hardly more, after larger ones clearly. Both together are best. Of all that you saw here,
# only global average pooling after convolutions with a stride of 1 is invariant in the strict
# sense, as long as nothing comes near the border.

# %% [markdown]
# ## The lab lets you move the picture
#
# To the left the picture and what pooling makes of it; then the pooled picture before the move, and
# the difference of the two. Point at a pooled number, or use the arrow keys there, to see its
# window. Press play, and window after window is pooled: what each of them keeps is carried out.
#
# 1. "single pixels", max, window 2: move right by 1. Which pixels leave the pooled picture as it
#    is, and why those? Then by 2: what happens to all of them?
# 2. "single pixels", average. Why do the pixels get darker?
# 3. "its edges": after a move of 1, with max and with average: how many numbers are as before, and
#    how large is the whole change?
# 4. Window 3 with stride 2: the windows overlap. Do more numbers stay the same?
# 5. "single pixels", stride larger than the window: what happens to them?
#
# <details><summary>Answer to 1</summary>
# The left and the right column of pixels: each of them is the first of its window, and one step
# leads to the second. The middle column is the second of its window already; it steps into the
# next. A move by 2 takes all of them exactly one place on: pooling with a stride of 2 is
# equivariant to it.
# </details>
#
# <details><summary>Answer to 2</summary>
# Each such window holds one bright pixel and three black ones: the mean is 0.25.
# </details>
#
# <details><summary>Answer to 3</summary>
# With max about a fifth are as before; with average none, since almost any change in a window
# changes its mean. But both make the whole change smaller, max more so. The cell below prints it.
# </details>
#
# <details><summary>Answer to 4</summary>
# With max, yes: a third in place of a fifth. In a larger window the largest number more often only
# moves inside.
# </details>
#
# <details><summary>Answer to 5</summary>
# Those that fall between two windows are seen by none of them and vanish. With window 2 and stride
# 3 that happens to five of the nine.
# </details>

# %%
lab = pooling_lab()
lab

# %%
another = pooling_lab()  # one that is not shown, so that yours stays as you left it
another.picture.value = "its edges"
another.right.value = 1
for kind in ("max", "average"):
    another.kind.value = kind
    print(kind + ":", another.sentence.split("The picture has moved: ")[1])

# %% [markdown]
# **Predict:** one bright pixel in a row of pairs, max pooling over the pairs. The pixel moves one
# step to the right. In how many of a hundred cases, on average, is the pooled row the same as
# before? (The pixel may begin anywhere; nothing leaves the row.)

# %%
predict("pixel_stays")

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
# - Max pooling keeps the largest number of each window, average pooling the mean, global average
#   pooling the mean of the whole map. Each map by itself; nothing is learned.
# - Windows of 2 with a stride of 2 leave a quarter of the numbers, and so a quarter of the work for
#   a convolution that follows.
# - Equivariant: the output moves along. Invariant: it stays. Convolution with a stride of 1 is
#   equivariant, away from the border. With a larger stride, convolution and pooling are so for
#   moves by whole strides, and in general for no others.
# - Pooling over small windows is a little invariant to small moves, not more. Training on moved
#   pictures helps at least as much. You have measured both.

# %% [markdown]
# ## What goes wrong in practice
#
# **The largest starts at zero.** Whoever writes max pooling with `largest = 0` gets away with it
# after a ReLU, where nothing is below zero. Elsewhere it is silently wrong.

# %%
below = np.array([[-3, -1], [-4, -2]])
largest = 0
for number in below.ravel():
    largest = max(largest, number)
print(f"starts at zero: {largest}; right: {single.pool(below, 2)[0, 0]}")

# %% [markdown]
# **Rows fall off.** With windows of 2, an odd size loses its last row and column.

# %%
for rows in (28, 27):
    after = len(single.pool(np.zeros((rows, rows)), 2))
    print(f"{rows} rows: {after} after pooling")

# %% [markdown]
# **Too much of it.** After pooling by 2 for a third time, a picture of 28 by 28 is 3 by 3. What
# becomes of a single bright pixel? That depends on what is kept. And from how many other places
# would it have given the very same 3 by 3 numbers?

# %%
def three_times(row, column, keep):
    """A picture with one bright pixel, pooled three times."""
    picture = np.zeros((28, 28))
    picture[row, column] = 1
    for _ in range(3):
        picture = single.pool(picture, 2, keep=keep)
    return picture

# %%
places = [(row, column) for row in range(28) for column in range(28)]
for keep in ("max", "mean"):
    left = three_times(10, 5, keep)
    alike = sum(np.array_equal(three_times(r, c, keep), left) for r, c in places)
    print(f"{keep:4}: {left.max():.3f} is left; {alike} places give the same")
print("from", sum(not three_times(r, c, "max").any() for r, c in places), "places it vanishes")

# %% [markdown]
# With max pooling the pixel survives in full strength, but its place does not: 64 places give the
# same numbers. With the mean, even its strength is hardly left. (And from the last four rows and
# columns it vanishes: 7 is odd.) Some networks leave pooling out and take steps of two pixels in a
# convolution, as the third network above: then what is kept can be learned.

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
# | [global average pooling][global] | the mean of each whole map |
# | [equivariant][move] | what comes out moves along with the picture |
# | [invariant][move] | what comes out stays as it is when the picture moves |
# | [translation][move] | moving a picture without turning it |
#
# [max]: #The-largest-of-each-window
# [mean]: #The-mean-of-each-window
# [global]: #One-number-of-each-map
# [move]: #Purpose-two,-or-so-they-say:-it-does-not-matter-where
#
# Next: lesson 06, *From maps to a probability for each label*.
