# %% [markdown]
# # Learning the digits
#
# So far our network has had random weights, so its answers were random too. Today it learns. You
# will take one step by hand, see what makes steps fast and what makes them fail, and then watch
# 20,490 numbers find their values from real handwritten digits, while you hold the controls.
#
# | What you will do | minutes |
# |---|---|
# | make a guess, look at the digits | 5 |
# | take one step by hand, choose its length | 8 |
# | gain speed: momentum and Adam | 9 |
# | the ritual: first loss, fifty images, then train | 10 |
# | play in the lab | 7 |
# | test once, look at the mistakes, save | 4 |
# | break it, and tell from the curves what is wrong | 7 |
#
# **What you need.** Three ideas from earlier lessons; if you know them, you can start here.
#
# - The **course network** (lesson 07) turns an image into ten **scores** or *logits*, one for each
#   digit: twice convolution, ReLU and max pooling, then flatten and a dense layer. Softmax turns
#   scores into probabilities.
# - The **loss** (lesson 06) of an image is −ln(probability that the network gives to the true
#   label): 0 if it is certain and right, large if it is sure of something wrong. The loss of many
#   images is the mean.
# - The **gradient** (lesson 08) says for each parameter how steeply the loss grows when that
#   parameter grows a little. Backpropagation computes all these slopes in one go.

# %%
import time

import numpy as np
from IPython.display import display

from cnncourse import data, figures, layers, ops, optim, train


# %%
def new_network(seed=0):
    """The course network, with random weights."""
    return layers.course_cnn(np.random.default_rng(seed))


print(new_network())
print(f"{sum(param.size for param in new_network().params()):,} parameters")

# %% [markdown]
# ## First make a guess
#
# 1. The network has learned nothing yet. What will its loss be, on average: near 0, near 1, near
#    2.3, or above 5?
# 2. How many images must it see until it gets nine in ten right: about a thousand, ten thousand,
#    a hundred thousand, a million?
# 3. It learns fifty images by heart until it makes no mistake on them. How many of a hundred
#    *other*
#    digits will it get right?

# %%
my_guess = {
    "first loss": "",
    "images until nine in ten are right": "",
    "right among a hundred others": "",
}

# %% [markdown]
# ## A digit is 784 numbers and a label
#
# MNIST is a collection of 70,000 digits written by hand, each 28 by 28 pixels, each with a
# **label** that says which digit it is. We make three piles and keep them strictly apart:
#
# - 58,000 images to learn from, the **training images**;
# - 2,000 images **kept aside**, to see along the way whether the network can do more than recite
#   (often called *validation images*);
# - 10,000 **test images**. They stay locked away until the very end.

# %%
mnist = data.load("mnist")
x, y = mnist.x_train[:58_000], mnist.y_train[:58_000]
x_kept, y_kept = mnist.x_train[58_000:], mnist.y_train[58_000:]
display(figures.pictures(x[:16, :, :, 0], y[:16], columns=8))
print("The first labels:", *y[:16])
print(f"images {x.shape}, from {x.min():g} to {x.max():g}; labels {y.shape}")
counts = np.bincount(y)
print(f"Each digit appears between {counts.min():,} and {counts.max():,} times.")

# %% [markdown]
# ## A few images already point downhill
#
# To change all weights for the better, we need the gradient of the loss. Over all 58,000 images it
# would be exact, and slow. So we take a few images at a time, a **mini-batch** (or just *batch*),
# and use their gradient instead. How wrong is that?
#
# A gradient is a direction in a space with 20,490 dimensions. The cell compares the direction from
# a few images with that from 2,000 others. It prints the cosine of the angle between them: 1 means
# the same direction, 0 means that they have nothing to do with each other.


# %%
def direction(net, images, labels):
    """The gradient of all parameters in one row, scaled to length 1."""
    _loss, _hits, grads = train.gradients(net, images, labels)
    row = np.concatenate([grad.ravel() for grad in grads])
    return row / np.linalg.norm(row)


many = direction(new_network(), x[:2000], y[:2000])
for n in (1, 8, 64, 512):
    few = direction(new_network(), x[2000 : 2000 + n], y[2000 : 2000 + n])
    print(f"{n:3} images: cosine {few @ many:.2f}")

# %% [markdown]
# One image knows little. But 64 images point well downhill already, and they cost 31 times less
# than 2,000. So what is the better use of the same images: one careful step, or many hasty ones?
# Let us try. (`optim.SGD` is explained in a moment.)


# %%
def loss_of(net, images, labels):
    """The mean loss of a network on some images."""
    return float(ops.softmax_cross_entropy(net(images), labels)[0])


