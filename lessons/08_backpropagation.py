# %% [markdown]
# # How each layer passes the blame back
#
# A network has made a mistake. It has thousands of weights and biases. Which of them is how much to
# blame? One could ask each in turn: change it a little and see whether the mistake gets smaller.
# In this lesson you do that, see what it costs and how it goes wrong, and then find a far better
# way: go through the network once more, from the mistake *backwards*, and let each layer pass the
# blame to what it got. Each layer needs one small rule for that, and you will write these rules.
# At the end a kernel that we hide comes back by itself, as lesson 01 has promised.
#
# | What you will do | minutes |
# |---|---|
# | nudge one weight, watch the loss | 6 |
# | pass blame back through a product, and through a number used twice | 10 |
# | see how far to nudge | 8 |
# | a dense layer and ReLU; exercises 1 and 2 | 23 |
# | pooling; exercises 3 and 4 | 22 |
# | a convolution; exercises 5 and 6 | 31 |
# | softmax with cross-entropy; exercise 7 | 14 |
# | a check that finds a wrong pullback; exercises 8 and 9 | 16 |
# | the whole network, once forward and once back; any number and its blame | 17 |
# | learn a hidden kernel back | 16 |
# | see what to remember, and what goes wrong in practice | 7 |
#
# Those are nearly three hours. Good places for a break are before the convolution and before the
# check.
#
# **What you need.** Lessons 01 to 07: convolution, ReLU, pooling, dense layer, softmax and loss.
# You need not know what a derivative is. As before: choose *Edit*, *Clear Outputs of All Cells*,
# then press Shift+Enter in one cell after the other.

# %%
from time import perf_counter

import numpy as np
from IPython.display import display

from cnncourse import data, figures, ops, reference, single, storage
from cnncourse.exercises import check, hints
from cnncourse.explorers import blame_lab, kernel_back_lab, predict
from cnncourse.gradcheck import numeric_gradient
from cnncourse.kernels import KERNELS
from cnncourse.pixels import PixelGrid, Row

# %% [markdown]
# ## Nudge one weight, watch the loss
#
# Here is the trained network of lesson 07 and a digit that it gets wrong. The **loss** (lesson 06)
# says how wrong: it is −ln of the probability that the true label gets.

# %%
net = storage.load(data.bundled("course_cnn.npz"))
mnist = data.load("mnist")
wrong = np.flatnonzero(net(mnist.x_test[:1000]).argmax(axis=1) != mnist.y_test[:1000])[0]
image, label = mnist.x_test[wrong : wrong + 1], mnist.y_test[wrong : wrong + 1]


def loss_of_image():
    return float(ops.softmax_cross_entropy(net(image).astype(float), label)[0])


display(PixelGrid(image[0, :, :, 0], limits=(0, 1), size=180, title="test image"))
print(f"a {label[0]}, read as {net(image)[0].argmax()}; loss {loss_of_image():.4f}")

# %% [markdown]
# Now we **nudge** one weight, the middle one of a kernel of the first layer: we make it larger by
# 0.01, look at the loss, and put it back.

# %%
weights = net.layers[0].params["w"]
middle = (1, 1, 0, 3)  # row, column, channel, kernel
before = loss_of_image()
weights[middle] += 0.01
after = loss_of_image()
weights[middle] -= 0.01
print(f"loss before {before:.5f}, after {after:.5f}: it grew by {after - before:.5f}")
print(f"so it grew {(after - before) / 0.01:.3f} times as much as the weight")

# %% [markdown]
# The last number is the **slope** of the loss for this weight. Above 0: a larger weight makes the
# loss larger. Below 0: a larger weight makes it smaller. Near 0: this weight has little to do with
# it. We call the slope the **blame** of the weight; its name in books is *gradient* (all slopes
# together) or *derivative*.
#
# To ask every weight in this way, the network has to run once for each. How long would that take?

# %%
begun = perf_counter()
for _ in range(20):
    loss_of_image()
seconds = (perf_counter() - begun) / 20
count = sum(param.size for param in net.params())
print(f"{count:,} weights and biases, one run each of {1000 * seconds:.2f} ms:")
print(f"in all {count * seconds:.1f} s")

# %% [markdown]
# That is for *one* image and *one* small step, and training takes thousands of steps.
# The rest of the lesson finds all these slopes with one walk forward and one walk back.

# %% [markdown]
# ## One multiplication
#
# Begin with the smallest network there is: y = w · x, and the loss is (y − 6)². The input x is 2,
# the weight w is 1. So y = 2, and the loss is 16.
#
# We walk back from the loss, one step at a time, and ask of each number: if it grows a little, how
# many times as much does the loss grow?
#
# - **y**: the loss is (y − 6) times (y − 6), and its slope is 2 · (y − 6) = −8. We write it `dy`.
#   (Why 2? Because the same number is used twice. That is the next section.)
# - **w**: when w grows by 0.001, y = w · 2 grows by 0.002, twice as much. And the loss grows −8
#   times as much as y. So it grows −8 · 2 = −16 times as much as w. `dw = dy * x`.
# - **x**: by the same reasoning, `dx = dy * w` = −8 · 1 = −8.
#
# Through a product, *blame is multiplied by the other factor*. Check it by nudging:

