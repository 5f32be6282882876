# %% [markdown]
# # Learning the digits
#
# So far our network has had random weights, so its answers were random too. Today it learns. You
# will take one step by hand, see what makes steps fast and what makes them fail, and then watch
# 20,490 numbers find their values from real handwritten digits, while you hold the controls.
#
# | What you will do | minutes |
# |---|---|
# | take one step by hand (exercise 1), choose its length | 15 |
# | look at the digits; many small steps or a few exact ones | 8 |
# | gain speed: momentum (exercise 2) and Adam (exercise 3) | 32 |
# | the ritual: first loss, fifty images by heart (exercise 4), then train | 26 |
# | play in the lab | 12 |
# | test once, look at the mistakes, save | 8 |
# | break it, and tell from the curves what is wrong (exercise 5) | 15 |
# | the whole run as one command | 4 |
#
# Those are two hours; a good place for a break is marked.
#
# **What you need.** Three ideas; if you know them, you can start here.
#
# - The **course network** (lesson 07) turns an image into ten **scores** or *logits*, one for each
#   digit: twice convolution, ReLU and max pooling, then flatten and a dense layer. Softmax turns
#   scores into probabilities.
# - The **loss** (lesson 06) of an image is −ln(probability that the network gives to the true
#   label): 0 if it is certain and right, large if it is sure of something wrong. The loss of many
#   images is the mean.
# - The **gradient** says for each parameter how steeply the loss grows when that parameter grows
#   a little. *Backpropagation* computes all these slopes in one go. ([Lesson
#   08](08_backpropagation.ipynb) shows how; here it is enough to know what a slope is, and you will
#   measure one in a moment.)

# %%
import time

import numpy as np
from IPython.display import display

from cnncourse import data, figures, layers, networks, ops, optim, train
from cnncourse.exercises import check, hints
from cnncourse.explorers import predict


# %%
def new_network(seed=0):
    """The course network, with random weights."""
    return networks.course_cnn(np.random.default_rng(seed))


print(new_network())
print(f"{sum(param.size for param in new_network().params()):,} parameters")

# %% [markdown]
# ## A step downhill is one subtraction
#
# We begin as small as can be. Our "network" has a single weight, w = 1. It multiplies: the input 2
# gives 2w, but the answer should be 6, so the loss is (2w − 6)². How steep is the loss here? Make
# the weight a little larger and look.


# %%
def loss_at(w):
    return (2 * w - 6) ** 2


w = 1.0
print(f"weight {w:g}: loss {loss_at(w):g}")
print(f"weight {w + 0.01:g}: loss {loss_at(w + 0.01):.4f}")
print(f"measured slope {(loss_at(w + 0.01) - loss_at(w)) / 0.01:.2f}")
print(f"gradient by the rules of calculus, 2 · (2w − 6) · 2 = {2 * (2 * w - 6) * 2:g}")

# %% [markdown]
# A larger weight makes the loss *smaller* here: the slope is below 0. (The measured slope is a
# little off: over a hundredth the slope changes, too.)
#
# The gradient says which way is *up*. So we go the other way, and not too far:
#
# > new weight = weight − learning rate × gradient
#
# That is **gradient descent**. The **learning rate** says how long the steps are. Do one step on
# paper: w = 1, the gradient from above, learning rate 0.1.

# %%
predict("one_step")

# %%
dw = 2 * (2 * w - 6) * 2
w = w - 0.1 * dw
print(f"weight {w:g}: loss {loss_at(w):g}")

# %% [markdown]
# **Exercise 1: one step.** Now for a whole array of weights. Put your own lines in place of
# the three dots. As always, hints and the solution are folded away below; nothing later depends on
# your answer.


# %% tags=["exercise"]
def sgd_step(w, dw, lr):
    """The weights after one step against their gradient.   w, dw: one shape   lr: a number"""
    ...


check("sgd_step", sgd_step)

# %% tags=["solution"]
hints("sgd_step")

# %% [markdown]
# The package's optimizer `optim.SGD` does the same, for all parameters of a network, and
# *in place*: it changes the arrays that it is given. (The S is for *stochastic*, by chance; soon
# you will see where chance comes in.)

# %%
w = np.array([1.0])
optim.SGD(lr=0.1).update([w], [2 * (2 * w - 6) * 2])
print(f"weight {w[0]:g}")

# %% [markdown]
# ## The learning rate decides whether you arrive
#
# The best value of our weight is 3, where the loss is 0. Does one get there with any rate? First
# work one out in your head.

# %%
predict("to_and_fro")

# %% [markdown]
# Now five learning rates, ten steps each, all from the blue dot at w = 1.


# %%
def walk(rate):
    """Ten steps from w = 1, as a list of weights."""
    w, places, optimizer = np.array([1.0]), [1.0], optim.SGD(lr=rate)
    for _ in range(10):
        optimizer.update([w], [2 * (2 * w - 6) * 2])
        places.append(float(w[0]))
    return places