for size, rate in ((2048, 0.2), (2048, 6.4), (64, 0.2)):
    net, optimizer, rng = new_network(), optim.SGD(lr=rate), np.random.default_rng(1)
    few_x, few_y = x[:2048], y[:2048]
    steps = train.fit(net, few_x, few_y, epochs=1, batch_size=size, optimizer=optimizer, rng=rng)
    print(f"batches of {size:4}, rate {rate}: steps {len(list(steps)):2}, ", end="")
    print(f"loss of those kept aside {loss_of(net, x_kept, y_kept):.1f}")

# %% [markdown]
# All three saw the same 2,048 images once, at the same cost. Thirty-two steps in roughly the right
# direction beat a single one in a better direction, even if that one is 32 times as long. Each
# batch is drawn at random; one pass over all images, each used once, is an **epoch**.

# %% [markdown]
# ## A step downhill is one subtraction
#
# The gradient says which way is *up*. So we go the other way, and not too far:
#
# > new weight = weight − learning rate × gradient
#
# That is **stochastic gradient descent**, SGD. *Stochastic* because the batch, and so the gradient,
# is a matter of chance. The **learning rate** says how long the steps are.
#
# Do one step on paper first. Our "network" has a single weight, w = 1. It multiplies: the input 2
# gives 2w, but the answer should be 6, and the loss is (2w − 6)². By the rules of lesson 08 the
# gradient is 2 · (2w − 6) · 2. What are the loss, the gradient, and the weight after one step with
# learning rate 0.1? And the loss after that step?

# %%
w = 1.0
loss = (2 * w - 6) ** 2
dw = 2 * (2 * w - 6) * 2
print(f"weight {w:g}: loss {loss:g}, gradient {dw:g}")
w = w - 0.1 * dw
print(f"weight {w:g}: loss {(2 * w - 6) ** 2:g}")

# %% [markdown]
# **Exercise 1: one step of SGD.** Now for a whole array of weights. Put your own lines in place of
# the three dots. As always, hints and the solution are folded away below; nothing later depends on
# your answer.

# %% tags=["exercise"]
from cnncourse.exercises import check, hints


def sgd_step(w, dw, lr):
    """The weights after one step against their gradient.   w, dw: one shape   lr: a number"""
    ...


check("sgd_step", sgd_step)

# %% tags=["solution"]
hints("sgd_step")

# %% [markdown]
# The package's optimizer does the same for all parameters of a network, in place. First our single
# weight, then the real thing: all 20,490 parameters, one batch of 64 digits.

# %%
w = np.array([1.0])
optim.SGD(lr=0.1).update([w], [2 * (2 * w - 6) * 2])
print(f"weight {w[0]:g}")

net = new_network()
before, hits, grads = train.gradients(net, x[:64], y[:64])
optim.SGD(lr=0.1).update(net.params(), grads)
after = loss_of(net, x[:64], y[:64])
print(f"loss of the 64 digits: {before:.3f} before the step, {after:.3f} after it")

# %% [markdown]
# ## The learning rate decides whether you arrive
#
# Back to the single weight. Its best value is 3, where the loss is 0. Five learning rates, ten
# steps each, all from the blue dot at w = 1:


# %%
def walk(rate):
    """Ten steps from w = 1, as a list of weights."""
    w, places, optimizer = np.array([1.0]), [1.0], optim.SGD(lr=rate)
    for _ in range(10):
        optimizer.update([w], [2 * (2 * w - 6) * 2])
        places.append(float(w[0]))
    return places


walks = {f"rate {rate:g}": walk(rate) for rate in (0.02, 0.1, 0.2, 0.25, 0.27)}
display(figures.bowl(lambda w: (2 * w - 6) ** 2, walks, 0, 6))
print(*(f"{name}: ends at {places[-1]:.2f}" for name, places in walks.items()), sep="\n")

# %% [markdown]
# Too small, and you crawl. Too large, and you step over the lowest point: at 0.2 you end up nearer
# to it each time, at 0.25 you jump to and fro for ever, at 0.27 each jump takes you higher up. Here
# one can see why: the gradient is 8 · (w − 3), so each step multiplies the distance to 3 by
# 1 − 8 · rate. Beyond a rate of 0.25 that factor is below −1.
#
# In a network nobody knows that limit beforehand, and it differs from place to place. So one tries:
# 0.1, 0.05, 0.01, and looks at the curve of the loss.