# %%
x, w = 2.0, 1.0
dy = 2 * (w * x - 6)
h = 0.001
nudged_w = ((w + h) * x - 6) ** 2 - ((w - h) * x - 6) ** 2
nudged_x = (w * (x + h) - 6) ** 2 - (w * (x - h) - 6) ** 2
print(f"dw = dy · x = {dy * x:g}; by nudging {nudged_w / (2 * h):.4f}")
print(f"dx = dy · w = {dy * w:g}; by nudging {nudged_x / (2 * h):.4f}")

# %% [markdown]
# (Here we nudge up *and* down by h and divide by 2h. That is more exact, as you will see.) Note
# that the multiplication needs to know nothing of the loss, and nothing of what comes before. It
# gets `dy` from above, and what it remembers of the way forward, x and w; it gives `dx` and `dw`.
# Such a rule is called a **pullback**: it pulls blame from the output back to the inputs. A layer
# is something with a way forward and a pullback, and **backpropagation** is to call the pullbacks
# one after the other, from the last to the first.

# %% [markdown]
# ## Two uses of one number
#
# **Predict:** y = x · x. It is a product whose factors are the same number.

# %%
predict("two_uses")

# %% [markdown]
# When x grows, it grows in both places, and the effects add up. *The blames of all uses of a number
# add up.* Another example: x = 3 goes into a = 2x and into b = 5x, and y = a + b. A sum passes
# blame on as it is: 0.001 more of a is 0.001 more of y.

# %%
x, dy = 3.0, 1.0
from_a, from_b = dy * 2, dy * 5
slope = numeric_gradient(lambda x: float(2 * x[0] + 5 * x[0]), np.array([x]))[0]
print(f"from a {from_a:g}, from b {from_b:g}, together {from_a + from_b:g}; nudged {slope:.4f}")
print(f"x · x at 3: {dy * x:g} as left factor, {dy * x:g} as right, together {2 * dy * x:g}")

# %% [markdown]
# `numeric_gradient(f, x)` of the package nudges each number of an array up and down and returns all
# slopes. It is slow and easy to believe, so it shall be our judge.
#
# Nearly all that follows comes from three sentences:
#
# 1. Through a sum, blame passes as it is.
# 2. Through a product, it is multiplied by the other factor.
# 3. If a number was used more than once, the blames of its uses add up.
#
# New will be only what is no sum and no product: ReLU and max pooling, which let some numbers
# through and others not, and at the very end e to the power of a score, and a logarithm.

# %% [markdown]
# ## How far to nudge
#
# Is the judge right, then? A slope by nudging depends on the step h. Take y = x³ at x = 1.5, whose
# slope is 3 · x² = 6.75 (three uses, each multiplied by the other two factors). We try steps from 1
# down to a ten-billionth, upwards only and up and down, with ordinary numbers (float64) and with
# those of the network (float32). The last curve is of the same function *with a kink*: left of
# x = 1.4997 it stays as it is there, as ReLU stays at 0.


# %%
def error(h, kind, both=True, kink=-np.inf):
    """How far a nudged slope of x · x · x at 1.5 is from the right one."""
    x, h = kind(1.5), kind(h)
    up, down = x + h, max(x - h if both else x, kind(kink))
    slope = (up * up * up - down * down * down) / (2 * h if both else h)
    return abs(float(slope) - 6.75)


powers = list(range(11))
tries = {"float32, up and down": (np.float32, True), "float64, up only": (np.float64, False)}
tries["float64, up and down"] = np.float64, True
tries["float64, beside a kink"] = np.float64, True, 1.4997

# %%
errors = {name: [error(10.0**-power, *how) for power in powers] for name, how in tries.items()}
curves = {name: np.log10(values) for name, values in errors.items()}
display(figures.lines(powers, curves, "the step is 0.1 to the power of", "log10 of the error"))
for name, values in errors.items():
    best = int(np.argmin(values))
    print(f"{name}: best at 1e-{best}, error {values[best]:.0e}; at 1e-10: {values[10]:.0e}")

# %% [markdown]
# Read the curves from the left. *Too large* a step: between the
# two places the slope itself changes. Up and down is better there than up only: what is too much on
# one side is too little on the other, and most of it cancels. *Too small* a step: the two results
# agree in nearly all of their digits, and what is left after the subtraction is rounding. In
# float32, which keeps about seven digits, that begins early. So: nudge up and down, in float64, by
# about 0.00001. `numeric_gradient` insists on float64.
#
# And *a kink*, a place where a curve turns sharply: as long as the nudge steps over it, the slope
# is far off; once the step is shorter than the way to the kink, all is well. At the kink itself no
# step helps. ReLU at exactly 0 has slope 0 to the left and 1 to the right.

# %%
for x in (-0.5, 0.0, 0.000004, 0.5):
    slope = numeric_gradient(lambda x: float(np.maximum(x, 0)[0]), np.array([x]))[0]
    pulled = ops.relu(np.array([[x]]))[1](np.ones((1, 1)))[0, 0]
    print(f"at {x:9.6f}: by nudging {slope:.2f}, the package says {pulled:.0f}")

# %% [markdown]
# At the kink itself there is no one right slope; the package says 0, as many do. Just beside it,
# the package is right, and the nudge is not. So when a check of slopes fails in a few places only,
# look for kinks before you look for a mistake.

