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
# | make a guess | 2 |
# | lay the maps in a row | 5 |
# | weigh them: a dense layer | 6 |
# | turn scores into probabilities | 7 |
# | measure how bad an answer is | 5 |
# | test whether a probability keeps its word | 5 |
# | play in the lab | 3 |
# | solve four exercises | 15 |
# | see what to remember, and what goes wrong in practice | 2 |
#
# **What you need.** Lessons 04 and 05: layers, feature maps, pooling. As before: choose *Edit*,
# *Clear Outputs of All Cells*, then press Shift+Enter in one cell after the other.

# %%
import numpy as np
from IPython.display import display

from cnncourse import data, figures, invariance, ops, storage
from cnncourse.explorers import classifier_lab, predict

mnist = data.load("mnist")
net = storage.load(data.bundled("course_cnn.npz"))

# %% [markdown]
# ## First make a guess
#
# `net` is the trained network of lesson 00. We show it pictures that are no digits at all: grey
# noise, and a piece of a photograph. It has to choose one of ten digits nevertheless. How high will
# the probability be that it gives to its choice? Write down what you think.

# %%
my_guess = {"noise": "", "photograph": ""}

# %% [markdown]
# ## Flatten: one long row
#
# Here is a digit, and what the convolutional part of the network makes of it: two blocks of
# convolution, ReLU and max pooling.

# %%
digit = mnist.x_test[:1]
maps = invariance.maps_after(net, digit, 6)
for layer in net.layers:
    print(layer)
print("in:", digit.shape, " after six layers:", maps.shape)
print("axes: images, rows, columns, maps")

# %% [markdown]
# **Flatten** takes the stack of maps and lays all its numbers in a row. In this course the order
# is: place by place, row after row; and at each place the numbers of all maps. Nothing is computed.
#
# **Predict:** how many numbers are there in the row?

# %%
row = ops.flatten(maps)[0]
wrong = {
    49: "That is one map. How many are there?",
    32: "That is one place. How many are there?",
    784: "These are the pixels of the picture. The maps have other sizes.",
    224: "There are 7 rows and 7 columns, and all maps.",
}
predict("Numbers in the row:", row[0].size, wrong=wrong, because="7 × 7 places, 32 maps.")

# %% [markdown]
# **Belief 1: "Flatten throws information away."** We can fold the row back:

# %%
print("row:", row.shape)
print("folded back, the same:", np.array_equal(row.reshape(maps.shape), maps))

# %% [markdown]
# Every number is still there. What is no longer *visible* is which numbers were neighbours: in a
# row, a place and the one below it are far apart. The next layer does not care about neighbours. It
# has a weight for each position of the row, whatever the order. So **the order is free**, as long
# as it stays the same from training to use. We shuffle row and weights alike:

# %%
w, b = net.layers[-1].params["w"], net.layers[-1].params["b"]
shuffle = np.random.default_rng(0).permutation(row.size)
same = np.allclose(row @ w + b, row[:, shuffle] @ w[shuffle] + b, atol=1e-3)
print("weights:", w.shape, " both shuffled alike, the same scores:", same)
print("only the row shuffled:", np.allclose(row @ w + b, row[:, shuffle] @ w + b, atol=1e-3))

# %% [markdown]
# ## A dense layer weighs everything
#
# The last layer has, for each label, a weight for each number of the row, and a bias. It
# multiplies, adds up, and gets a **score** for each label; people also call scores *logits*. Every
# input is tied to every output. Hence the name **dense** layer, or *fully connected* layer.

# %%
scores = row @ w + b
label = 7
total = sum(row[0, i] * w[i, label] for i in range(row.size)) + b[label]
print(f"score of {label}, with a loop: {total:.3f}; with @: {scores[0, label]:.3f}")
print("all scores:", scores[0].round(1))
print("the largest is the score of", scores.argmax(), "and the picture shows a", mnist.y_test[0])

