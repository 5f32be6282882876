# %% [markdown]
# # From maps to a probability for each label
#
# Convolution and pooling make maps: they say what is where in the picture. But the question was:
# *which digit is it?* The last part of the network answers it. It lays all numbers of the maps in
# one row, weighs them for each of the ten labels, and turns the ten sums into probabilities. And
# one more number says how bad the answer was: the *loss*, which training will later make small.
#
# | What you will do | minutes |
# |---|---|
# | make a guess | 4 |
# | lay maps in a row (exercise 1) | 11 |
# | weigh them: a dense layer (exercise 2) | 12 |
# | turn scores into probabilities (exercise 3) | 20 |
# | measure how bad an answer is (exercise 4) | 13 |
# | tell one label from several | 3 |
# | test whether a probability keeps its word, and mend it | 9 |
# | play in the lab | 8 |
# | see what to remember, and what goes wrong in practice | 5 |
#
# That is 85 minutes with all exercises. A good place for a break is after exercise 3.
#
# **What you need.** Lessons 04 and 05: layers, feature maps, pooling. As before: choose *Edit*,
# *Clear Outputs of All Cells*, then press Shift+Enter in one cell after the other.

# %%
import numpy as np
from IPython.display import display

from cnncourse import data, figures, layers, ops, storage, variations
from cnncourse.exercises import check, hints
from cnncourse.explorers import classifier_lab, predict

mnist = data.load("mnist")
net = storage.load(data.bundled("course_cnn.npz"))

# %% [markdown]
# ## First make a guess
#
# `net` is the trained network of lesson 00. We show it pictures that are no digits at all: grey
# noise. It has to choose one of ten digits nevertheless.
#
# **Predict:** how high is the probability that it gives to its choice, typically? (Half of the
# pictures get more, half get less.)

# %%
predict("sure_of_noise")

# %% [markdown]
# ## Flatten: one long row
#
# Here is a digit, and what the layers of the network make of it, one after the other.
#
# Two words about shapes. So far we looked at one picture; networks work on many at once, so their
# arrays have **one more axis, in front, which counts the images**: `mnist.x_test` has shape (10000,
# 28, 28, 1). `mnist.x_test[:1]` is a stack like that with one image in it. To show a picture we
# take it out of its stack: `digit[0, :, :, 0]` is image 0, all its rows and columns, channel 0.
#
# `net.trace(digit)` uses the network and keeps what every layer gives, in the list `outputs`.

# %%
digit = mnist.x_test[:1]
outputs = net.trace(digit).outputs[:6]
print("axes: images, rows, columns, maps")
for layer, maps in zip(net.layers, outputs):
    print(f"{maps.shape}  after {layer}")

# %%
some = (1, 20, 27)
shown = [maps[0, :, :, place] for place in some]
display(figures.pictures([digit[0, :, :, 0]], ["the digit"], side=1.5))
display(figures.pictures(shown, [f"map {place}" for place in some], side=1.5, positive=True))
for place, one in zip(some, shown):
    print(f"map {place}: {(one > 0).sum()} of {one.size} numbers are above 0,", end=" ")
    print(f"the largest is {one.max():.1f}")

# %% [markdown]
# At the end there are 32 maps of 7 rows and 7 columns; three of them are shown. **Flatten** lays
# all numbers of such a stack in a row. In this course the order is: place by place, row after row;
# and at each place the numbers of all maps. Nothing is computed. A small case: one image, 2 rows, 3
# columns, and two maps. The first map holds 1 to 6, the second 10 to 60.

# %%
small = np.array([[[[1, 10], [2, 20], [3, 30]], [[4, 40], [5, 50], [6, 60]]]])
print("first map:\n", small[0, :, :, 0])
print("second map:\n", small[0, :, :, 1])
flat = layers.Flatten()
print(small.shape, "becomes", flat(small).shape)
print(flat(small))

# %% [markdown]
# **Predict:** how many numbers are there in the row that the 32 maps above become?

# %%
predict("row_length")