walks = {f"rate {rate:g}": walk(rate) for rate in (0.02, 0.1, 0.2, 0.25, 0.27)}
display(figures.bowl(loss_at, walks, 0, 6))
print(*(f"{name}: ends at {places[-1]:.2f}" for name, places in walks.items()), sep="\n")

# %% [markdown]
# Too small, and you crawl. Too large, and you step over the lowest point: at 0.2 you end up nearer
# to it each time, at 0.25 you jump to and fro for ever, at 0.27 each jump takes you higher up. Here
# one can see why: the gradient is 8 · (w − 3), so each step multiplies the distance to 3 by
# 1 − 8 · rate. Beyond a rate of 0.25 that factor is below −1.
#
# In a network that limit is seldom known beforehand, and it differs from place to place. So one
# tries: 0.1, 0.05, 0.01, and looks at the curve of the loss.

# %% [markdown]
# ## A digit is 784 numbers and a label
#
# Now to something worth learning. MNIST is a collection of 70,000 digits written by hand, each 28
# by 28 pixels, each with a **label** that says which digit it is. We make three piles and keep them
# strictly apart:
#
# - 58,000 images to learn from, the **training images**;
# - 2,000 **held-out images**, to see along the way whether the network can do more than recite
#   (often called *validation images*);
# - 10,000 **test images**. They stay locked away until the very end.

# %%
mnist = data.load("mnist")
digits = data.split(mnist.x_train, mnist.y_train, held_out=2_000)
x, y, x_held, y_held = digits
display(figures.pictures(x[:16, :, :, 0], y[:16], columns=8))
print("The first labels:", *y[:16])
print(f"images {x.shape}, from {x.min():g} to {x.max():g}; labels {y.shape}")
for digit in range(10):
    print(f"{digit}: {(y == digit).sum():,} images", end="; " if digit < 9 else "\n")

# %% [markdown]
# One step of the real thing: all 20,490 parameters, 64 digits. `train.gradients` gives their mean
# loss, how many are right, and a gradient for each array of parameters.


# %%
def loss_of(net, images, labels):
    """The mean loss of a network on some images."""
    return float(ops.softmax_cross_entropy(net(images), labels)[0])


net = new_network()
before, hits, grads = train.gradients(net, x[:64], y[:64])
optim.SGD(lr=0.1).update(net.params(), grads)
after = loss_of(net, x[:64], y[:64])
print(f"loss of the 64 digits: {before:.3f} before the step, {after:.3f} after it")

# %% [markdown]
# ## A few images already point downhill
#
# Why 64 images and not all? Over all 58,000 the gradient of the training loss would be exact, and
# slow. So we take a few images at a time, a **mini-batch** (or just *batch*), and use their
# gradient instead. Which images, is left to chance: that makes it *stochastic* gradient descent,
# **SGD**. How wrong is such a gradient?
#
# A gradient is a direction in a space with 20,490 dimensions. The cell compares the direction from
# a few images with that from 2,000 others. It prints the cosine of the angle between them: 1 means
# the same direction, 0 means that they have nothing to do with each other.


# %%
def dot(grads, others):
    """The products of all pairs of numbers, added up."""
    return sum((one * other).sum() for one, other in zip(grads, others))


_, _, many = train.gradients(new_network(), x[:2000], y[:2000])
for n in (1, 8, 64, 512):
    _, _, few = train.gradients(new_network(), x[2000 : 2000 + n], y[2000 : 2000 + n])
    cosine = dot(few, many) / (dot(few, few) * dot(many, many)) ** 0.5
    print(f"{n:3} images: cosine {cosine:.2f}")

# %% [markdown]
# One image knows little. But 64 images point well downhill already, and they cost a thirtieth of
# 2,000. So what is the better use of the same images: one careful step, or many hasty ones?

# %%
for size, rate in ((2048, 0.2), (2048, 6.4), (64, 0.2)):
    net, optimizer, rng = new_network(), optim.SGD(lr=rate), np.random.default_rng(1)
    few_x, few_y = x[:2048], y[:2048]
    steps = train.fit(net, few_x, few_y, epochs=1, batch_size=size, optimizer=optimizer, rng=rng)
    print(f"batches of {size:4}, rate {rate}: steps {len(list(steps)):2}, ", end="")
    print(f"held-out loss {loss_of(net, x_held, y_held):.1f}")

# %% [markdown]
# All three saw the same 2,048 images once, at about the same cost. Here thirty-two steps in roughly
# the right direction beat a single one in a better direction, even one that is 32 times as long.
# The images are shuffled and dealt out in batches; one pass over all of them, each used once, is an
# **epoch**.