# %% [markdown]
# `row @ w` does this multiplying and adding for all labels at once. The weights of one label can be
# folded back into maps, too. Then you see *where* in the maps a number speaks for this label (red)
# or against it (blue). Here, each number of this digit's maps is multiplied by its weight for 7
# (and for 1), and the products of all 32 maps are added up at each place:

# %%
spoken = (row.reshape(7, 7, 32, 1) * w.reshape(7, 7, 32, 10)).sum(axis=2)
shown = [spoken[:, :, label] for label in (7, 1)]
display(figures.pictures([digit[0, :, :, 0]], ["the digit"], side=1.6))
display(figures.pictures(shown, ["for and against 7", "for and against 1"], side=1.6, signed=True))
for label, part in zip((7, 1), shown):
    print(f"{label}: in all {part.sum() + b[label]:.1f}; the places run", end=" ")
    print(f"from {part.min():.1f} to {part.max():.1f}")

# %% [markdown]
# **Predict:** how many parameters has this dense layer, weights and biases together?

# %%
wrong = {
    15680: "These are the weights. What else is there for each label?",
    1568: "Each label has weights of its own.",
    1578: "Each label has weights of its own.",
    15681: "Each label has a bias of its own.",
}
because = "1,568 weights for each of ten labels, and ten biases."
predict("Parameters:", w.size + b.size, wrong=wrong, because=because)

# %% [markdown]
# ## Softmax turns scores into probabilities
#
# Scores can be any numbers, also below zero. We want shares: none below zero, together 1. And a
# larger score shall give a larger share. **Softmax** does it in two steps: e to the power of each
# score, then divide by the sum. (e is 2.718...; `np.exp(x)` is e to the power of x.)

# %%
some = np.array([2.0, 1.0, 0.0, -1.0])
powers = np.exp(some)
shares = powers / powers.sum()
print("scores:", some)
print("powers:", powers.round(2))
print("shares:", shares.round(3), " together", shares.sum())

# %% [markdown]
# If one score is larger by 1 than another, its share is e times as large as the other's.
#
# **Predict:** we add 100 to all ten scores. What becomes of the probabilities?

# %%
more = ops.softmax(scores + 100)[0]
moved = np.abs(more - ops.softmax(scores)[0]).max()
choices = ["they grow", "they stay the same", "they shrink"]
wrong = {
    "they grow": "They always sum to 1, so they cannot all grow.",
    "they shrink": "They always sum to 1, so they cannot all shrink.",
}
because = "All powers get the same factor, e to the power of 100; the division takes it out again."
answer = choices[1] if moved < 1e-3 else "they grow"
predict("The probabilities:", answer, wrong=wrong, because=because, choices=choices)

# %% [markdown]
# So softmax looks at *differences* of scores only. That is also how to compute it safely.
# `np.exp(1000)` is too large for a float; so take the largest score off all scores first. Then the
# largest power is 1, and the shares are the same.

# %%
large = np.array([1000.0, 999.0])
with np.errstate(over="ignore", invalid="ignore"):
    print("as it stands:", np.exp(large) / np.exp(large).sum())
safe = np.exp(large - large.max())
print("largest taken off first:", (safe / safe.sum()).round(3))

# %% [markdown]
# **Temperature.** Divide all scores by the same number above 0 before softmax. The further above
# 1 it is, the closer the shares come together; the further below 1, the more the largest takes. The
# order of the labels stays, and so does
# the answer. The network gets no wiser by it; it only speaks more softly or more loudly.

# %%
for temperature in (1, 4, 16):
    p = ops.softmax(scores / temperature)[0][0]
    top = np.argsort(p)[::-1][:3]
    print(f"temperature {temperature}:", ", ".join(f"{n} with {p[n]:.4f}" for n in top))

# %% [markdown]
# ## The loss measures how bad an answer is
#
# To learn, a network needs *one* number that says how wrong it is. Right or wrong is too coarse for
# that: a right answer with 51% is worse than one with 99%. The **cross-entropy** loss of one image
# is −ln(probability of the true label). (ln is the natural logarithm, `np.log`.) Only the true
# label counts: the others matter in so far as they leave less for it.