# %% [markdown]
# ## A dense layer is products and sums
#
# Two inputs, two outputs: y₀ = x₀ · w₀₀ + x₁ · w₁₀ + b₀, and y₁ likewise. Do it on paper, with
# x = (2, −1), and blame dy = (3, 1) from above.
#
# - *bias*: it was added, so it gets the blame of its output: db = (3, 1).
# - *weight*: it was multiplied by its input. dw₀₀ = 3 · 2 = 6; dw₁₀ = 3 · (−1) = −3, and so on.
# - *input*: it was used for *both* outputs, each time with another weight. With w₀₀ = 4 and
#   w₀₁ = −5, dx₀ = 3 · 4 + 1 · (−5) = 7.

# %%
x, dy = np.array([2.0, -1.0]), np.array([3.0, 1.0])
w, b = np.array([[4.0, -5.0], [0.5, 2.0]]), np.array([1.0, 0.0])
_, pull = ops.dense(x[None], w, b)
dx, dw, db = pull(dy[None])
print("dx", dx[0], " dw", dw.tolist(), " db", db)


# %%
def weighed(y):
    """A loss whose blame for each y is dy: the y's, each times its dy, added up."""
    return float((y * dy).sum())


print("dx by nudging", numeric_gradient(lambda x: weighed(x @ w + b), x).round(6))
print("dw by nudging", numeric_gradient(lambda w: weighed(x @ w + b), w).round(6).tolist())

# %% [markdown]
# **Exercise 1: back through a dense layer**, for one image. `dy` holds the blame of each output,
# `x` the inputs, `w` the weights (inputs, outputs). Return three arrays.


# %% tags=["exercise"]
def dense_back(dy, x, w):
    """The blame of each input, each weight and each bias."""
    # 1. Make dx and dw, full of zeros, as large as x and w.
    # 2. For each output and each input: what is added to the input's blame, what is the weight's?
    # 3. What is the blame of the biases?
    ...


check("dense_back", dense_back)

# %% tags=["solution"]
hints("dense_back")

# %% [markdown]
# For a batch of images, a weight was used for every image, so its blame adds up over them. The
# package has both, as loops (`reference.dense_back`) and as three products of matrices
# (`ops.dense`).

# %%
rng = np.random.default_rng(0)
x, w, b, dy = (rng.normal(size=shape) for shape in ((4, 3), (3, 2), (2,), (4, 2)))
loops, package = reference.dense_back(dy, x, w, b), ops.dense(x, w, b)[1](dy)
nudged = numeric_gradient(lambda w: float(((x @ w + b) * dy).sum()), w)
print("loops and package:", all(np.allclose(a, b) for a, b in zip(loops, package)))
print("the package is as few as three products:", np.allclose(package[1], x.T @ dy))
print("and dw by nudging:", np.allclose(package[1], nudged))

# %% [markdown]
# ## ReLU passes blame where it passed a number

# %%
predict("asleep")

# %% [markdown]
# **Exercise 2: back through ReLU.** `dy` and `x` have the same shape.


# %% tags=["exercise"]
def relu_back(dy, x):
    """The blame of each number that ReLU got."""
    ...


check("relu_back", relu_back)

# %% tags=["solution"]
hints("relu_back")

# %%
x, dy = np.array([[1.5, -2.0, 0.5, -0.1]]), np.array([[3.0, 5.0, -4.0, 1.0]])
print("loops  ", reference.relu_back(dy, x)[0])
print("package", ops.relu(x)[1](dy)[0])
nudged = numeric_gradient(lambda x: float((np.maximum(x, 0) * dy).sum()), x)[0]
print("nudged ", nudged.round(6))

# %% [markdown]
# **Belief 1: "ReLU stops blame below zero."** Blame below zero passes like any other: the −4 above.
# What decides is the *number* that came in, and not its blame.

# %% [markdown]
# ## Max pooling blames the winner, average pooling all alike

# %%
predict("whose_window")

# %%
predict("averaged_window")

# %% [markdown]
# Nothing but the three sentences: the largest number came out as it was; a mean is a sum of
# quarters.

# %%
window, dy = np.array([[1.0, 5.0], [2.0, 3.0]]), np.array([[8.0]])
x, dy4 = window[None, :, :, None], dy[None, :, :, None]
rules = {"max": ops.max_pool2d, "average": ops.avg_pool2d}
loops = {"max": reference.max_pool2d_back, "average": reference.avg_pool2d_back}
for name, pool in rules.items():
    nudged = numeric_gradient(lambda x, pool=pool: float((pool(x, 2)[0] * dy4).sum()), x)
    print(f"{name:8} loops {loops[name](dy4, x, 2).ravel()}", end=" ")
    print(f"package {pool(x, 2)[1](dy4).ravel()} nudged {nudged.ravel().round(6) + 0}")

# %% [markdown]
# **Exercise 3: back through max pooling**, one map, windows of k by k side by side. (In the cases
# no two numbers of a window are equal.)


# %% tags=["exercise"]
def max_pool_back(dy, x, k):
    """The blame of each number of a map that was pooled."""
    # 1. Make dx, full of zeros, as large as x.
    # 2. For each window: where in it is the largest number? Its blame is that of the window.
    ...


check("max_pool_back", max_pool_back)

# %% tags=["solution"]
hints("max_pool_back")

# %% [markdown]
# **Exercise 4: back through average pooling.** The same windows. Which numbers of x do you need?


# %% tags=["exercise"]
def avg_pool_back(dy, x, k):
    """The blame of each number of a map that was averaged."""
    ...