# %% [markdown]
# ## Momentum carries you along a valley
#
# Two weights, and a loss that is a long valley: 400 times steeper across than along. The rate must
# be small enough for the steep walls, so along the valley you crawl. **Momentum** helps. It gives
# each weight a **velocity** that keeps part of the steps before:
#
# > velocity = momentum × velocity + gradient
# >
# > weight = weight − learning rate × velocity
#
# Across the valley, with steps nearly too long, the gradient changes its sign from step to step and
# cancels. Along it the gradients agree and add up. With a gradient that stays 1 and a momentum of
# 0.9, the velocity grows like this:

# %%
velocity = 0.0
for step in range(1, 41):
    velocity = 0.9 * velocity + 1
    if step in (1, 2, 3, 10, 20, 40):
        print(f"step {step:2}: velocity {velocity:.2f}")

# %% [markdown]
# It goes towards 1 / (1 − 0.9) = 10: as long as the gradient stays, the weight moves ten times as
# fast as without momentum.

# %%
predict("final_velocity")

# %% [markdown]
# Now the valley. Its loss is (a² + 400 b²) / 2, and we start at a = −4, b = 0.2.


# %%
def walk_in_valley(momentum, steep=400, steps=2000):
    """Steps in the valley of (a² + steep · b²) / 2: each place, and its loss."""
    w, optimizer = np.array([-4.0, 0.2]), optim.SGD(lr=1.75 / steep, momentum=momentum)
    places = [w.copy()]
    for _ in range(steps):
        optimizer.update([w], [w * np.array([1, steep])])
        places.append(w.copy())
    return places, [(a**2 + steep * b**2) / 2 for a, b in places]


# %%
valleys = {f"momentum {m:g}": walk_in_valley(m) for m in (0, 0.5, 0.9, 0.99)}
first = {name: places[:101] for name, (places, _) in valleys.items()}
display(figures.valley(lambda a, b: (a**2 + 400 * b**2) / 2, first, reach=(5, 0.3)))
for name, (_, losses) in valleys.items():
    print(f"{name}: loss after 100, 200, 400 steps:", end="")
    print(*(f"{losses[step]:8.4f}" for step in (100, 200, 400)))

# %% [markdown]
# The picture shows the first hundred steps. (It stretches the second weight's axis; drawn to scale,
# the valley would be a thin line.) Without momentum one is still on the way; with 0.9 one is there.
#
# **Belief 1: "More momentum is always faster."** The last line says no: with 0.99 the weights shoot
# past the lowest point again and again, like a ball in a bowl with too little friction. How much is
# right depends on how long the valley is:


# %%
def steps_needed(losses):
    """After how many steps the loss stays below 0.01."""
    return 1 + max(step for step, loss in enumerate(losses) if loss >= 0.01)


for steep in (25, 400):
    print(f"{steep} times steeper across than along:")
    for m in (0, 0.5, 0.9, 0.99):
        print(f"  momentum {m:4}: {steps_needed(walk_in_valley(m, steep)[1]):4} steps")

# %% [markdown]
# In the long valley 0.9 is the best of the four; in the short one 0.5 is. The valleys of networks
# are often long, and 0.9 is a common first choice. We will try it on the digits in a moment.
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
# ## Adam evens out the sizes of the gradients
#
# In a network some gradients are a thousand times larger than others, yet all weights share one
# learning rate. **Adam** (Kingma and Ba, 2015) evens that out. It keeps two running averages for
# each weight, of the gradient and of its square:
#
# > mean = 0.9 × mean + 0.1 × gradient
# >
# > square = 0.999 × square + 0.001 × gradient²
#
# Both start at 0, so at first they are far too small: after one step mean is a tenth of the
# gradient. Therefore they are corrected, the less the more steps there have been (the first step is
# number 1):
#
# > fair mean = mean / (1 − 0.9<sup>step</sup>)
# >
# > fair square = square / (1 − 0.999<sup>step</sup>)
#
# And the step is the mean, measured by the usual size of a gradient; 1e-8 = 0.00000001 is there
# so that nothing is divided by 0:
#
# > weight = weight − learning rate × fair mean / (√(fair square) + 1e-8)
#
# Work out the first step by hand: gradient 8, learning rate 0.1.

# %%
predict("first_step_of_adam")

# %%
mean, square = 0.1 * 8, 0.001 * 8**2
fair_mean, fair_square = mean / (1 - 0.9**1), square / (1 - 0.999**1)
print(f"mean {mean:g}, corrected {fair_mean:g}; square {square:g}, corrected {fair_square:g}")
print(f"step {0.1 * fair_mean / (fair_square**0.5 + 1e-8):g}")

# %% [markdown]
# **Exercise 3: a step of Adam.** The five formulas as five lines, for arrays; `np.sqrt` takes the
# root of each number. Return the weights and the two averages, *not* the corrected ones: the next
# step goes on from the averages as they are.