# %%
for p in (1, 0.9, 0.5, 0.1, 0.01, 0.0001):
    print(f"true label gets {p:<7} loss {abs(-np.log(p)):.2f}")
print(f"guessing: all ten labels get 0.1: loss {-np.log(0.1):.3f}, which is ln 10")

# %% [markdown]
# The loss is 0 for a sure and right answer, and has no upper end for a sure and wrong one. The loss
# of many images is the mean. Here is the mean over the 10,000 test images, and the worst of them:

# %%
all_scores = net(mnist.x_test)
probabilities = ops.softmax(all_scores)[0]
of_true = probabilities[np.arange(10_000), mnist.y_test]
losses = -np.log(of_true)
worst = np.argsort(-losses)[:6]
titles = [f"{mnist.y_test[i]}, says {probabilities[i].argmax()}" for i in worst]
display(figures.pictures([mnist.x_test[i, :, :, 0] for i in worst], titles, side=1.1))
print(f"mean loss {losses.mean():.4f}; half of all losses are below {np.median(losses):.1e}")
print("the worst:", losses[worst].round(1))

# %% [markdown]
# A few bad answers make up a good part of the mean.

# %%
share = np.sort(losses)[::-1][:100].sum() / losses.sum()
print(f"The hundred worst images, 1% of all, make up {share:.0%} of the loss.")

# %% [markdown]
# ## Does a probability keep its word?
#
# **Belief 2: "The softmax number is the chance that the answer is right."** If it were, then of all
# answers given with about 70%, seven in ten would be right. That can be counted. We sort the 10,000
# answers by their probability.

# %%
sure = probabilities.max(axis=1)
right = probabilities.argmax(axis=1) == mnist.y_test
print("probability          answers    on average    right")
for low, high in ((0, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 0.999), (0.999, 1.01)):
    these = (sure >= low) & (sure < high)
    print(f"{low:6.1%} to {min(high, 1):6.1%}   {these.sum():7,}", end="")
    print(f"  {sure[these].mean():12.1%}  {right[these].mean():8.1%}")

# %% [markdown]
# Compare the last two columns. Where they agree, the network is called **calibrated**. In groups
# with few answers, chance plays a part: a dozen answers cannot tell 70% from 60%.
#
# But this holds, if at all, for pictures *like those it has learned from*. Now your guess from the
# beginning: pictures that are no digits.

# %%
rng = np.random.default_rng(0)
noise = rng.random((300, 28, 28, 1), np.float32)
camera = data.photograph("camera")
corners = rng.integers(0, 512 - 28, (300, 2))
pieces = np.stack([camera[i : i + 28, j : j + 28, None] for i, j in corners])
strange = {"noise": noise, "photograph": pieces, "blank paper": np.zeros_like(noise[:1])}
for name, pictures in strange.items():
    p = ops.softmax(net(pictures))[0].max(axis=1)
    print(f"{name:12} typically {np.median(p):.0%}, at most {p.max():.0%}", end="")
    print(f"   You: {my_guess[name] or '?'}" if name in my_guess else "")

# %% [markdown]
# Softmax divides ten powers of e by their sum. That they sum to 1 is arithmetic, not knowledge:
# "none of these" is not among the labels. So the number says how far one score is ahead of the
# others. It is a chance of being right only as far as somebody has counted that it is.

# %% [markdown]
# ## The lab: scores, probabilities, losses
#
# 1. Pull the temperature from one end to the other. Which column stays as it is? Which label is
#    always ahead?
# 2. Choose the picture of a 3, then label 5 and the first feature of the list. (A **feature** is
#    one number of the flattened row.) Pull its weight up until the network changes its mind. By how
#    much does the score change for a step of 1 in the weight?
# 3. "Loss if it were true": which label has the smallest? For the picture of a 0, choose label 0
#    and pull its weight down until another label has it. (With some pictures, no single weight on
#    this slider is enough.)

# %%
lab = classifier_lab()
lab