check("avg_pool_back", avg_pool_back)

# %% tags=["solution"]
hints("avg_pool_back")

# %% [markdown]
# If windows overlap, one number may win in several of them. Then its blames add up (sentence 3).
# And if two numbers tie? That is a kink again. The package lets one of them win. After ReLU,
# windows full of zeros are common, but there the blame goes into a ReLU that lets nothing pass.

# %%
row = np.array([1.0, 7.0, 2.0])[None, None, :, None]
dy = np.array([3.0, 4.0])[None, None, :, None]
_, pull = ops.max_pool2d(row, (1, 2), stride=1)
print("1, 7, 2 in two windows that overlap:", pull(dy).ravel())
_, pull = ops.max_pool2d(np.full((1, 2, 2, 1), 5.0), 2)
print("four that tie:", pull(np.full((1, 1, 1, 1), 8.0)).ravel())

# %% [markdown]
# ## A convolution: a weight meets many pixels, a pixel many weights
#
# Here a row of four pixels, a kernel of two weights, and so three outputs:
#
# | output | is | its blame |
# |---|---|---|
# | y₀ | x₀ · w₀ + x₁ · w₁ | dy₀ |
# | y₁ | x₁ · w₀ + x₂ · w₁ | dy₁ |
# | y₂ | x₂ · w₀ + x₃ · w₁ | dy₂ |
#
# Look for one and the same letter in all rows, and add up its uses. *Weight* w₀ met x₀, x₁ and x₂:
# dw₀ = dy₀ · x₀ + dy₁ · x₁ + dy₂ · x₂. *Pixel* x₁ met w₁ in the first window and w₀ in the second:
# dx₁ = dy₀ · w₁ + dy₁ · w₀.
#
# Do it on paper, with x = (1, 2, 0, 4), w = (3, −1) and dy = (1, 5, 2): six numbers.

# %%
x, w = np.array([[1.0, 2.0, 0.0, 4.0]]), np.array([[3.0, -1.0]])
dy = np.array([[1.0, 5.0, 2.0]])
dx, dw = np.zeros(x.shape), np.zeros(w.shape)
for place in range(3):
    for i in range(2):
        dw[0, i] += dy[0, place] * x[0, place + i]
        dx[0, place + i] += dy[0, place] * w[0, i]
print("dw", dw[0], "by nudging", end=" ")
print(numeric_gradient(lambda w: float((single.correlate(x, w) * dy).sum()), w)[0].round(6))
print("dx", dx[0], "by nudging", end=" ")
print(numeric_gradient(lambda x: float((single.correlate(x, w) * dy).sum()), x)[0].round(6))

# %%
_, pull = ops.conv2d(x[None, :, :, None], w[:, :, None, None], np.zeros(1))
package = pull(dy[None, :, :, None])
print("package: dw", package[1].ravel(), "dx", package[0].ravel())

# %% [markdown]
# On pictures it is the same. How often is a pixel used?

# %%
predict("middle_pixel")

# %% [markdown]
# **Exercise 5: the blame of a kernel.** One grey picture, a kernel of k by k, no padding. For each
# output, its window of x times its blame; all of these added up.


# %% tags=["exercise"]
def kernel_back(dy, x, k, stride):
    """The blame of each weight of a kernel of k by k."""
    ...


check("kernel_back", kernel_back)

# %% tags=["solution"]
hints("kernel_back")

# %% [markdown]
# Now the pixels. Each output was a kernel laid on a window. On the way back, lay the kernel there
# again, multiplied by the blame of the output. Where windows overlap, a pixel was used more than
# once: add up.
#
# **Exercise 6: the blame of the pixels.** One grey picture x, a kernel w of k by k, no padding.


# %% tags=["exercise"]
def image_back(dy, x, w, stride):
    """The blame of each pixel."""
    ...


check("image_back", image_back)

# %% tags=["solution"]
hints("image_back")

# %% [markdown]
# ## The way back through a convolution is a convolution
#
# With a stride of 1, dw is itself a correlation: that of the picture with dy as the kernel. And dx?
# Look once more at dx₁ = dy₀ · w₁ + dy₁ · w₀. The dy's run forward, the weights run *backward*. So
# dx is a correlation of dy with the **kernel rotated by 180 degrees**. At the borders some of the
# dy's are missing; zeros all around stand for them.

# %%
rng = np.random.default_rng(1)
x, w, dy = (rng.normal(size=shape) for shape in ((6, 7), (3, 3), (4, 5)))
x4, w4, dy4 = x[None, :, :, None], w[:, :, None, None], dy[None, :, :, None]
dx, dw, _ = reference.conv2d_back(dy4, x4, w4, np.zeros(1))
rotated = w[::-1, ::-1]
print("dw is x correlated with dy:", np.allclose(dw[:, :, 0, 0], single.correlate(x, dy)))
again = single.correlate(dy, rotated, pad=2)
print("dx is dy correlated with the rotated kernel:", np.allclose(dx[0, :, :, 0], again))
print("and without rotating it:", np.allclose(dx[0, :, :, 0], single.correlate(dy, w, pad=2)))

# %% [markdown]
# **With a stride of 2** the windows begin at every other pixel. It is as if we had computed all
# outputs and thrown away every other row and column. What was thrown away has no blame. So spread
# the dy's out, with zeros in between, and go on as before.