# %% [markdown]
# ## Momentum carries you along a valley
#
# Two weights, and a loss that is a long valley: 25 times steeper across than along. The rate must
# be small enough for the steep walls, so along the valley you crawl. **Momentum** helps. It gives
# each weight a **velocity** that keeps part of the steps before:
#
# > velocity = momentum × velocity + gradient
# >
# > weight = weight − learning rate × velocity
#
# Across the valley the gradients change their sign and cancel. Along it they agree and add up. With
# a gradient that stays 1 and a momentum of 0.9, the velocity grows like this:

# %%
velocity = 0.0
for step in range(1, 41):
    velocity = 0.9 * velocity + 1
    if step in (1, 2, 3, 10, 20, 40):
        print(f"step {step:2}: velocity {velocity:.2f}")

# %% [markdown]
# It goes towards 1 / (1 − 0.9) = 10: ten times as fast as without. Now the valley, again from the
# blue dot.


# %%
def walk_in_valley(momentum, steps=400):
    """Steps from (-4, 2) in the valley of (a² + 25 b²) / 2.   ->   (steps + 1, 2)"""
    w, optimizer = np.array([-4.0, 2.0]), optim.SGD(lr=0.07, momentum=momentum)
    places = [w.copy()]
    for _ in range(steps):
        optimizer.update([w], [w * np.array([1, 25])])
        places.append(w.copy())
    return np.array(places)


valleys = {f"momentum {m:g}": walk_in_valley(m) for m in (0, 0.5, 0.8, 0.97)}


# %%
def height(a, b):
    return (a**2 + 25 * b**2) / 2


first_forty = {name: places[:41] for name, places in valleys.items()}
display(figures.valley(height, first_forty, reach=5))
for name, places in valleys.items():
    high = np.flatnonzero(height(places[:, 0], places[:, 1]) >= 0.01)
    print(f"{name}: below 0.01 for good after {high[-1] + 1} steps")

# %% [markdown]
# **Belief 1: "More momentum is always faster."** The last line says no: with 0.97 the weights shoot
# past the lowest point again and again, like a ball in a bowl without friction. 0.9 is a common
# choice. We will see the same on the digits in a moment.
#
# **Exercise 2: a step with momentum.** First renew the velocity, then move the weights. Return
# both.


# %% tags=["exercise"]
def momentum_step(w, v, dw, lr, momentum):
    """The weights and the velocity after one step.   w, v, dw: one shape   ->   w, v"""
    ...


check("momentum_step", momentum_step)

# %% tags=["solution"]
hints("momentum_step")

# %% [markdown]
# ## Which optimizer wins depends on its learning rate
#
# **Adam** (Kingma and Ba, 2015) is another popular recipe. Like momentum it keeps a running average
# of the gradients. It also keeps one of their squares, and divides by its root. So a parameter
# whose gradients are always small takes steps about as long as one whose gradients are always
# large, and the learning rate says how long these steps are. It has to be chosen anew; the usual
# first try is 0.001.
#
# Which one is best? We measure: five runs on the same digits in the same order, from the same
# random weights.

# %%
from itertools import islice


def learn(net, images, labels, optimizer, *, batch_size=32, steps=60):
    """Train for some steps; the loss of each."""
    records = train.fit(
        net, images, labels, epochs=steps, batch_size=batch_size,
        optimizer=optimizer, rng=np.random.default_rng(1),
    )  # fmt: skip
    return [record.loss for record in islice(records, steps)]


# %% tags=["nbval-ignore-output"]
optimizers = {
    "SGD 0.05, no momentum": optim.SGD(lr=0.05),
    "SGD 0.05, momentum 0.9": optim.SGD(lr=0.05, momentum=0.9),
    "SGD 0.05, momentum 0.99": optim.SGD(lr=0.05, momentum=0.99),
    "Adam 0.001": optim.Adam(lr=0.001),
    "Adam 0.005": optim.Adam(lr=0.005),
}
runs = {name: learn(new_network(), x, y, optimizer) for name, optimizer in optimizers.items()}
display(figures.compare(runs, guess=np.log(10)))
last = {name: np.mean(losses[-15:]) for name, losses in runs.items()}
print(*(f"{name}: {loss:.2f} at the end" for name, loss in last.items()), sep="\n")

# %%
plain, usual, too_much, adam, fast_adam = last.values()
print("momentum 0.9 beats none, at the same rate:", usual < plain)
print("momentum 0.99 is ahead of 0.9:", too_much < usual)
print("Adam at 0.001 is ahead of momentum 0.9:", adam < usual)
print("Adam at 0.005 is ahead of Adam at 0.001:", fast_adam < adam)