# %% tags=["exercise"]
def adam_step(w, mean, square, dw, step, lr):
    """The weights and both averages after a step.   step: 1, 2, ...   ->   w, mean, square"""
    ...


check("adam_step", adam_step)

# %% tags=["solution"]
hints("adam_step")

# %% [markdown]
# What comes of it? Ten steps of `optim.Adam` from w = 0 with a learning rate of 0.1.

# %%
kinds = {"100 each": [100.0], "0.01 each": [0.01], "1 and −1 in turn": [1.0, -1.0]}
for name, gradients in kinds.items():
    w, optimizer = np.array([0.0]), optim.Adam(lr=0.1)
    for step in range(10):
        optimizer.update([w], [np.array([gradients[step % len(gradients)]])])
    print(f"gradients {name}: w = {w[0]:.2f} after ten steps")

# %% [markdown]
# Where the gradients agree, each step is as long as the learning rate, whether they are large or
# small (unless they are hardly larger than 1e-8). Where they contradict each other, their mean is
# small and the steps get short.
#
# ## Which optimizer wins depends on its learning rate
#
# Since the learning rate is now nearly the length of a step, it has to be chosen anew; the usual
# first try for Adam is 0.001. Which optimizer is best? We measure: five runs on the same digits in
# the same order, from the same random weights.


# %%
def learn(net, images, labels, optimizer, *, batch_size=32, steps=60):
    """Train for some steps; the loss of each."""
    records = train.fit(
        net, images, labels, epochs=steps, batch_size=batch_size,
        optimizer=optimizer, rng=np.random.default_rng(1),
    )  # fmt: skip
    return [record.loss for _, record in zip(range(steps), records)]


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
# second time, on real digits. These are 60 steps of one network with one seed; a real difference
# would have to show with several seeds. We go on with SGD, a rate of 0.05 and a momentum of 0.9.
#
# *A good place for a break.*

# %% [markdown]
# ## The first loss can show that something is wrong
#
# Now for the real training. It pays to begin with a small ritual of three parts, because a network
# with a fault in it often raises no error: it just learns badly. **Part one: the first loss.**

# %%
predict("first_loss")

# %%
first_loss = loss_of(new_network(), x[:2000], y[:2000])
print(f"expected {np.log(10):.2f}, found {first_loss:.2f}")
unscaled = loss_of(new_network(), 255 * x[:2000], y[:2000])
print(f"with pixels from 0 to 255 instead of 0 to 1, by mistake: {unscaled:.0f}")

# %% [markdown]
# A first loss far from ln 10 is a warning: in the last line the numbers that go in are too large.
# It costs a second to look.
#
# ## A healthy network can learn fifty images by heart
#
# **Part two: overfit on purpose.** Train on just fifty images, again and again. If the loss does
# not go to nearly 0, something is broken, and a million images would not help. For the count of
# right answers you need a function that you may write yourself first.
#
# **Exercise 4: accuracy.** The network names the digit with the largest score. (If several scores
# are the largest, the first of them counts; that is what `argmax` does.) **Accuracy** is the
# share of images for which that is the true label.


# %% tags=["exercise"]
def accuracy(logits, labels):
    """The share of rows whose largest score is at the label.   logits: (n, f)   labels: (n,)"""
    ...


check("accuracy", accuracy)

# %% tags=["solution"]
hints("accuracy")

# %% [markdown]
# In the package it is `train.accuracy(net, x, y)`. Now the fifty images. How much will that help
# with others?

# %%
predict("right_among_others")

# %% [markdown]
# We train, with an eye on 300 of the held-out images.

# %% tags=["nbval-ignore-output"]
fifty, optimizer = new_network(), optim.SGD(lr=0.05, momentum=0.9)
few_x, few_y, rng = x[:50], y[:50], np.random.default_rng(1)
some_x, some_y = x_held[:300], y_held[:300]
losses, held, rights = [], [], []
for record in train.fit(
    fifty, few_x, few_y, epochs=40, batch_size=50, optimizer=optimizer, rng=rng
):
    losses.append(record.loss)
    held.append(loss_of(fifty, some_x, some_y))
    rights.append(train.accuracy(fifty, some_x, some_y))
display(figures.compare({"the fifty": losses, "held out": held}, guess=np.log(10), window=1))
print(f"At the end: loss {losses[-1]:.5f} for the fifty, {held[-1]:.2f} held out.")

# %%
lowest = held.index(min(held))
right_held = train.accuracy(fifty, x_held, y_held)
print(f"accuracy on the fifty: {train.accuracy(fifty, few_x, few_y):.0%}")
print("held-out accuracy between 60% and 85%:", 0.6 < right_held < 0.85)
print("Since the held-out loss was at its lowest:")
print("  the loss of the fifty fell to less than a tenth:", losses[-1] < losses[lowest] / 10)
print("  the held-out loss more than doubled:", held[-1] > 2 * held[lowest])
print("  the held-out accuracy fell:", rights[-1] < rights[lowest])