# %% [markdown]
# **Exercise 1: flatten.** `x` has shape (images, rows, columns, maps); in short (n, h, w, c).
# Return an array with a row for each image, in the order above. An array can be folded to another
# shape: `x.reshape(2, 6)` has 2 rows of 6 numbers, and reads `x` with the last axis running
# fastest, which is just this order.

# %% tags=["exercise"]
def flatten(x):
    """Each image's numbers in one row."""
    ...


check("flatten", flatten)

# %% tags=["solution"]
hints("flatten")

# %% [markdown]
# **Belief 1: "Flatten throws information away."** We can fold the row back:

# %%
row = flat(maps)
print("row:", row.shape)
print("folded back, the same:", np.array_equal(row.reshape(maps.shape), maps))

# %% [markdown]
# Each number is still there. What is no longer *visible* is which numbers were neighbours: in a
# row, a place and the one below it are far apart. The next layer does not care about neighbours. It
# has a weight for each position of the row, whatever the order. So **the order is free**, as long
# as it stays the same from training to use. Shuffle row and weights alike, and you get the same
# scores (up to rounding, since they are added up in another order). `shuffle` holds all positions
# of the row, in a random order; `row[:, shuffle]` is the row in that order, and `w[shuffle]` are
# the rows of `w` in that order. (`row @ w + b` makes the scores; the next section explains it.)

# %%
w, b = net.layers[-1].params["w"], net.layers[-1].params["b"]
scores = row @ w + b
shuffle = np.random.default_rng(0).permutation(row.size)
both = row[:, shuffle] @ w[shuffle] + b
only_row = row[:, shuffle] @ w + b
print("both shuffled alike, the same scores:", np.allclose(both, scores, atol=1e-3))
print(f"only the row shuffled: they differ by up to {np.abs(only_row - scores).max():.0f}")

# %% [markdown]
# ## A dense layer weighs everything
#
# The last layer has, for each label, a weight for each number of the row, and a bias. It
# multiplies, adds up, and gets a **score** for each label; people also call scores *logits*. Each
# input is tied to each output: hence the name **dense** layer, or *fully connected* layer. A small
# case, with three inputs and two labels:

# %%
inputs = np.array([[2.0, 1.0, 0.5]])  # one image
weights = np.array([[1.0, 3.0], [0.5, -1.0], [2.0, 0.0]])  # a row for each input
biases = np.array([10.0, 20.0])  # one for each label
print("label 0:", 2.0 * 1.0 + 1.0 * 0.5 + 0.5 * 2.0 + 10.0)
print("label 1:", 2.0 * 3.0 + 1.0 * -1.0 + 0.5 * 0.0 + 20.0)
print("with @: ", inputs @ weights + biases)

# %% [markdown]
# `inputs @ weights` does this multiplying and adding for all images and labels at once. (Say
# "matrix product".) The same with the row of our digit:

# %%
label = 7
total = sum(row[0, i] * w[i, label] for i in range(row.size)) + b[label]
print(f"score of {label}, with a loop: {total:.3f}; with @: {scores[0, label]:.3f}")
print("all scores:", scores[0].round(1))
print("the largest is the score of", scores.argmax(), "and the picture shows a", mnist.y_test[0])

# %% [markdown]
# **Predict:** how many parameters has this dense layer, weights and biases together?

# %%
predict("dense_parameters")

# %% [markdown]
# **Exercise 2: a dense layer.** `x` has a row for each image, `w` a column of weights for each
# label, `b` a bias for each label. Return the scores, a row for each image. (Loops or `@`, as you
# like.)

# %% tags=["exercise"]
def dense(x, w, b):
    """The score of each image for each label."""
    ...


check("dense", dense)

# %% tags=["solution"]
hints("dense")

# %% [markdown]
# The weights of one label can be folded back to the shape of the maps. Then you see *where* in the
# maps a number speaks for this label (red) or against it (blue): each number of the digit's maps
# times its weight for 7 (and for 1), and at each place the sum over the 32 maps (`sum(axis=2)`: the
# sum along axis 2, that of the maps).