# %% [markdown]
# So neither name wins as such: Adam loses or wins, depending on its rate. And belief 1 falls a
# second time, on real digits. These are 60 steps of one network with one seed; lesson 10 shows how
# to tell a real difference from luck. We go on with SGD, a rate of 0.05 and a momentum of 0.9.

# %% [markdown]
# ## Before training, the loss should be near ln 10
#
# Now for the real training. It pays to begin with a small ritual of three parts, because a network
# with a fault in it seldom raises an error: it just learns badly.
#
# **Part one: the first loss.** A network that knows nothing should find all ten digits about
# equally likely. Each gets about 1/10, and so the loss should be about −ln(1/10) = ln 10. What was
# your first guess?

# %%
first_loss = loss_of(new_network(), x[:2000], y[:2000])
print(f"expected {np.log(10):.2f}, found {first_loss:.2f}")
unscaled = loss_of(new_network(), 255 * x[:2000], y[:2000])
print(f"with pixels from 0 to 255 instead of 0 to 1, by mistake: {unscaled:.0f}")

# %% [markdown]
# A first loss far from ln 10 is a warning: here the numbers that go in are too large. It costs a
# second to look.
#
# ## A healthy network can learn fifty images by heart
#
# **Part two: overfit on purpose.** Train on just fifty images, again and again. If the loss does
# not go to nearly 0, something is broken, and a million images would not help. For the count of
# right answers you need a function that you may write yourself first.
#
# **Exercise 3: accuracy.** The network names the digit with the largest score. **Accuracy** is the
# share of images for which that is the true label.


# %% tags=["exercise"]
def accuracy(logits, labels):
    """The share of rows whose largest score is at the label.   logits: (n, f)   labels: (n,)"""
    ...


check("accuracy", accuracy)

# %% tags=["solution"]
hints("accuracy")

# %% [markdown]
# In the package it is `train.accuracy(net, x, y)`. Now the fifty images, with an eye on 300 of
# those kept aside.

# %% tags=["nbval-ignore-output"]
fifty, optimizer = new_network(), optim.SGD(lr=0.05, momentum=0.9)
few_x, few_y, rng = x[:50], y[:50], np.random.default_rng(1)
losses, views = [], []
for record in train.fit(
    fifty, few_x, few_y, epochs=40, batch_size=50, optimizer=optimizer, rng=rng
):
    losses.append(record.loss)
    views.append(fifty(x_kept[:300]))
kept = [float(ops.softmax_cross_entropy(logits, y_kept[:300])[0]) for logits in views]
display(figures.compare({"the fifty": losses, "kept aside": kept}, guess=np.log(10), window=1))
print(f"At the end: {losses[-1]:.5f} for the fifty, {kept[-1]:.2f} for those kept aside.")
print(f"The latter was lowest after {np.argmin(kept) + 1} steps: {min(kept):.2f}.")

# %%
lowest = int(np.argmin(kept))
then, now = ((views[i].argmax(axis=1) == y_kept[:300]).mean() for i in (lowest, -1))
right_kept = train.accuracy(fifty, x_kept, y_kept)
print(f"right among the fifty: {train.accuracy(fifty, few_x, few_y):.0%}")
print("right among those kept aside, between 60% and 85%:", 0.6 < right_kept < 0.85)
print("Since the loss of those kept aside was at its lowest:")
print("  the loss of the fifty fell to less than a tenth:", losses[-1] < losses[lowest] / 10)
print("  the loss of those kept aside more than doubled:", kept[-1] > 2 * kept[lowest])
print("  fewer of those kept aside are right than then:", now < then)

# %% [markdown]
# Part two is passed: the network *can* learn. And two more beliefs have fallen on the way.
#
# **Belief 2: "Accuracy on the training images tells how good it is."** On the fifty it is perfect;
# on other digits about a quarter of its answers are wrong. The fifty can be recited. (How close was
# your third guess?)
#
# **Belief 3: "A lower training loss always means a better network."** While the loss of the fifty
# went on falling to almost nothing, the loss of the others more than doubled. It did not get more
# of them wrong, but it became ever surer of its wrong answers. Only images that it has not learned
# from can show that. Doing better on the training images and worse on others is called
# **overfitting**, and it is the subject of lesson 10.

# %% [markdown]
# ## A few hundred steps make a good reader of digits
#
# **Part three: train.** `train.fit` is a *generator*: it takes one step for each record that you
# ask for, and waits in between. So what to show, and when to stop, is up to you. `islice` takes the
# first 240 records, so the network sees 15,360 images. The picture is drawn anew every 40 steps.