# %% [markdown]
# Part two is passed: the network *can* learn. And two more beliefs have fallen on the way.
#
# **Belief 2: "Accuracy on the training images tells how good it is."** On the fifty it is perfect;
# on other digits about a quarter of its answers are wrong. The fifty can be recited.
#
# **Belief 3: "A lower training loss always means a better network."** While the loss of the fifty
# went on falling to almost nothing, the held-out loss more than doubled. In this run it did not get
# more of them wrong, but it became ever surer of its wrong answers. Only images that it has not
# learned from can show that.
#
# ## Two accuracies together say what is wrong
#
# - **Overfitting**: much better on the training images than on held-out ones. The network has
#   learned what is peculiar to these images. More images help, or stopping earlier.
# - **Underfitting**: poor on both. The network cannot even recite. It is too small, or it was
#   trained too short or with steps too short.
#
# For comparison a tiny network: one kernel, moved 4 pixels at a time. It sees 2,000 images twenty
# times.

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(0)
tiny = layers.Sequential(
    layers.Conv2D(1, 1, 5, stride=4, rng=rng), layers.ReLU(),
    layers.Flatten(), layers.Dense(36, 10, rng=rng),
)  # fmt: skip
optimizer = optim.SGD(lr=0.05, momentum=0.9)
learn(tiny, x[:2000], y[:2000], optimizer, steps=20 * 63)
pairs = {"tiny, 2,000 images": (tiny, 2000), "course network, 50 images": (fifty, 50)}
for name, (each, n) in pairs.items():
    own, other = train.accuracy(each, x[:n], y[:n]), train.accuracy(each, x_held, y_held)
    print(f"{name}: training accuracy {own:.0%}, held-out accuracy {other:.0%}")

# %%
own, other = train.accuracy(tiny, x[:2000], y[:2000]), train.accuracy(tiny, x_held, y_held)
print("underfitting: training accuracy below 92%:", own < 0.92)
print("and held-out accuracy is not far away, less than 5 points:", abs(own - other) < 0.05)
print("overfitting: more than 15 points between the two:", 1 - right_held > 0.15)

# %% [markdown]
# **When to stop?** When the held-out loss has not become smaller for a while. Then go back to the
# weights at its lowest point. That is **early stopping**. `train.Best` keeps a copy of the weights
# with the highest score so far; the lowest loss is the highest −loss. "A while" is ten steps here.

# %% tags=["nbval-ignore-output"]
net, optimizer = new_network(), optim.SGD(lr=0.05, momentum=0.9)
best, best_step = train.Best(net), 0
for record in train.fit(net, few_x, few_y, epochs=40, optimizer=optimizer, rng=rng):
    loss = loss_of(net, some_x, some_y)
    if best.see(-loss):
        best_step = record.step
    if record.step >= best_step + 10:
        break
best.restore()
print(f"stopped after {record.step + 1} steps with a held-out loss of {loss:.2f}")
print(f"back to step {best_step + 1}: {loss_of(net, some_x, some_y):.2f}")

# %%
print("stopped before 40 steps:", optimizer.steps < 40)
print("back at the lowest held-out loss:", loss_of(net, some_x, some_y) == -best.score < loss)

# %% [markdown]
# Whoever chooses the moment by the held-out images has used them for a choice. So their figure is a
# little too good; a fair one needs yet other images. That is what the test images are kept for.

# %% [markdown]
# ## Now it learns to read
#
# **Part three: train.** How long will it take?

# %%
predict("images_until_nine_in_ten")

# %% [markdown]
# `train.fit` takes one step for each record that you ask for, and waits in between. So what to
# show, and when to stop, is up to you. We ask for 240 records, so the network sees 15,360 images;
# the picture is drawn anew after every 40.
#
# You may interrupt the second of these cells (■ in the toolbar). Run it again, and it goes on where
# it stopped; or go on to the next cell, with a network that has learned less.

# %%
net, optimizer = new_network(), optim.SGD(lr=0.05, momentum=0.9)
records = train.fit(net, x, y, epochs=2, optimizer=optimizer, rng=np.random.default_rng(1))
losses, rights, held = [], [], [(0, train.accuracy(net, x_held, y_held))]

# %% tags=["nbval-ignore-output"]
start = time.perf_counter()
picture = display(figures.curves(losses, rights, held, guess=np.log(10)), display_id=True)
while len(losses) < 240:
    record = next(records)
    losses.append(record.loss)
    rights.append(record.accuracy)
    if len(losses) % 40 == 0:
        held.append((len(losses), train.accuracy(net, x_held, y_held)))
        picture.update(figures.curves(losses, rights, held, guess=np.log(10)))