# %%
shown = []
for label in (7, 1):
    products = maps[0] * w[:, label].reshape(7, 7, 32)
    shown.append(products.sum(axis=2))
display(figures.pictures(digit[:, :, :, 0], ["the digit"], side=1.6))
display(figures.pictures(shown, ["for and against 7", "for and against 1"], side=1.6, signed=True))
for label, part in zip((7, 1), shown):
    print(f"{label}: in all {part.sum() + b[label]:.1f}; the places run", end=" ")
    print(f"from {part.min():.1f} to {part.max():.1f}")

# %% [markdown]
# ## Softmax turns scores into probabilities
#
# Scores can be any numbers, also below zero. We want probabilities: none below zero, together 1.
# And a larger score shall get a larger probability. **Softmax** does it in two steps: e to the
# power of each score, then divide by the sum. (e is 2.718...; `np.exp(x)` is e to the power of x.)

# %%
four = np.array([2.0, 1.0, 0.0, -1.0])
powers = np.exp(four)
divided = powers / powers.sum()
print("scores:       ", four)
print("powers:       ", powers.round(2))
print("probabilities:", divided.round(3), " together", divided.sum())

# %% [markdown]
# **Why powers?** A power of e is above zero whatever the score (though a float may round it to 0),
# and grows with it. And one score larger by 1 than another means a probability e times as large as
# the other's, wherever the two scores are. With two labels, the probability of the first depends on
# how far its score is ahead:

# %%
ahead = np.linspace(-6, 6, 121)  # from -6 to 6, in steps of 0.1
first = np.exp(ahead) / (np.exp(ahead) + np.exp(0))
axes = "first score minus second", "probability of the first"
display(figures.lines(ahead, {"softmax": first}, *axes))
for d in (-2, 0, 1, 2, 5):
    print(f"ahead by {d:2}: probability {np.exp(d) / (np.exp(d) + 1):.3f}")

# %% [markdown]
# **Why e?** Another base above 1 would do as well, and keep the order. It only makes differences
# count for more or less, which the network could also do with larger or smaller weights. With e,
# slopes have no extra factor, and training is all about slopes (lesson 08).

# %%
for base in (2, np.e, 10):
    powers = base**four
    print(f"base {base:5.2f}:", (powers / powers.sum()).round(3))

# %% [markdown]
# **Predict:** we add 100 to all four scores. What becomes of the largest probability?

# %%
predict("hundred_more")

# %% [markdown]
# From here on we let the package compute it. `ops.softmax` takes a row of scores for each image, so
# we make a stack of one row. It gives two things: the probabilities, and something that only
# learning needs (lesson 08). `p, _ = ...` takes the first; `_` is a name for what nobody needs. The
# network's numbers have 32 bits, so we give these as many.

# %%
stack = four[None].astype(np.float32)  # [None] puts the axis of the images in front
for more in (0, 100, 1e9):
    p, _ = ops.softmax(stack + more)
    print(f"all scores plus {more:g}:", p[0].round(3))

# %% [markdown]
# So softmax looks at *differences* of scores only. (In 32 bits, 1,000,000,002 is 1,000,000,000:
# there the differences are gone before softmax sees them.) That is also how to compute it safely.
# `np.exp(1000)` is too large for a float and becomes `inf`; and `inf / inf` is `nan`, not a number.
# So take the largest score off all scores first. Then the largest power is 1, and the probabilities
# are the same. (`np.errstate` only keeps NumPy's warning away.)

# %%
large = np.array([1000.0, 999.0])
with np.errstate(over="ignore", invalid="ignore"):
    print("as it stands:", np.exp(large) / np.exp(large).sum())
safe = np.exp(large - large.max())
print("largest taken off first:", (safe / safe.sum()).round(3))