# %% tags=["nbval-ignore-output"]
net, optimizer = new_network(), optim.SGD(lr=0.05, momentum=0.9)
records = train.fit(net, x, y, epochs=1, optimizer=optimizer, rng=np.random.default_rng(1))
losses, rights, kept, start = [], [], [], time.perf_counter()
picture = display(figures.curves([], [], guess=np.log(10)), display_id=True)
for record in islice(records, 240):
    losses.append(record.loss)
    rights.append(record.accuracy)
    if len(losses) % 40 == 0:
        kept.append((len(losses), train.accuracy(net, x_kept, y_kept)))
        picture.update(figures.curves(losses, rights, kept, guess=np.log(10)))
print(f"{kept[-1][1]:.1%} of those kept aside are right, after {time.perf_counter() - start:.1f} s")

# %%
nine_in_ten = int(np.argmax(figures.smooth(rights, 10) > 0.9)) + 1
print("right among those kept aside, above 95%:", kept[-1][1] > 0.95)
print("images seen until nine in ten were right, fewer than 10,000:", 64 * nine_in_ten < 10_000)
own, by_heart = np.mean(losses[-25:]), loss_of(fifty, few_x, few_y)
print("training loss higher than that of the network with its fifty:", own > by_heart)
print("but more of those kept aside are right:", kept[-1][1] > right_kept)

# %% [markdown]
# How near was your second guess? A few thousand images are enough for nine in ten. From there on,
# every further percent takes longer. And belief 3 falls once more: of our two networks, the one
# with the *higher* training loss is by far the better reader.
#
# ## Shorter steps at the end let the weights settle
#
# The dots of the loss jump about, mostly because each batch holds other images. But the weights
# move to and fro as well: each batch pulls another way, and with long steps they keep dancing
# around a good place. Images that are always the same can show that. Shorter steps let the weights
# settle.
#
# The generator `records` is still waiting where we left it, so we turn the rate down and just go
# on. To be fair, a twin of network and optimizer takes the same 60 batches at the old rate. After
# every ten steps we look at the loss of the same 1,000 images, kept aside.

# %%
import copy


def go_on(net, records):
    """Take 60 more steps; the loss of 1,000 images kept aside after every ten."""
    seen = []
    for count, _ in enumerate(islice(records, 60), start=1):
        if count % 10 == 0:
            seen.append(loss_of(net, x_kept[:1000], y_kept[:1000]))
    return seen


# %% tags=["nbval-ignore-output"]
twin, twin_optimizer = copy.deepcopy((net, optimizer))
rng = np.random.default_rng(1)
same = train.fit(twin, x, y, epochs=1, optimizer=twin_optimizer, rng=rng, start=240)
old_rate = go_on(twin, same)
optimizer.lr = 0.005
tenth = go_on(net, records)
for name, seen in (("0.05", old_rate), ("0.005", tenth)):
    print(f"rate {name:5}:", *(f"{loss:.3f}" for loss in seen))

# %%
print("at a tenth of the rate the loss is lower on average:", np.mean(tenth) < np.mean(old_rate))
print("and it jumps about less than half as much:", np.ptp(tenth) < np.ptp(old_rate) / 2)
print("right among those kept aside, above 97%:", train.accuracy(net, x_kept, y_kept) > 0.97)

# %% [markdown]
# This is so common that one lets a formula do it: a **schedule** gives the learning rate of each
# step. `optim.OneCycle` lets it rise at first, while everything is still rough, and then fall to
# zero. We will meet it again in the full recipe below.

# %% [markdown]
# ## In the lab you hold the controls
#
# Press **Train**. Below the curves you see the sixteen kernels of the first layer, before training
# and now, and a table: each row a true digit, each column what the network says. Try this:
#
# 1. Train for 300 steps or more, and read the share of right answers in the sentence a few times.
#    Then move the learning rate to 0.005 *while it trains*. Does the share still go up and down?
#    (The dots of the loss will, since each of them is another batch.)
# 2. Press *Start again* and train with 0.001. How many steps until nine in ten are right?
# 3. Start again with 2. Read the sentence, then look at the table. What does the network say to
#    every image? Turn the rate down now. Does it recover?
# 4. Find the rate that gets furthest in 100 steps.
#
# Press *Pause* before you go on, or the lab will train on beside your next cells.

# %%
from cnncourse.explorers import training_lab

lab = training_lab(mnist.x_train, mnist.y_train)
lab

# %% [markdown]
# The same by code: what a button does, a line can do. Scroll up and watch while this runs. (It
# starts again first, so that it finds the same for everyone.)