print(f"held-out accuracy {held[-1][1]:.1%}, after {time.perf_counter() - start:.1f} s")

# %% tags=["nbval-ignore-output"]
for step in (10, 20, 40, 80, 160, 240):
    if step <= len(rights):  # fewer, if you have interrupted it
        recent = np.mean(rights[step - 10 : step])
        print(f"{64 * step:6,} images seen: {recent:.0%} of the last ten batches right")

# %%
print("held-out accuracy above 95%:", held[-1][1] > 0.95)
print("nine in ten were right before 10,000 images:", np.mean(rights[140:150] or [0]) > 0.9)
own, by_heart = np.mean(losses[-25:]), loss_of(fifty, few_x, few_y)
print("training loss higher than that of the network with its fifty:", own > by_heart)
print("but its held-out accuracy is higher:", held[-1][1] > right_held)

# %% [markdown]
# A few thousand images are enough for nine in ten; from there on, further percents take longer and
# longer. And belief 3 falls once more: of our two networks, the one with the *higher* training loss
# is by far the better reader.
#
# ## Shorter steps at the end let the weights settle
#
# The dots of the loss jump about, mostly because each batch holds other images. But the weights
# move to and fro as well: each batch pulls another way, and with long steps they keep dancing
# around a good place. Held-out images, the same ones each time, can show that.
#
# `records` is still waiting where we left it, so we turn the rate down and just go on. To be fair,
# a twin of network and optimizer takes the same 60 batches at the old rate. After every ten steps
# we look at the loss of the same 1,000 held-out images.


# %%
def go_on(net, records):
    """Take 60 more steps; the loss of 1,000 held-out images after every ten."""
    seen = []
    for step in range(1, 61):
        next(records)
        if step % 10 == 0:
            seen.append(loss_of(net, x_held[:1000], y_held[:1000]))
    return seen


# %% tags=["nbval-ignore-output"]
import copy

twin, twin_optimizer = copy.deepcopy((net, optimizer))
same = train.fit(
    twin, x, y, epochs=2, optimizer=twin_optimizer,
    rng=np.random.default_rng(1), start=optimizer.steps,
)  # fmt: skip
old_rate = go_on(twin, same)
optimizer.lr = 0.005
tenth = go_on(net, records)
for name, seen in (("0.05", old_rate), ("0.005", tenth)):
    print(f"rate {name:5}:", *(f"{loss:.3f}" for loss in seen))

# %%
print("at a tenth of the rate the loss is lower on average:", np.mean(tenth) < np.mean(old_rate))
jumps, calm = max(old_rate) - min(old_rate), max(tenth) - min(tenth)
print("and it jumps about less than half as much:", calm < jumps / 2)
print("held-out accuracy above 97%:", train.accuracy(net, x_held, y_held) > 0.97)

# %% [markdown]
# This is so common that one lets a formula do it: a **schedule** gives the learning rate of each
# step. `optim.OneCycle` lets it rise at first, while everything is still rough, and then fall to
# zero. We will meet it again at the end of this lesson.

# %% [markdown]
# ## In the lab you hold the controls
#
# Run the cell below these tasks, then press **Train**. You see loss and accuracy, the sixteen
# kernels of the first layer, before training and now, and a table: each row a true digit, each
# column what the network says. Under each task its answer is folded away.
#
# 1. Train for 300 steps or more, and read the held-out accuracy in the sentence a few times.
#    Then move the learning rate to 0.005 *while it trains*. Does the accuracy still go up and down?
#    (The dots of the loss will, since each of them is another batch.)
#    <details><summary>Answer</summary>Much less: as in the section above, shorter steps let the
#    weights settle. The accuracy ends a little higher, too.</details>
# 2. Press *Pause* and *Start again*, choose 0.001, and train. After how many steps are nine in ten
#    of the held-out images right?
#    <details><summary>Answer</summary>After about 300; with 0.05 it takes about 30. It gets there,
#    it just crawls.</details>
# 3. Start again with a rate of 2. Read the sentence, then look at the table. What does the network
#    say to every image? Turn the rate down now. Does it recover?
#    <details><summary>Answer</summary>It says the same digit to all of them: one column of the
#    table is full, and from time to time another one. A smaller rate does not help any more: the
#    ReLUs let nothing pass, so no gradient reaches the kernels. Only <i>Start again</i>
#    helps.</details>
# 4. Which rate gets furthest in 100 steps? Beside *how long*, choose *100 steps*.
#    <details><summary>Answer</summary>0.1, with about 98% right; 0.05 comes close. At 0.2 all goes
#    wrong here; with other random weights and another order of the digits even 0.2 can work. The
#    best rate is often not far below the first that fails.</details>
#
# **If the lab does nothing:** after the kernel was restarted, or on the next day, what you see is
# only a picture of the lab, or *Error displaying widget*. Click the lab's cell, choose *Run* → *Run
# All Above Selected Cell*, and then run it. Press *Pause* before you go on, or the lab will train
# on beside your next cells.