# %% [markdown]
# **Exercise 3: a softmax that stands large scores.** `x` has a row of scores for each image. Return
# a row of probabilities for each, also for scores such as 1000 and −1000 in one row. A loop over
# the rows is fine. Without one: `x.max(axis=1, keepdims=True)` is the largest of each row, in a
# column, so that it can be subtracted from `x`; `sum` takes the same two options.

# %% tags=["exercise"]
def softmax(x):
    """Each row of scores as probabilities."""
    ...


check("softmax", softmax)

# %% tags=["solution"]
hints("softmax")

# %% [markdown]
# **Temperature.** Divide all scores by the same number above 0 before softmax: that number is
# called the temperature.
#
# **Predict:** the temperature is a quarter. What becomes of the largest of the four probabilities
# above?

# %%
predict("cold")

# %%
for temperature in (0.25, 0.5, 1, 2, 4, 16):
    p, _ = ops.softmax(stack / temperature)
    print(f"temperature {temperature:5}:", p[0].round(3))

# %% [markdown]
# The higher it is, the closer the probabilities come together; the lower, the more the largest
# takes. The order of the labels stays, as far as the numbers can hold it, and so does the answer.
# The network gets no wiser by it; it only speaks more softly or more loudly.

# %% [markdown]
# ## The loss measures how bad an answer is
#
# To learn, a network needs *one* number that says how wrong it is. Right or wrong is too coarse for
# that: a right answer with 51% is worse than one with 99%. The **cross-entropy** loss of one image
# is −ln(probability of the true label). (ln is the natural logarithm, `np.log`: the number that e
# has to be raised to.) Here is its curve, and beside it a simpler idea: what is lacking to 1.

# %%
p = np.linspace(0.005, 1, 200)
losses = {"−ln p": -np.log(p), "1 − p": 1 - p}
display(figures.lines(p, losses, "probability of the true label", "loss"))
for p in (1, 0.9, 0.5, 0.1, 0.01, 0.0001):
    print(f"true label gets {p:<7} −ln p: {0 - np.log(p):.2f}   1 − p: {1 - p:g}")
print(f"guessing: all ten labels get 0.1: loss {-np.log(0.1):.3f}, which is ln 10")

# %% [markdown]
# The loss is 0 for a right answer that is entirely sure, and has no upper end for a wrong one. For
# a sure and wrong answer the curve is steep: there is much to learn from it. That of 1 − p is
# equally steep everywhere.
#
# **Predict:** the true label gets 0.5, and in another picture 0.25. How do the two losses −ln p
# compare?

# %%
predict("cost_of_a_quarter")

# %% [markdown]
# **Why a logarithm?** Because it makes honesty pay. Say that of 100 pictures which look alike, 70
# are a 1 and 30 a 7. Which probability for the 1 costs least on average? With −ln p the honest one;
# with 1 − p it pays to be as sure as can be.

# %%
print("says   average of −ln p   of what is lacking to 1")
for p in (0.5, 0.6, 0.7, 0.8, 0.9, 0.99):
    honest = -0.7 * np.log(p) - 0.3 * np.log(1 - p)
    simple = 0.7 * (1 - p) + 0.3 * p
    print(f"{p:<5} {honest:11.3f} {simple:16.3f}")

# %% [markdown]
# (It is not the only loss that does: the squares of what is lacking, over all labels, do as well.
# But through a softmax these hardly have a slope where an answer is sure and wrong.) The loss of
# many images is the mean. Here are the 10,000 test images, and the worst of them.
# `probabilities[every, mnist.y_test]` takes one number from each row: that of the true label.

# %%
probabilities, _ = ops.softmax(net(mnist.x_test))
every = np.arange(10_000)  # 0, 1, 2, ... up to 9999
losses = -np.log(probabilities[every, mnist.y_test])
worst = np.argsort(losses)[-6:]  # the places of the six largest
titles = [f"{mnist.y_test[i]}, says {probabilities[i].argmax()}" for i in worst]
display(figures.pictures([mnist.x_test[i, :, :, 0] for i in worst], titles, side=1.1))
print(f"mean loss {losses.mean():.4f}; half of all losses are below {np.median(losses):.1e}")
print("the six worst:", losses[worst].round(1))
hundred = np.sort(losses)[-100:].sum() / losses.sum()
print(f"The hundred worst images, 1% of all, make up {hundred:.0%} of the loss.")