# %%
lab.restart()
lab.rate.value = 0.05
lab.train(80)
first, now = lab.first.array, lab.kernels.array
print("the kernels have changed their colours:", not np.array_equal(first, now, equal_nan=True))
print("right among those kept aside, above 90%:", lab.checks[-1][1] > 0.9)
lab.rate.value = 0.005
lab.train(40)
print(f"steps so far: {len(lab.records)}, learning rate {lab.rate.value:g}")
print("right among those kept aside, above 93%:", lab.checks[-1][1] > 0.93)

# %% [markdown]
# ## The test images are used once
#
# Why keep a third pile? Suppose you try many versions of a network, look at each one's accuracy on
# the same images, and choose the best. Then you have also chosen the luckiest. Here are 100
# imaginary networks, all *exactly* equally good: each gets every image right with a probability of
# 97%.

# %%
rng = np.random.default_rng(0)
scores = (rng.random((100, 1000)) < 0.97).mean(axis=1)
print(f"On the same 1,000 images the best of the hundred seems to have {scores.max():.1%}.")
print(f"On 1,000 new images that one has {(rng.random(1000) < 0.97).mean():.1%}.")

# %% [markdown]
# The best score of many is too good to be true. So we make all our choices with the images kept
# aside, and open the last pile once, when there is nothing left to choose. That is now.

# %% tags=["nbval-ignore-output"]
logits = net(mnist.x_test)
said = logits.argmax(axis=1)
table = np.zeros((10, 10), int)
np.add.at(table, (mnist.y_test, said), 1)
display(figures.confusion(table))
mistakes = table - np.diag(table.diagonal())
print(f"Test accuracy {np.mean(said == mnist.y_test):.2%}: {mistakes.sum()} of 10,000 are wrong.")
true, guess = divmod(int(mistakes.argmax()), 10)
print(f"Most often, {mistakes.max()} times, a {true} is taken for a {guess}.")

# %%
print("test accuracy above 96%:", np.mean(said == mnist.y_test) > 0.96)

# %% [markdown]
# The test digits were written by other people than the training digits, so it is no surprise if
# this figure differs a little from the one before. In the table, the right answers stand on the
# diagonal in bold; all others are mistakes. Such a table is called a **confusion matrix**. Here is
# one example of each of the six most frequent kinds. Would you have known?

# %% tags=["nbval-ignore-output"]
shown, titles = [], []
for kind in mistakes.ravel().argsort()[::-1][:6]:
    true, guess = divmod(int(kind), 10)
    example = np.flatnonzero((mnist.y_test == true) & (said == guess))[0]
    shown.append(mnist.x_test[example, :, :, 0])
    titles.append(f"{true} taken for {guess}:\n{mistakes[true, guess]} times")
display(figures.pictures(shown, titles, columns=6))
print(*(title.replace("\n", " ") for title in titles), sep="\n")

# %% [markdown]
# ## A trained network fits into a small file
#
# What was learned is just arrays. `storage.save` writes them to a file, with the optimizer as well
# if you want to go on training later. Here the file goes into a folder that vanishes again; a name
# such as `"my_digits.npz"` keeps it beside this notebook.

# %%
import tempfile
from pathlib import Path

from cnncourse import storage

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "my_digits.npz")
    storage.save(net, path, optimizer=optimizer, steps=optimizer.steps)
    print(f"{path.stat().st_size // 1000} kB")
    again, its_optimizer, notes = storage.load_training(path)
print("the same scores:", np.array_equal(net(x_kept[:100]), again(x_kept[:100])))
print("steps so far:", notes["steps"], "learning rate:", its_optimizer.lr)

# %% [markdown]
# ## Most faults leave a mark on the curves
#
# Now break it. Four faults, each easily made, each without an error message. Before you run the
# cells, guess: what will each curve look like?
#
# - **zero weights**: all parameters start at zero instead of at random;
# - **no ReLU**: the two ReLU layers are left out;
# - **rate x 100**: 5 instead of 0.05;
# - **shuffled labels**: each image gets the label of another, as when one list is sorted and the
#   other is not.

# %%
zero = new_network()
for param in zero.params():
    param[...] = 0
no_relu = [layer for layer in new_network().layers if not isinstance(layer, layers.ReLU)]
faulty = {
    "healthy": new_network(),
    "zero weights": zero,
    "no ReLU": layers.Sequential(*no_relu),
    "rate x 100": new_network(),
    "shuffled labels": new_network(),
}
shuffled = np.random.default_rng(3).permutation(y)