# %%
from cnncourse.explorers import training_lab

lab = training_lab(mnist.x_train, mnist.y_train)
lab

# %% [markdown]
# The same by code: what a button does, a line can do. Scroll up and watch while this runs. (It
# starts again first, so that it finds the same for everyone. You may interrupt it; lab and cell can
# go on afterwards.)

# %%
lab.restart()
lab.rate.value = 0.05
lab.train(80)
print("the kernels have changed:", not np.array_equal(lab.first, lab.kernels))
print("held-out accuracy above 90%:", lab.checks[-1][1] > 0.9)
lab.rate.value = 0.005
lab.train(40)
print(f"steps so far: {len(lab.records)}, learning rate {lab.rate.value:g}")
print("held-out accuracy above 93%:", lab.checks[-1][1] > 0.93)

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
# The best score of many tends to be too good. So we make our choices with the held-out images, and
# open the last pile once, when there is nothing left to choose. That is now.
#
# The result is a table, the **confusion matrix**. First see whether you can read one.

# %%
predict("row_and_column")

# %% tags=["nbval-ignore-output"]
scores = net(mnist.x_test)
table = train.confusion(scores, mnist.y_test)
display(figures.confusion(table))
right = table.trace()
print(f"Test accuracy {right / 10_000:.2%}: {10_000 - right:,} of 10,000 are wrong.")

# %%
print("test accuracy above 96%:", right > 9600)

# %% [markdown]
# The test digits were written by other people than the training digits, so it is no surprise if
# this figure differs a little from the one before.
#
# How to read the table: right answers stand on the diagonal, in bold (`table.trace()` adds them
# up). Along a *row* you see what became of one digit; the share on the diagonal is its **recall**:
# how many of these digits were found. Down a *column* you see what an answer is worth; the share on
# the diagonal is its **precision**: how often the network is right when it says this digit.

# %% tags=["nbval-ignore-output"]
for digit in range(10):
    found, said = table[digit].sum(), table[:, digit].sum()
    print(f"{digit}: {table[digit, digit] / found:.1%} of the {found:,} were found;", end=" ")
    print(f"right in {table[digit, digit] / said:.1%} of the {said:,} times it was said")

# %% [markdown]
# And here is one example of each of the six most frequent mistakes. Would you have known? (The
# condition in brackets chooses the images for which it is true.)

# %% tags=["nbval-ignore-output"]
said = scores.argmax(axis=1)
kinds = [(table[a, b], a, b) for a in range(10) for b in range(10) if a != b]
shown, titles = [], []
for count, a, b in sorted(kinds, reverse=True)[:6]:
    shown.append(mnist.x_test[(mnist.y_test == a) & (said == b)][0, :, :, 0])
    titles.append(f"{a} taken for {b}:\n{count} times")
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
print("the same scores:", np.array_equal(net(x_held[:100]), again(x_held[:100])))
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
# - **shuffled labels**: the labels are dealt out at random, as when one list is sorted and the
#   other is not.

# %%
predict("unseen_fault")

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
# **Rate x 100** leaps up at once and does not get back below guessing. Its first steps were so long
# that the ReLUs of the second layer now give 0, practically all of them for all images. Where ReLU
# gives 0 no gradient passes, so the kernels hardly learn any more. Such a ReLU is called *dead*.

# %%
features = faulty["rate x 100"].trace(x_held[:200]).outputs[-2]  # what the dense layer gets
alive = np.mean(features != 0)
print(f"{features.shape[1]} features of each image; share that is not 0: {alive:.0%}")

# %% [markdown]
# **Belief 4: "Without ReLU a network cannot learn."** Its curve looks healthy, and after these
# sixty steps it reads digits about as well. From the curve you would not notice. (The network is
# not even linear: max pooling is a nonlinearity, too.) What it has lost is part of what it *could*
# express; so short a training on such plain pictures does not ask for it.

# %%
with_relu = train.accuracy(faulty["healthy"], x_held, y_held)
without = train.accuracy(faulty["no ReLU"], x_held, y_held)
print("held-out accuracy without ReLU above 90%:", without > 0.9)
print("less than 5 points away from the healthy network:", abs(with_relu - without) < 0.05)

# %% [markdown]
# **Zero weights** and **shuffled labels** both stay at ln 10, and their curves look much alike.
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
# **Exercise 5: diagnose.** Four runs of a smaller network on just 100 images, which it sees twenty
# times over. The blue line is the loss of these images, the dashed orange line that of held-out
# images. Which run is healthy, and what is wrong with the others? Choose from the causes that the
# cell prints; each occurs once.