# %% [markdown]
# **Exercise 4: cross-entropy.** `p` has a row of probabilities for each image, `labels` the true
# label of each. Return one number: the mean loss.

# %% tags=["exercise"]
def cross_entropy(p, labels):
    """The mean of -log(probability of the true label)."""
    ...


check("cross_entropy", cross_entropy)

# %% tags=["solution"]
hints("cross_entropy")

# %% [markdown]
# ## One label, or several?
#
# Softmax shares out *one* between the labels: right where a picture has one label. A photograph may
# show a dog *and* a ball. Then each label gets a yes or no of its own, by the **sigmoid**, 1 / (1 +
# e to the power of −score). It is the curve that you saw above: softmax of two labels, the second
# with score 0. The loss is then a sum over the labels: −ln p where the label is there, −ln(1 − p)
# where it is not.

# %%
names = ["dog", "ball", "car"]
three = np.array([[3.0, 2.5, -2.0]])
together, _ = ops.softmax(three)
alone = 1 / (1 + np.exp(-three))
for name, score, s, a in zip(names, three[0], together[0], alone[0]):
    print(f"{name:5} score {score:4}:  softmax {s:.3f}   sigmoid {a:.3f}")
print(f"sums: {together.sum():.2f} and {alone.sum():.2f}")

# %% [markdown]
# ## Does a probability keep its word?
#
# **Belief 2: "The softmax number is the chance that the answer is right."** If it were, then of all
# answers given with about 70%, seven in ten would be right. That can be counted. `sure` is the
# largest probability of each row (`axis=1`: along the rows), and `right` whether it is that of the
# true label.

# %%
sure = probabilities.max(axis=1)
right = probabilities.argmax(axis=1) == mnist.y_test
print("probability          answers   on average    right")
for low, high in ((0, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 0.999), (0.999, 1.01)):
    these = (sure >= low) & (sure < high)
    counts = f"{low:6.1%} to {min(high, 1):6.1%}   {these.sum():7,}"
    print(f"{counts} {sure[these].mean():12.2%} {right[these].mean():8.2%}")
print(f"all                  10,000 {sure.mean():12.2%} {right.mean():8.2%}")

# %% [markdown]
# Compare the last two columns. Where they agree, the network is called **calibrated**. On the
# whole, **the belief nearly holds here**: on digits like those it has learned from, the network is
# on average as sure as it is right, to within a fraction of a percent. (In the first two rows the
# columns are further apart. But these hold few answers, and so few leave much to chance.)
#
# Now pictures of other kinds: paler, turned, moved, black on white.

# %%
digits, labels = mnist.x_test[:2000], mnist.y_test[:2000]
kinds = {
    "as they are": digits,
    "pale": 0.3 * digits,
    "turned by 45°": variations.turned(digits, 45),
    "moved by 4 pixels": variations.shifted(digits, 0, 4),
    "in negative": variations.negative(digits),
}
firsts = [images[0, :, :, 0] for images in kinds.values()]
display(figures.pictures(firsts, list(kinds), side=1.4))
p, _ = ops.softmax(net(kinds["turned by 45°"]))
print(f"turned by 45°: {p.max(axis=1).mean():.0%} sure on average")

# %% [markdown]
# **Predict:** the network gives these probabilities to its answers for the digits that are turned.
# How many of 100 are right?

# %%
predict("turned_and_right")

# %%
for name, images in kinds.items():
    p, _ = ops.softmax(net(images))
    right = p.argmax(axis=1) == labels
    print(f"{name:17}  {p.max(axis=1).mean():4.0%} sure  {right.mean():4.0%} right")