# %% tags=["nbval-ignore-output"]
runs = {}
for name, broken in faulty.items():
    rate = 5.0 if name == "rate x 100" else 0.05
    labels = shuffled if name == "shuffled labels" else y
    runs[name] = learn(broken, x, labels, optim.SGD(lr=rate, momentum=0.9))
display(figures.side_by_side(runs, guess=np.log(10)))
for name, losses in runs.items():
    print(f"{name}: begins at {losses[0]:.2f}, highest {max(losses):.2f}, ", end="")
    print(f"ends at about {np.mean(losses[-15:]):.2f}")


# %%
def in_words(losses):
    """What a curve does, measured against ln 10, the loss of guessing."""
    end, guessing = np.mean(losses[-15:]), np.log(10)
    leaps = "leaps up; " if max(losses) > 2 * guessing else ""
    if end < guessing / 2:
        return leaps + "falls well below guessing"
    return leaps + ("stays at guessing" if end < guessing + 0.05 else "stays above guessing")


for name, losses in runs.items():
    print(f"{name}: {in_words(losses)}")

# %% [markdown]
# **Rate x 100** leaps up at once and never gets back below guessing. Its first steps were so long
# that the ReLUs of the second layer now give 0, practically all of them for every image. Where ReLU
# gives 0 no gradient passes, so the kernels no longer learn. Such a ReLU is called *dead*.

# %%
features = x_kept[:200]
for layer in faulty["rate x 100"].layers[:-1]:
    features = layer(features)
alive = np.mean(features != 0)
print(f"{features.shape[1]} features of each image; share that is not 0: {alive:.0%}")

# %% [markdown]
# **Belief 4: "Without ReLU a network cannot learn."** Its curve looks healthy, and after these
# sixty steps it reads digits about as well. From the curve you would not notice. (The network is
# not even linear: max pooling bends too.) What it has lost is part of what it *could* express, as
# lesson 04 showed; so short a training on such plain pictures does not ask for it.

# %%
with_relu = train.accuracy(faulty["healthy"], x_kept, y_kept)
without = train.accuracy(faulty["no ReLU"], x_kept, y_kept)
print("right among those kept aside, without ReLU above 90%:", without > 0.9)
print("less than 5 points away from the healthy network:", abs(with_relu - without) < 0.05)

# %% [markdown]
# **Zero weights** and **shuffled labels** both stay at ln 10, and their curves look much the same.
# But the reasons are different. With zero weights every feature is 0, and no gradient gets past the
# last layer: only its ten biases learn, namely how frequent each digit is. With shuffled labels the
# kernels do move, but what they learn from one batch does not help with the next.
#
# The ritual tells the two apart. Wrong labels can still be learned *by heart*. Zeros cannot.

# %%
zeros = sum(int((param == 0).sum()) for param in faulty["zero weights"].params())
print(f"zero weights: {zeros:,} parameters are exactly 0 after all these steps")
optimizer = optim.SGD(lr=0.05, momentum=0.9)
end = learn(faulty["zero weights"], x[:50], y[:50], optimizer, batch_size=50)[-1]
print("zero weights, fifty images: loss below 0.1:", end < 0.1)
optimizer = optim.SGD(lr=0.05, momentum=0.9)
end = learn(new_network(), x[:50], shuffled[:50], optimizer, batch_size=50)[-1]
print("shuffled labels, fifty images: loss below 0.1:", end < 0.1)

# %% [markdown]
# **Exercise 4: diagnose.** Four runs of a smaller network on just 100 images, which it sees twenty
# times over. The blue line is the loss of these images, the dashed orange line that of images kept
# aside. Which run is healthy, and what is wrong with the others? Choose from the causes that the
# cell prints; each occurs once.

# %% tags=["nbval-ignore-output"]
from cnncourse.exercises.training.curves import CAUSES, loss_curves

mystery = loss_curves(data.Dataset(x, y, x_kept, y_kept))
training = {letter: run.train for letter, run in mystery.items()}
held = {letter: run.held_out for letter, run in mystery.items()}
display(figures.side_by_side(training, held, guess=np.log(10), unit="epoch", window=1))
for letter, (own, other) in mystery.items():
    print(f"{letter}: training {own[0]:.2f} to {own[-1]:.2f}, ", end="")
    print(f"kept aside {other[0]:.2f} to {other[-1]:.2f}")
print("causes:", *CAUSES, sep="\n  ")

# %% tags=["exercise"]
diagnose = {
    "A": ...,
    "B": ...,
    "C": ...,
    "D": ...,
}
check("diagnose", diagnose)

# %% tags=["solution"]
hints("diagnose")