# %%
dy = rng.normal(size=(2, 3))
spread = np.zeros((4, 5))
spread[: 2 * 2 : 2, : 2 * 3 : 2] = dy
_, pull = ops.conv2d(x4, w4, np.zeros(1), stride=2)
dx, dw, db = pull(dy[None, :, :, None])
print(spread.round(1))
print("dx:", np.allclose(dx[0, :, :, 0], single.correlate(spread, rotated, pad=2)))
print("dw:", np.allclose(dw[:, :, 0, 0], single.correlate(x, spread)))
print("db:", np.allclose(db, dy.sum()))
nudged = numeric_gradient(lambda x: float((single.correlate(x, w, stride=2) * dy).sum()), x)
print("dx by nudging:", np.allclose(dx[0, :, :, 0], nudged))

# %% [markdown]
# (Here the windows reach to the last column, but the last row of x is in no window; its blame is
# 0.) Lesson 01 said that what everybody calls convolution does not rotate the kernel. On the way
# back, it is rotated. (A kernel that looks the same after half a turn, such as a blur, hides that:
# test with one that does not.)
#
# A layer has more: a *bias* was added to all outputs of its kernel, so their blames add up. With
# several kernels a pixel was used by each of them, and what comes back from each adds up. With
# several channels each slice of a kernel has a dw of its own. Sentence 3 again, and nothing new.
#
# **Belief 2: "The way back undoes the way forward."** It does not give the picture back. It gives a
# picture of *blame*: by how much the loss grows when a pixel grows.

# %%
dark = np.zeros((6, 7))
_, pull = ops.conv2d(dark[None, :, :, None], w4, np.zeros(1))
blames = pull(dy4)[0]
print(f"a black picture: pixels {dark.min():g} to {dark.max():g}", end="; ")
print(f"their blames {blames.min():.2f} to {blames.max():.2f}")

# %% [markdown]
# ## Softmax with cross-entropy: probability minus truth
#
# The way back begins at the loss. Scores become probabilities, and the loss is −ln of that of the
# true label. Written out, the probability is e to the true score, divided by the sum of e to each
# score. The logarithm turns the fraction into a difference:
#
# > loss = ln(sum of e to each score) − true score
#
# The second part gives the true score a blame of −1. For the first part two facts are needed, one
# of e and one of the logarithm. When s grows by a little, e to s grows by *e to s* times as much.
# When a sum S grows by a little, ln S grows by *1 / S* times as much. Let a nudge say so:

# %%
for s in (0.0, 1.0, 2.0):
    slope = numeric_gradient(lambda s: float(np.exp(s[0])), np.array([s]))[0]
    print(f"e to {s:g} is {np.exp(s):.4f}, its slope there {slope:.4f}")
for total in (2.0, 4.0):
    slope = numeric_gradient(lambda t: float(np.log(t[0])), np.array([total]))[0]
    print(f"1 / {total:g} is {1 / total:.4f}, the slope of ln there {slope:.4f}")

# %% [markdown]
# On the way back the two are multiplied: e to the score, divided by the sum. That is the
# probability of its label! So:
#
# > blame of a score = its probability, minus 1 if its label is the true one

# %%
predict("blame_of_scores")

# %%
scores, truth = np.log(np.array([[0.7, 0.2, 0.1]])), np.array([1])
p = ops.softmax(scores)[0]
loss, pull = ops.softmax_cross_entropy(scores, truth)
nudged = numeric_gradient(lambda s: float(ops.softmax_cross_entropy(s, truth)[0]), scores)
print("probabilities", p[0].round(4), " truth", np.eye(3)[truth][0])
print("loops  ", reference.softmax_cross_entropy_back(1, scores, truth)[0].round(4))
print("package", pull(1.0)[0].round(4))
print("nudged ", nudged[0].round(4))

# %% [markdown]
# The surer the network is of something wrong, the larger the blame; a network that is sure and
# right has almost none. For several images the loss is the *mean*, so the blame is divided by their
# number.
#
# **Exercise 7: where the way back begins.** `p` holds probabilities, a row for each image.


# %% tags=["exercise"]
def scores_back(p, labels):
    """The blame of each score."""
    ...


check("scores_back", scores_back)

# %% tags=["solution"]
hints("scores_back")

# %% [markdown]
# ## A gradient check finds the pullback that is wrong
#
# A pullback with a fault gives numbers that look like blame. So whoever writes one holds it against
# nudged slopes: that is a **gradient check**. `numeric_gradient` has done it for you so far. Now
# write it yourself.
#
# **Exercise 8: a gradient check.** `f` is a function of an array that gives one number, as a loss
# does; `dx` is what some pullback says is the blame of each number of `x`.


# %% tags=["exercise"]
def gradient_check(f, x, dx):
    """How far, at most, the blames dx are from the slopes of f at x."""
    # 1. For each number of x: nudge it up in one copy of x, down in another.
    # 2. What is the slope? How far is it from the number of dx at this place?
    # 3. Keep the largest of these differences.
    ...


check("gradient_check", gradient_check)

# %% tags=["solution"]
hints("gradient_check")

# %% [markdown]
# **Exercise 9: one of five is wrong.** Here are five pullbacks at work: of each, `f`, `x`, and the
# `dx` that it gives. Use your check, or `numeric_gradient`. If two look wrong, look at the numbers:
# one of these is no fault.

# %%
from cnncourse.exercises.backpropagation.wrong_pullback import suspects