# %% [markdown]
# And pictures that are no digits: the noise of your guess, and 300 squares cut out of a photograph,
# their corners drawn at random. (`None` among the indices adds an axis, here that of the channels;
# `np.stack` makes one array of many pictures.)

# %%
rng = np.random.default_rng(0)
noise = rng.random((300, 28, 28, 1), np.float32)
corners = rng.integers(0, 512 - 28, (300, 2))
camera = data.photograph("camera")
pieces = np.stack([camera[i : i + 28, j : j + 28, None] for i, j in corners])
for name, images in (("noise", noise), ("photograph", pieces)):
    p, _ = ops.softmax(net(images))
    sure = p.max(axis=1)
    print(f"{name:10}  typically {np.median(sure):.0%} sure,", end=" ")
    print(f"more than 90% sure in {(sure > 0.9).sum()} of {len(images)} pictures")

# %% [markdown]
# **The verdict on belief 2.** It holds as far as somebody has counted that it does, for pictures of
# the same kind. Of pale digits the network is too modest, of turned ones far too sure. And where
# there is no digit, there is nothing to be right about: that ten probabilities sum to 1 is
# arithmetic, not knowledge, for "none of these" is not among the labels. What the number says is
# how far one score is ahead of the others.
#
# **The usual cure is a temperature.** Take pictures of the kind that you will meet, with labels,
# and choose the temperature with the smallest loss. Then count on *other* pictures of this kind.
# (Guo and others, *On calibration of modern neural networks*, 2017.) For turned digits, with 1,000
# to choose and 1,000 to count:

# %%
scores = net(kinds["turned by 45°"])
right = (scores.argmax(axis=1) == labels)[1000:].mean()
for temperature in (0.5, 1, 2, 3, 4, 6):
    loss, _ = ops.softmax_cross_entropy(scores[:1000] / temperature, labels[:1000])
    p, _ = ops.softmax(scores[1000:] / temperature)
    sure = p.max(axis=1).mean()
    print(f"temperature {temperature:3}: loss {loss:.2f}", end="; ")
    print(f"the others {sure:.0%} sure, {right:.0%} right")

# %% [markdown]
# Here, the temperature with the smallest loss is also that at which the network is as sure as it is
# right. How many are right has not changed. But a temperature is right for a kind of picture, too.
# For pale digits it has to be below 1; and 3 spoils what was well for upright ones:

# %%
for name, temperature in (("pale", 1), ("pale", 0.25), ("as they are", 1), ("as they are", 3)):
    scores = net(kinds[name])
    loss, _ = ops.softmax_cross_entropy(scores / temperature, labels)
    p, _ = ops.softmax(scores / temperature)
    right = (p.argmax(axis=1) == labels).mean()
    print(f"{name:11} temperature {temperature:4}: loss {loss:.2f}", end="; ")
    print(f"{p.max(axis=1).mean():.0%} sure, {right:.0%} right")

# %% [markdown]
# ## The lab: scores, probabilities, losses
#
# 1. Pull the temperature from one end to the other. Which column stays as it is? Which label is
#    ahead?
# 2. Choose the picture of a 3, then label 5 and the first feature of the list. (A **feature** is
#    one number of the flattened row.) Pull its weight up until the network changes its mind. By how
#    much does the score change for a step of 1 in the weight?
# 3. "Loss if it were true": which label has the smallest? For the picture of a 0, choose label 0
#    and pull its weight down until another label has it. (With some pictures, no single weight on
#    this slider is enough.)
#
# <details><summary>Answers</summary>
#
# 1. The scores stay: they are divided on the way into softmax. The 5 is ahead at each temperature,
#    by less and less as it rises.
# 2. At a weight of about 0.64 it says 5. A step of 1 changes the score by the feature, 5.1: the
#    score is a sum, and this is its only part that has the weight in it.
# 3. The one with the largest probability, since −ln p falls as p grows. For the 0: at about −1.3
#    the 6 has it.
#
# </details>

# %%
lab = classifier_lab()
lab