# %% tags=["nbval-ignore-output"]
from cnncourse.exercises.training.curves import CAUSES, loss_curves

mystery = loss_curves(digits)
training = {letter: run.train for letter, run in mystery.items()}
held_out = {letter: run.held_out for letter, run in mystery.items()}
display(figures.side_by_side(training, held_out, guess=np.log(10), unit="epoch", window=1))
for letter, (own, other) in mystery.items():
    print(f"{letter}: training {own[0]:.2f} to {own[-1]:.2f}, ", end="")
    print(f"held out {other[0]:.2f} to {other[-1]:.2f}")
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
# ## The whole run is one command
#
# The lesson stopped in the middle of the first epoch. The package has recipes for whole runs, with
# a learning rate that rises to 0.05 and then falls to zero:

# %%
from cnncourse.recipes import RECIPES

for name, recipe in RECIPES.items():
    print(f"{name}: epochs {recipe.epochs}. {recipe.about}")

# %% [markdown]
# To run the shortest, type this in an empty cell (or, without the exclamation mark, in a terminal
# where the course's Python is active):
#
#     !python -m cnncourse train --recipe quick
#
# It shows a bar with the loss, saves the network as `model.npz`, and prints the test accuracy at
# the end, once. Write down what you expect before you look. You may interrupt it: it saves how far
# it came, and says how to go on; a finished network can be trained for longer. Here is the learning
# rate that it uses, and roughly how long it takes.

# %%
quick = RECIPES["quick"]
steps = quick.steps(60_000)
schedule = optim.OneCycle(peak=quick.peak, steps=steps)
for step in (0, steps // 8, steps // 4, steps // 2, steps - 1):
    print(f"step {step:4} of {steps}: learning rate {schedule(step):.5f}")
start = time.perf_counter()
learn(new_network(), x, y, optim.SGD(lr=0.05, momentum=0.9), batch_size=64, steps=30)
print(f"on this machine roughly {(time.perf_counter() - start) / 30 * steps:.0f} s")

# %% [markdown]
# ## What you should remember
#
# - Training is one line, again and again: weight − learning rate × gradient, with the gradient of a
#   mini-batch.
# - The learning rate matters most. Too small crawls, too large leaps up or kills the ReLUs. Turn it
#   down towards the end.
# - Momentum adds up steps that agree; too much of it overshoots. Adam makes steps of about the same
#   length for small and large gradients; it needs a rate of its own.
# - The ritual: first loss near ln 10, learn fifty images by heart, then train.
# - Poor on both piles: underfitting. Much better on the training images: overfitting. Stop when the
#   held-out loss has been lowest.
# - Judge a network by images that it has not learned from. Choose with held-out images; use the
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
# the other often raises no error. Look at a few images with their labels, right before they go into
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
# | [gradient][step] | the slope of the loss for each parameter |
# | [gradient descent][step], [learning rate][step] | a step against the gradient; how long it is |
# | [label][digits] | what an image shows: the right answer |
# | [training images][digits] | what the network learns from |
# | [held-out images][digits], validation | seen by no gradient; used to make choices |
# | [test images][test] | used once, at the end |
# | [mini-batch][batch], [epoch][batch] | the images of one step; one pass over all images |
# | [SGD][batch] | gradient descent with the gradients of mini-batches |
# | [momentum][momentum] | the share of the velocity that is kept from step to step |
# | [velocity][momentum] | a sum of gradients, old ones counting less |
# | [Adam][adam] | steps measured by running averages of the gradient and of its square |
# | [accuracy][heart] | the share of images whose largest score is at the true label |
# | [overfitting][fit] | much better on the training images than on others |
# | [underfitting][fit] | poor on the training images too |
# | [early stopping][fit] | going back to the weights with the lowest held-out loss |
# | [schedule][pause] | a learning rate that changes with the step |
# | [confusion matrix][test] | how often each label was taken for each other |
# | [recall][test], [precision][test] | how many of a label are found; how often its name is right |
# | [dead ReLU][faults] | one that gives 0 for all images, so that no gradient passes |
# | [loss](06_flatten_and_classify.ipynb) | lesson 06: −ln(probability of the true label) |
#
# [digits]: #A-digit-is-784-numbers-and-a-label
# [batch]: #A-few-images-already-point-downhill
# [step]: #A-step-downhill-is-one-subtraction
# [momentum]: #Momentum-carries-you-along-a-valley
# [adam]: #Adam-evens-out-the-sizes-of-the-gradients
# [heart]: #A-healthy-network-can-learn-fifty-images-by-heart
# [fit]: #Two-accuracies-together-say-what-is-wrong
# [pause]: #Shorter-steps-at-the-end-let-the-weights-settle
# [test]: #The-test-images-are-used-once
# [faults]: #Most-faults-leave-a-mark-on-the-curves
#
# This is the last lesson so far; those after it are still being written.