for name, (_, x, dx) in suspects().items():
    print(f"{name}: x has shape {x.shape}, the blames go from {dx.min():.2f} to {dx.max():.2f}")

# %% tags=["exercise"]
wrong_pullback = {
    "dense": ...,  # "right" or "wrong"
    "ReLU": ...,
    "overlapping max pooling": ...,
    "convolution": ...,
    "softmax with cross-entropy": ...,
}
check("wrong_pullback", wrong_pullback)

# %% tags=["solution"]
hints("wrong_pullback")

# %% [markdown]
# A check says something of the x that it was made with, and of no other. The pooling below has the
# same fault as above, and yet this row of numbers passes: no number wins twice. So check with
# several inputs, and with such as have overlaps, strides and borders in them.

# %%
from cnncourse.exercises.backpropagation.wrong_pullback import max_pool

for row in ([1.0, 7.0, 2.0, 4.0, 3.0], [1.0, 2.0, 3.0, 4.0, 5.0]):
    f, x, dx = max_pool(np.array(row), np.array([3.0, 4.0, -1.0, 2.0]))
    furthest = np.abs(numeric_gradient(f, x) - dx).max()
    print(row, "the largest difference is", f"{furthest:.6f}")

# %% [markdown]
# ## Once forward, once back
#
# Now we have every rule that the network needs (flatten only puts numbers in a row, and their blame
# goes back to their places). `net.trace` walks forward and remembers; `trace.back` walks back.

# %%
trace = net.trace(image)
begun = perf_counter()
_, pull = ops.softmax_cross_entropy(trace.outputs[-1], label)
blames, of_parameters = trace.back(pull(1.0).astype(np.float32))
seconds = perf_counter() - begun
found = sum(array.size for layer in of_parameters for array in layer)
print(f"{found:,} slopes from one walk back, in {1000 * seconds:.1f} ms")
print(f"that of the weight we nudged: {of_parameters[0][0][middle]:.3f}; ", end="")
print(f"the nudge said {(after - before) / 0.01:.3f}")

# %% [markdown]
# Beside the blame of each weight there is that of each number on the way, down to the pixels. Red:
# a brighter pixel would make the loss larger; blue: smaller.

# %%
reach = float(np.abs(blames[0]).max())
grids = [PixelGrid(image[0, :, :, 0], limits=(0, 1), size=200, title="the image")]
of_pixels = blames[0][0, :, :, 0]
scale = {"palette": "diverging", "limits": (-reach, reach)}
grids.append(PixelGrid(of_pixels, size=200, title="blame of its pixels", **scale))
display(Row(*grids))
row, column = np.unravel_index(of_pixels.argmin(), of_pixels.shape)
print(f"most below zero: {of_pixels.min():.3f}, of the pixel in row {row}, column {column}")

# %% [markdown]
# A slope is a promise about *small* changes. So take one small step, *all* pixels at once against
# their blame, and a large one:

# %%
size = float((of_pixels**2).sum())
now = float(ops.softmax_cross_entropy(net(image).astype(float), label)[0])
for step in (0.001, 0.01, 0.1, 1):
    moved = net(image - np.float32(step) * blames[0]).astype(float)
    then = float(ops.softmax_cross_entropy(moved, label)[0])
    print(f"step {step:5}: promised {-step * size:8.4g}, the loss changed by {then - now:8.4g}")

# %% [markdown]
# **Belief 3: "The gradient says how far the loss will fall."** It says how steep it is *here*. Of
# the longer steps, less of the promise was kept. Elsewhere the loss may also move further than
# promised, as you will see next.

# %% [markdown]
# ## Ask any number for its blame
#
# In the lab, choose what the numbers are of: the image, the weights, biases or output of a layer.
# Point at a number, or use the arrow keys. You see its blame, the terms that it was added up from,
# and two losses for each nudge: the one that comes out, and the one that the slope promises. The
# slider nudges.
#
# 1. "the image": the lab begins with the pixel that is most to blame. What does its slope promise
#    for a nudge of 0.5, and what comes out? Up to which nudge is the promise good?
# 2. "8 dense layer: logits": choose number 2, the true one. Why is the curve nearly straight on the
#    left and flat on the right?
# 3. "4 convolution: output": choose a number that is far below 0. Its blame is 0. Does it stay so,
#    however far you nudge?
# 4. "1 convolution: weights": its terms make a picture. Of what? And those of a bias?
# 5. Turn the true label to 7, what the network takes it for. What becomes of the blame of pixels?
# 6. Clear the pad, draw a digit of your own and choose its label. Then choose a wrong label: where
#    would ink have to go?
#
# <details><summary>Answer to 1</summary>
# The slope promises that the loss falls by 0.42; it grows a little instead. At 0.1 half of the
# promise is kept, and beyond 0.2 the loss grows again. By then other numbers pass ReLU and win in
# max pooling: kinks on the way.
# </details>
#
# <details><summary>Answer to 2</summary>
# The blame of a score is its probability minus truth. With a score far too low, the probability is
# nearly 0 and the slope −1: a straight line down. With a high one the probability is nearly 1 and
# the slope 0.
# </details>
#
# <details><summary>Answer to 3</summary>
# The curve is flat as far as ReLU gives 0, and beyond that as long as another number of its window
# of max pooling is larger. There it may turn: from there on the number counts, for better or worse.
# A blame of 0 says: *a little* changes nothing.
# </details>
#
# <details><summary>Answer to 4</summary>
# Of the digit, or of parts of it: each term is the blame at a place times the pixel that the weight
# met there, and where pixels are 0, so is the term. A bias met no pixels. Its terms are the blames
# themselves, and lie beside the strokes as well.
# </details>
#
# <details><summary>Answer to 5</summary>
# Nearly all signs are reversed: what made it less of a 2 made it more of a 7. And the blames are
# about half as large, since with this label the network is less wrong.
# </details>