# %% [markdown]
# ## The full recipe is one command
#
# The lesson stopped in the middle of the first epoch. The whole recipe takes three, with a learning
# rate that rises to 0.05 and then falls to zero. In an empty cell, type
#
#     %run -m cnncourse train --dataset mnist --epochs 3
#
# or the same in a terminal, where the course's Python is active:
#
#     python -m cnncourse train --dataset mnist --epochs 3
#
# It shows a bar with the loss, saves the network as `model.npz`, and prints the test accuracy at
# the end, once. Write down what you expect before you look. You may interrupt it: it saves how far
# it came, and says how to go on. Here is the learning rate that it uses, and roughly how long it
# takes.

# %%
steps = train.steps_in(60_000, 64, epochs=3)
schedule = optim.OneCycle(peak=0.05, steps=steps)
for step in (0, steps // 8, steps // 4, steps // 2, steps - 1):
    print(f"step {step:4} of {steps}: learning rate {schedule(step):.5f}")
start = time.perf_counter()
learn(new_network(), x, y, optim.SGD(lr=schedule, momentum=0.9), batch_size=64, steps=30)
print(f"on this machine roughly {(time.perf_counter() - start) / 30 * steps:.0f} s")

# %% [markdown]
# ## What you should remember
#
# - Training is one line, again and again: weight − learning rate × gradient, with the gradient of a
#   mini-batch.
# - The learning rate matters most. Too small crawls, too large leaps up or kills the ReLUs. Turn it
#   down towards the end.
# - Momentum adds up steps that agree; too much of it overshoots. Adam gives each parameter steps of
#   its own length; it needs a rate of its own.
# - The ritual: first loss near ln 10, learn fifty images by heart, then train.
# - Judge a network by images that it has not learned from. Choose with those kept aside; use the
#   test images once.
# - Curves show much, but not everything.

# %% [markdown]
# ## What goes wrong in practice
#
# **The loss stops being a number.** When steps are far too long, numbers grow until they are
# infinite. The package says so in a sentence, and says what to do. (Here it is provoked with a
# learning rate of a billion billions.)

# %%
try:
    learn(new_network(), x, y, optim.SGD(lr=1e18, momentum=0.9))
except ValueError as problem:
    print("ValueError:", problem)

# %% [markdown]
# **The pixels have the wrong scale.** You saw it in part one of the ritual: 0 to 255 instead of 0
# to 1, and the first loss gives it away.
#
# **Images and labels do not belong together.** Sorting, filtering or shuffling one array and not
# the other raises no error. Look at a few images with their labels, right before they go into
# training.
#
# **The rate is copied from somewhere else.** A rate that suits one optimizer, batch size or network
# need not suit another. Try three, each ten times the one before, for a few dozen steps.
#
# **Test images leak.** Whoever looks at the test accuracy after every epoch and stops at the best
# has chosen with the test images, without meaning to.

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [label][digits] | what an image shows: the right answer |
# | [training images][digits] | what the network learns from |
# | [images kept aside][digits], validation | seen by no gradient; used to make choices |
# | [test images][test] | used once, at the end |
# | [mini-batch][batch], [epoch][batch] | the images of one step; one pass over all images |
# | [SGD][step], [learning rate][step] | a step against the gradient; how long it is |
# | [momentum][momentum] | the share of the velocity that is kept from step to step |
# | [velocity][momentum] | a sum of gradients, old ones counting less |
# | [Adam][adam] | SGD with running averages of the gradient and of its square |
# | [accuracy][heart] | the share of images whose largest score is at the true label |
# | [overfitting][heart] | doing ever better on the training images and worse on others |
# | [schedule][pause] | a learning rate that changes with the step |
# | [confusion matrix][test] | how often each label was taken for each other |
# | [dead ReLU][faults] | one that gives 0 for every image, so that no gradient passes |
# | [loss](06_flatten_and_classify.ipynb) | lesson 06: −ln(probability of the true label) |
# | [gradient](08_backpropagation.ipynb) | lesson 08: the slope of the loss for each parameter |
#
# [digits]: #A-digit-is-784-numbers-and-a-label
# [batch]: #A-few-images-already-point-downhill
# [step]: #A-step-downhill-is-one-subtraction
# [momentum]: #Momentum-carries-you-along-a-valley
# [adam]: #Which-optimizer-wins-depends-on-its-learning-rate
# [heart]: #A-healthy-network-can-learn-fifty-images-by-heart
# [pause]: #Shorter-steps-at-the-end-let-the-weights-settle
# [test]: #The-test-images-are-used-once
# [faults]: #Most-faults-leave-a-mark-on-the-curves
#
# Next: lesson 10, *What helps on images it has not seen*.