# %%
another = classifier_lab()  # one that is not shown, so that yours stays as you left it
for temperature in (0.25, 4):
    another.temperature.value = temperature
    print(another.sentence.split(" The chosen")[0])
another.temperature.value = 1

# %%
for digit_of, label, weight in ((3, 5, 0.64), (0, 0, -1.3)):
    another.digit.value, another.label.value = digit_of, label
    another.weight.value = weight
    print(another.sentence)

# %% [markdown]
# ## What you should remember
#
# - What goes through a network has an axis in front that counts the images.
# - Flatten lays the maps in a row and loses nothing. The order is free, but must stay the same.
# - A dense layer has a weight for each pair of an input and a label, and a bias for each label. It
#   gives scores, also called logits.
# - Softmax: e to the power of each score, divided by the sum. Only differences of scores count.
# - Cross-entropy: −ln(probability of the true label), averaged over the images. Guessing among ten
#   labels gives ln 10. On average it is smallest for honest probabilities.
# - One label per picture: softmax. Several: a sigmoid for each.
# - A softmax number is the chance of being right as far as somebody has counted that it is, for
#   pictures of the same kind. A temperature, chosen on such pictures, mends much of it.

# %% [markdown]
# ## What goes wrong in practice
#
# **The logarithm of 0.** A probability can be so small that a float makes 0 of it, and −ln 0 is
# infinite. So programs compute the loss from the *scores*, in one step. `ops.softmax_cross_entropy`
# does it like that.

# %%
far = np.array([[0.0, 200.0]], np.float32)
p, _ = ops.softmax(far)
with np.errstate(divide="ignore"):
    print("from probabilities:", -np.log(p[0, 0]))
loss, _ = ops.softmax_cross_entropy(far, np.array([0]))
print("from scores:       ", loss)

# %% [markdown]
# **Softmax over the wrong axis.** With a row for each image, the probabilities of each *row* must
# sum to 1. Sum over the other axis, and images take from each other, without an error message.

# %%
two = np.array([[2.0, 1.0], [5.0, 0.0]])
p, _ = ops.softmax(two)
wrong_axis = np.exp(two) / np.exp(two).sum(axis=0, keepdims=True)
print("rows sum to", p.sum(axis=1))
print("over the wrong axis:", wrong_axis.sum(axis=1).round(2))

# %% [markdown]
# **Softmax twice.** PyTorch's loss for classes, `CrossEntropyLoss`, already contains softmax.
# Whoever puts a softmax layer before it applies it twice. Among ten labels, even a perfect answer
# then costs something.

# %%
once, _ = ops.softmax(net(digit))
twice, _ = ops.softmax(once)
print(f"once: {once.max():.6f}, twice: {twice.max():.6f} for the same answer")
perfect = np.eye(10)[:1]  # all for label 0; softmax comes once more
least, _ = ops.softmax_cross_entropy(perfect, np.array([0]))
print(f"the least loss that is possible: {least:.2f}")

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [flatten][flat] | lay all numbers of the maps in one row |
# | [feature][lab] | one number of that row |
# | [dense layer][dense], [fully connected][dense] | a weight for each pair of input and output |
# | [score][dense], [logit][dense] | what the dense layer gives for a label, any number |
# | [softmax][soft] | scores into probabilities that sum to 1 |
# | [temperature][soft] | what scores are divided by before softmax |
# | [cross-entropy][loss], [loss][loss] | −ln(probability of the true label) |
# | [sigmoid][several] | one score into the probability of a yes |
# | [calibrated][word] | of answers given with 70%, seven in ten are right |
#
# [flat]: #Flatten:-one-long-row
# [dense]: #A-dense-layer-weighs-everything
# [soft]: #Softmax-turns-scores-into-probabilities
# [loss]: #The-loss-measures-how-bad-an-answer-is
# [several]: #One-label,-or-several?
# [word]: #Does-a-probability-keep-its-word?
# [lab]: #The-lab:-scores,-probabilities,-losses
#
# Next: lesson 07, *Putting it together*.