# %%
lab = blame_lab()
lab

# %%
other = blame_lab()
print(other.sentence)
other.part.value = other.parts["1  convolution: weights"]
print(other.sentence)
print(other.view.arithmetic)

# %% [markdown]
# `blame_lab(net, image, label)` takes another network, and another image with its label.

# %% [markdown]
# ## A hidden kernel comes back by itself
#
# In lesson 01 you chose the numbers of a kernel by hand. Now nobody does. We hide a kernel and show
# only a picture and what the kernel made of it. The learner begins with nine zeros and does one
# thing again and again: convolve, compare, pass the blame back, and take a small step against the
# blame. The picture is noise: there all kinds of small patterns turn up, so that each weight is put
# to the test.

# %%
hidden = KERNELS["sobel_x"].astype(float)
noise = np.random.default_rng(0).normal(size=(1, 20, 20, 1))
wanted, _ = ops.conv2d(noise, hidden[:, :, None, None], np.zeros(1))
guess, frames, losses, distances = np.zeros((3, 3, 1, 1)), [], [], []
for _ in range(41):
    y, pull = ops.conv2d(noise, guess, np.zeros(1))
    losses.append(float(((y - wanted) ** 2).mean()))
    distances.append(float(np.abs(guess[:, :, 0, 0] - hidden).max()))
    frames.append(guess[:, :, 0, 0])
    _, dw, _ = pull(2 * (y - wanted) / y.size)
    guess = guess - 0.1 * dw

# %%
look = {"palette": "diverging", "limits": (-2, 2), "size": 130, "format": "{:.2f}"}
look["numbers"] = True
shown = [PixelGrid(frames[s], title=f"after {s} steps", **look) for s in (0, 2, 5, 10, 40)]
display(Row(*shown, PixelGrid(hidden, title="hidden", **look)))
for step in (0, 2, 5, 10, 40):
    print(f"step {step:2}: loss {losses[step]:8.5f}, ", end="")
    print(f"furthest weight off by {distances[step]:.4f}")

# %% [markdown]
# Nobody told it what an edge is. Forward, back, a small step: three lines of the loop, and the rest
# only takes notes. The same three lines, with more layers, learn to read digits in lesson 09.

# %% [markdown]
# ## The lab hides kernels of your choice
#
# Press play, or move the step by hand. On the right below is all that the learner has: the picture
# that it is shown, and where its output is still wrong. On the left is what comes of that: its
# kernel, and a photograph that it is never shown, through this kernel. Blue curve: the loss. Dashed
# orange: how far the furthest weight is from the hidden one. Mind the scale: each line is a tenth
# of the one above it. "start" draws other pictures and, where weights begin at random, other
# weights.
#
# 1. "one kernel": which weights move first? Try other hidden kernels.
# 2. "without bias": the loss stays above 0, and the kernel is never quite the hidden one. What does
#    it do in place of a bias? And "with bias"?
# 3. "ReLU, from random weights" comes back. "ReLU, from zeros" does not move at all. Why? And why
#    is "gaussian_blur" not back by step 200, from most starts?
# 4. "ReLU, from weights below zero": another start, the same standstill. Why?
# 5. "two kernels": play it for several starts. Which of the two comes back on the left? Then hide
#    "sharpen": now both hidden kernels are equal. What comes back?
# 6. "two kernels without ReLU": the loss falls to nothing, and the kernels are wrong. Why?
# 7. "one kernel, shown only stripes": again the loss falls to nothing. What is right about the
#    kernel, and what is wrong? Then hide "diagonal_down" and look at the photograph.
#
# <details><summary>Answer to 1</summary>
# All at once, and each in proportion to its blame: the ones that are furthest off move fastest. The
# weights whose hidden number is 0 make small detours, because the picture is small, and its pixels
# resemble each other a little by chance.
# </details>
#
# <details><summary>Answer to 2</summary>
# Here all pixels are above 0, so somewhat larger weights raise every output a little. That is the
# best the learner can do, and it distorts the kernel. A bias of its own does it properly; then the
# kernel comes back.
# </details>
#
# <details><summary>Answer to 3</summary>
# With zeros as weights and bias, ReLU gets 0 everywhere, and at 0 it passes no blame back. So
# no weight learns which way to go. This is one reason why networks begin with random weights. The
# blur gives small numbers, and a random start much larger ones. So first of all the bias sinks, and
# that puts ReLU to sleep nearly everywhere: little blame arrives. It is on its way still. Where the
# loss hardly moves, one cannot see whether it has arrived or is only slow.
# </details>
#
# <details><summary>Answer to 4</summary>
# Pixels above 0 times weights below 0: every sum is below 0, and ReLU is asleep at every place. No
# blame, no step, for ever. People call it a *dead* ReLU. In a large network a filter that sleeps
# for some pictures is woken up by others; one that sleeps for all pictures stays asleep,
# unless what it gets changes.
# </details>
#
# <details><summary>Answer to 5</summary>
# Now the one, now the other. The outputs are added up, and a sum does not tell the order of its
# terms. Where the random start happened to be nearer is where a kernel comes to be. So two networks
# that learn the same thing may hold the same filters in other places. With "sharpen", one comes
# back too strong and the other too weak, so that together they do what two equal ones do: ReLU of
# a positive multiple is that multiple of ReLU. Not even the strength of a filter is certain then.
# </details>
#
# <details><summary>Answer to 6</summary>
# Without ReLU, the sum of two convolutions is one convolution with the two kernels added up. Only
# that sum can be found; what the two differ by stays as the start had it. The cell below looks.
# </details>
#
# <details><summary>Answer to 7</summary>
# The sum of each column is right. In a picture of upright stripes the three pixels of a column are
# equal, so nothing tells their weights apart, and they get the same blame. The columns of
# "diagonal_down" add up to 0: on stripes nine zeros do as well, so the loss is 0 from the start and
# nothing is learned. Yet the photograph is full of what the hidden kernel looks for. A loss of 0
# says only that the learner is right about *what it was shown*.
# </details>