# %%
lab.digit.value = 5
for temperature in (1, 4):
    lab.temperature.value = temperature
    print(lab.sentence.split(" The chosen")[0])
lab.temperature.value = 1

# %% [markdown]
# ## Four exercises make it yours
#
# **Exercise 1: flatten.** `x` has shape (images, rows, columns, maps). Return an array with a row
# for each image, in the course's order: `x.reshape(...)` keeps the order of the numbers in memory,
# which is just that.

# %% tags=["exercise"]
from cnncourse.exercises import check, hints


def flatten(x):
    """Each image's numbers in one row."""
    ...


check("flatten", flatten)

# %% tags=["solution"]
hints("flatten")

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
# **Exercise 3: a softmax that stands everything.** `x` has a row of scores for each image. Return a
# row of probabilities for each, also for scores such as 1000 or −1000. (`keepdims=True` keeps an
# axis, so that shapes fit when you subtract or divide.)

# %% tags=["exercise"]
def softmax(x):
    """Each row of scores as probabilities."""
    ...


check("softmax", softmax)

# %% tags=["solution"]
hints("softmax")

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
# ## What you should remember
#
# - Flatten lays the maps in a row and loses nothing. The order is free, but must stay the same.
# - A dense layer has a weight for each pair of an input and a label, and a bias for each label. It
#   gives scores, also called logits.
# - Softmax: e to the power of each score, divided by the sum. Only differences of scores count.
# - Cross-entropy: −ln(probability of the true label), averaged over the images. Guessing among ten
#   labels gives ln 10.
# - A softmax number is not the chance of being right, unless somebody has counted that it is. For
#   pictures of another kind, do not rely on it: it can be nearly 100% where there is no digit.

# %% [markdown]
# ## What goes wrong in practice
#
# **The logarithm of 0.** A probability can be so small that a float makes 0 of it, and −ln 0 is
# infinite. So programs compute the loss from the *scores*, in one step. `ops.softmax_cross_entropy`
# does it like that.

# %%
far = np.array([[0.0, 200.0]], np.float32)
with np.errstate(divide="ignore"):
    print("from probabilities:", -np.log(ops.softmax(far)[0][0, 0]))
print("from scores:       ", ops.softmax_cross_entropy(far, np.array([0]))[0])

# %% [markdown]
# **Softmax over the wrong axis.** With a row for each image, the shares of each *row* must sum to
# 1. Sum over the other axis, and images take shares from each other, without an error message.

# %%
two = np.array([[2.0, 1.0], [5.0, 0.0]])
wrong_axis = np.exp(two) / np.exp(two).sum(axis=0, keepdims=True)
print("rows sum to", ops.softmax(two)[0].sum(axis=1))
print("over the wrong axis:", wrong_axis.sum(axis=1).round(2))

# %% [markdown]
# **Softmax twice.** PyTorch's loss for classes, `CrossEntropyLoss`, already contains softmax.
# Whoever puts a softmax layer before it applies it twice. Among ten labels, even a perfect answer
# then costs something, and the network usually learns more slowly.

# %%
once = ops.softmax(scores)[0]
twice = ops.softmax(once)[0]
print(f"once: {once.max():.3f}, twice: {twice.max():.3f} for the same answer")
perfect = np.eye(10)[:1]  # everything for label 0; softmax comes once more
least = ops.softmax_cross_entropy(perfect, np.array([0]))[0]
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
# | [softmax][soft] | scores into shares that sum to 1 |
# | [temperature][soft] | what scores are divided by before softmax |
# | [cross-entropy][loss], [loss][loss] | −ln(probability of the true label) |
# | [calibrated][word] | of answers given with 70%, seven in ten are right |
#
# [flat]: #Flatten:-one-long-row
# [dense]: #A-dense-layer-weighs-everything
# [soft]: #Softmax-turns-scores-into-probabilities
# [loss]: #The-loss-measures-how-bad-an-answer-is
# [word]: #Does-a-probability-keep-its-word?
# [lab]: #The-lab:-scores,-probabilities,-losses
#
# Next: lesson 07, *Putting it together*.