# %%
kernel_back_lab()

# %%
from cnncourse.explorers.kernel_back import learn

for task in ("one kernel", "without bias", "with bias", "ReLU, from random weights"):
    print(f"{task:27} furthest weight off by {learn(task).distances[-1]:.4f}")
for task in ("ReLU, from zeros", "ReLU, from weights below zero"):
    print(f"{task:27} any blame at the weights: {learn(task).alive}")
orders = [learn("two kernels", seed=seed).order for seed in range(6)]
print("two kernels, first and second hidden one on the left:", [order[0] for order in orders])

# %%
run = learn("two kernels without ReLU")
print(f"without ReLU: each off by up to {run.distances[-1]:.2f}, ", end="")
print(f"their sum by {np.abs((run.kernels[-1] - run.hidden).sum(axis=2)).max():.5f}")
run = learn("one kernel, shown only stripes")
print("stripes: a row of the kernel", run.kernels[-1][0, :, 0].round(2) + 0, end="; ")
print(f"loss {run.losses[-1]:.5f}")

# %% [markdown]
# ## What you should remember
#
# - The **blame** (gradient) of a number is the slope of the loss: how many times as much the loss
#   grows, when the number grows a little.
# - Three sentences make most rules: through a sum blame passes as it is; through a product it is
#   multiplied by the other factor; the blames of all uses of a number add up.
# - ReLU passes blame where it passed a number. Max pooling gives all to the winner, average pooling
#   gives the same to each.
# - Back through a convolution: the weights get the windows, each times the blame of its output; the
#   pixels get a correlation of the blames, spread by the stride, with the kernel rotated by 180
#   degrees.
# - Softmax with cross-entropy: probability minus truth.
# - One walk forward and one walk back find all slopes. Nudging finds one at a time, and is there to
#   check the walk back.

# %% [markdown]
# ## What goes wrong in practice
#
# **A use is forgotten.** Whoever writes `=` where `+=` belongs keeps the last use only. The shapes
# are right, nothing complains, and learning is merely worse. Only a nudge tells.

# %%
x, w, dy = np.array([2.0, -1.0]), np.array([[4.0, -5.0], [0.5, 2.0]]), np.array([3.0, 1.0])
careless = np.zeros(2)
for output in range(2):
    careless[:] = dy[output] * w[:, output]
print("with =   ", careless)
print("by nudging", numeric_gradient(lambda x: float((x @ w * dy).sum()), x).round(6))

# %% [markdown]
# **A check in float32.** The very same code looks wrong where only the digits run out.

# %%
try:
    numeric_gradient(lambda x: float((x * x).sum()), np.ones(3, np.float32))
except ValueError as problem:
    print("ValueError:", problem)

# %% [markdown]
# **Blame fades, or grows without end.** Through many layers it is multiplied again and again. Here
# are thirty dense layers of 50 numbers each, with random weights of three sizes:

# %%
rng = np.random.default_rng(3)
for size in (0.5, 1.0, 2.0):
    blame = rng.normal(size=(1, 50))
    before = np.abs(blame).mean()
    for _ in range(30):
        blame = blame @ (size * rng.normal(size=(50, 50)) / np.sqrt(50))
    print(f"weights of size {size}: blame times {np.abs(blame).mean() / before:.0e}")

# %% [markdown]
# So the size of the first random weights matters: the package chooses it so that numbers and blames
# keep their size, more or less.

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [slope][nudge] | how many times as much the loss grows, when a number grows a little |
# | [blame][nudge], [gradient][nudge] | the slope of the loss; all slopes together |
# | [to nudge][nudge] | to change a number a little and look at the loss |
# | [pullback][product] | the rule that takes the blame of an output back to what it was made of |
# | [backpropagation][product] | all pullbacks, one after the other, from the last to the first |
# | [gradient check][check] | to hold what a pullback says against nudged slopes |
# | [dead ReLU][lab] | a unit that is below zero for every input, so that it never learns |
#
# [nudge]: #Nudge-one-weight,-watch-the-loss
# [product]: #One-multiplication
# [check]: #A-gradient-check-finds-the-pullback-that-is-wrong
# [lab]: #The-lab-hides-kernels-of-your-choice
#
# Next: lesson 09, *Learning the digits*.
