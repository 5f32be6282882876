# %% [markdown]
# # What helps on images it has not seen
#
# A network that knows its training images by heart may still fail on yours. What helps? People
# have many answers: pooling, dropout, moved images, weight decay, stopping early. Each was once
# measured. Today you learn how to measure such a thing so that you can trust it: how sure a figure
# is, what chance does, and what makes a comparison fair. Then you test the answers.
#
# | What you will do | minutes |
# |---|---|
# | see the gap between images it knows and new ones | 10 |
# | ask how sure an accuracy is; exercise 1 | 15 |
# | see what chance does; exercise 2 | 20 |
# | make a fair comparison; exercise 3 | 15 |
# | test the claim about pooling | 12 |
# | test dropout, moved images, weight decay, early stopping; exercises 4 and 5 | 35 |
# | change the test images | 5 |
# | read four reports (exercise 6), compare two networks of your own in a lab | 20 |
# | see what to remember, and what goes wrong in practice | 8 |
#
# That is about two hours and twenty minutes with all exercises. A good place for a break is before
# the claim about pooling.
#
# **What you need.** Lesson 05: pooling, and strides in its place. Lesson 09: training, held-out and
# test images, epochs, overfitting, Adam. Choose *Edit*, *Clear Outputs of All Cells*, then press
# Shift+Enter in one cell after the other.

# %%
import numpy as np
from IPython.display import display

from cnncourse import data, experiments, figures, layers, ops, optim, train
from cnncourse.exercises import check, hints
from cnncourse.experiments import STEPS, Setup, planned, stored_runs
from cnncourse.explorers import fair_comparison_lab, predict
from cnncourse.intervals import accuracy_interval as interval
from cnncourse.intervals import mean_interval
from cnncourse.summary import summary

# %% [markdown]
# ## New images are harder than known ones
#
# Three piles, as in lesson 09. The **training images** change the weights. The **held-out images**
# (or *validation images*) are for our choices. The **test images** judge at the end, once. How well
# a network does on images that neither it nor we have used is its **generalisation**.
#
# A `Setup` says what a run is like. We train on 300 digits, in 300 steps of 32 images each, so that
# the network sees every digit about thirty times.

# %%
predict("new_digits")

# %%
usual = Setup(shrinking="max", dropout=0, move=0, weight_decay=0, images=300, steps=300)
net = experiments.network(usual, np.random.default_rng(0))
print(net)
print(f"{sum(param.size for param in net.params()):,} parameters")

# %% tags=["nbval-ignore-output"]
few = Setup(images=100, steps=100)
net, found = experiments.trained(few, seed=0)
print(f"of its 100 training images right: {found['train']:.1%}")
print(f"of 1,000 held-out images right:   {found['held']:.1%}")

# %%
print("more than 95% of the training images:", found["train"] > 0.95)
print("at least 10 points less of the others:", found["train"] - found["held"] > 0.1)

# %% [markdown]
# This was a short run, made just now. Most figures of this lesson come from longer runs, made once
# by `python data/make_generalisation.py`; every single result is in `data/generalisation.json`.
# `planned` gives a setup of them, `stored_runs` its results, one for each seed. (59,000 images are
# all of MNIST's training images but the 1,000 held out.) Here is the **gap**, training accuracy
# minus test accuracy, for more and more training images:

# %%
for images, steps in STEPS.items():
    own, new = (stored_runs(planned(images), which) for which in ("train", "test"))
    print(f"{images:6,} images, {steps:5,} steps, {len(new):2} runs: ", end="")
    print(f"training {own.mean():6.1%}, test {new.mean():.1%}, ", end="")
    print(f"gap {100 * (own.mean() - new.mean()):z4.1f} points")

# %% [markdown]
# More images make the gap smaller, from both ends: they are harder to learn by heart, and they show
# more of what digits look like. (With more images each is seen less often, too, although these runs
# are longer: 300 images about 32 times in 300 steps, 59,000 images about once in 1,800. That is
# part of the reason.)
#
# **Belief 1: "A small gap means a good network."** Here is a network that has learned nothing:

# %%
mnist = data.load("mnist")
untrained = experiments.network(usual, np.random.default_rng(0))
own = train.accuracy(untrained, mnist.x_train[:5000], mnist.y_train[:5000])
new = train.accuracy(untrained, mnist.x_test[:5000], mnist.y_test[:5000])
print(f"training {own:.1%}, test {new:.1%}, gap {100 * (own - new):.1f} points")

# %% [markdown]
# Hardly any gap, and useless. The gap tells that something is learned by heart; the test accuracy
# tells how good the network is. Look at both.

# %% [markdown]
# ## An accuracy is a sample, so it has an interval
#
# Test images are a sample, too. Other digits would have given another figure. Imagine a network
# that gets each image right with a probability of 97%, and give it 1,000 images, again and again.
# (`rng.binomial(1000, 0.97)` draws how many of the 1,000 it gets right.)

# %%
rng = np.random.default_rng(0)
scores = rng.binomial(1000, 0.97, size=2000) / 1000
print("the first eight:", *(f"{score:.1%}" for score in scores[:8]))
low, high = np.percentile(scores, [2.5, 97.5])
print(f"95% of the 2,000 scores lie between {low:.1%} and {high:.1%}")

# %%
predict("reach")

# %% [markdown]
# There is a formula. With a proportion p of right answers among n images, its **standard error** is
# √(p (1 − p) / n): the usual distance between the proportion in a sample and the true one. The
# **95%
# interval** goes 1.96 standard errors to each side:
#
# > p − 1.96 · √(p (1 − p) / n)   to   p + 1.96 · √(p (1 − p) / n)
#
# What does "95%" mean? If many people each take their own sample and their own interval, about 95
# in 100 of the intervals hold the true proportion. Whether *yours* does, you cannot see.
#
# **Exercise 1: an interval.**


# %% tags=["exercise"]
def accuracy_interval(right, n):
    """The two ends of the 95% interval.   right: how many of the n images"""
    ...


check("accuracy_interval", accuracy_interval)

# %% tags=["solution"]
hints("accuracy_interval")

# %%
predict("times_as_many")

# %%
for n in (100, 1000, 10_000):
    low, high = interval(97 * n // 100, n)
    print(f"97% of {n:6,} images: {low:.2%} to {high:.2%}, {100 * (high - low):.1f} points long")

# %% [markdown]
# (The package's `interval` uses a formula that is also good near 100%; you will see at the end why
# that is needed. Away from there the two hardly differ.)
#
# So a hundred test images cannot tell a network with 95% from one with 98%. But this interval knows
# of *one* kind of chance only: which images the test had. Train the network again, and there is
# more.

# %% [markdown]
# ## The same network, another seed
#
# Ten runs, alike in everything but the **seed**. It chooses the 300 training images, the first
# weights and the order. All are tested with the same 10,000 images.

# %%
predict("apart")

# %%
tests = 100 * stored_runs(usual)
print("ten runs:", *(f"{test:.1f}" for test in tests))
mean, low, high = mean_interval(tests)
print(f"from {tests.min():.1f} to {tests.max():.1f}; spread {tests.std(ddof=1):.1f}")
print(f"mean {mean:.1f}, 95% interval of the mean {low:.1f} to {high:.1f}")

# %% [markdown]
# The **spread** (standard deviation) says how far single runs lie from their mean. The mean of ten
# runs is surer than one: its standard error is spread / √10. Since the spread itself is only
# estimated, the interval is a little longer than 1.96 standard errors: 2.26 with ten runs, 12.7
# with two (*Student's t*).
#
# **Belief 2: "It was better by more than a point, so it is better."** All these runs are of *one*
# kind of network. Take any two of the ten runs, and compare them as if they were rivals:

# %%
pairs = [(one, other) for one in range(10) for other in range(one)]
apart = np.array([abs(tests[one] - tests[other]) for one, other in pairs])
print(f"of {len(pairs)} pairs, {(apart > 1).sum()} are more than one point apart")

# %% [markdown]
# A difference that comes from chance alone is **noise**. One run against one run shows mostly that,
# unless the difference is large beside the spread.
#
# ### Pairs make chance smaller
#
# Some seeds draw good training images, some bad ones. If both kinds of network learn from the
# *same* draw, that cancels in their difference. So we take the difference seed by seed, and then
# its mean:

# %%
strides = 100 * stored_runs(Setup("stride"))
differences = tests - strides
print("max pooling − strides:", *(f"{difference:.1f}" for difference in differences))
print(f"spread of the runs {tests.std(ddof=1):.1f} and {strides.std(ddof=1):.1f}, ", end="")
print(f"of the differences {differences.std(ddof=1):.1f}")
mean, low, high = mean_interval(differences)
print(f"mean difference {mean:.1f}, 95% interval {low:.1f} to {high:.1f}")

# %% [markdown]
# If the interval of the mean difference does not include 0, we say that a difference has been
# *seen*. How often does that happen by mistake, where there is none? Take the ten runs, all of one
# kind of network. Deal them to two rivals, five to each, and compare. Then deal again, 2,000 times:

# %%
rng = np.random.default_rng(0)
single = seen = 0
for _ in range(2000):
    dealt = tests[rng.permutation(10)]
    single += abs(dealt[0] - dealt[5]) > 1  # what one seed would have said
    _, low, high = mean_interval(dealt[:5] - dealt[5:])
    seen += low > 0 or high < 0
print(f"one run against one: more than a point apart in {single / 2000:.0%} of the deals")
print(f"five against five: a difference that is not there was seen in {seen / 2000:.1%}")

# %% [markdown]
# With one seed, two equal networks look different more often than not. With five and an interval,
# about one time in twenty, as 95% promises. So whoever tries twenty useless tricks will "see" that
# about one of them does something. The more you try, the more an interval should be away from zero
# before you believe it; or test the winner again, with new seeds.
#
# **Exercise 2: how many seeds?** The differences have a spread, and you would like to see one of a
# certain size. With n seeds the interval reaches about 2 · spread / √n to each side. How many seeds
# are needed, until that is no more than the difference?


# %% tags=["exercise"]
def seeds_needed(spread, difference):
    """The smallest n, 2 or more, for which 2 · spread / √n is at most the difference."""
    # 1. Begin with two seeds. 2. While the interval is too long, take one more.
    ...


check("seeds_needed", seeds_needed)

# %% tags=["solution"]
hints("seeds_needed")

# %% [markdown]
# Is that enough? Say the true difference is 1 and the spread is 1.5. By the formula one needs nine
# seeds. Let us do the experiment 2,000 times, with nine seeds and with twice as many:

# %%
for n in (9, 18):
    rng, seen = np.random.default_rng(0), 0
    for _ in range(2000):
        _, low, _ = mean_interval(rng.normal(1, 1.5, size=n))
        seen += low > 0
    print(f"{n:2} seeds: the difference is seen in {seen / 2000:.0%} of the experiments")

# %% [markdown]
# With nine seeds it is missed more often than it is seen: the mean itself spreads, and is below 1
# half of the time. About twice as many see it in roughly three of four. **"We saw no difference"
# does not mean "there is none"**; it may mean "we looked with too few seeds".

# %% [markdown]
# ## In a fair comparison one thing differs
#
# A comparison is fair if whatever could make a difference is alike, but for the one thing that is
# asked about: number of parameters, training images, steps, seeds. `experiments.unfair` says why a
# comparison would not be fair. Try some:

# %%
helped, five = Setup(dropout=0.5), range(5)
unfair = {
    "more images": (usual, Setup(images=1000), five, five),
    "more filters": (usual, Setup(filters=32), five, five),
    "two changes": (usual, Setup("average", dropout=0.5), five, five),
    "other seeds": (usual, helped, five, range(5, 10)),
    "one seed": (usual, helped, [0], [0]),
    "nothing": (usual, usual, five, five),
}
for name, plan in unfair.items():
    print(f"{name}: {experiments.unfair(*plan)}")

# %% [markdown]
# **Exercise 3: a fair plan.** Somebody wants to know whether a dropout of 0.5 helps on 300 images
# (what dropout is, comes soon; here it is just a setting). The plan has several faults. Mend it.

# %% tags=["exercise"]
fair_plan = {
    "first": ...,  # was: Setup("max", images=300, steps=300)
    "second": ...,  # was: Setup("average", images=1000, steps=600, dropout=0.5)
    "first seeds": ...,  # was: range(5)
    "second seeds": ...,  # was: range(5, 8)
}
check("fair_plan", fair_plan)

# %% tags=["solution"]
hints("fair_plan")

# %% [markdown]
# ## Does pooling reduce overfitting?
#
# So it is often said: *pooling makes a network more generic and reduces overfitting*. We test three
# ways to make maps smaller: max pooling, average pooling, and no pooling but convolutions with a
# stride of 2. (You met them in lesson 05.) These three have 20,490 parameters each and the same map
# sizes. In a fourth network nothing makes the maps smaller. There, most parameters sit in the first
# convolution (171 filters), and two maps of 28 x 28 are left: 20,480 parameters.

# %%
predict("pooling_gain")

# %%
kinds = {"max": "max pooling", "average": "average pooling", "stride": "strides"}
kinds["nothing"] = "nothing shrinks"
for images in STEPS:
    print(f"{images:,} training images, {len(stored_runs(planned(images)))} runs of each kind")
    for kind, name in kinds.items():
        setup = planned(images, shrinking=kind)
        own, (mean, low, high) = stored_runs(setup, "train"), mean_interval(stored_runs(setup))
        print(f"  {name:15} training {own.mean():6.1%}   test {mean:.1%}", end="")
        print(f" ({low:.1%} to {high:.1%})   gap {100 * (own.mean() - mean):z4.1f}")

# %% [markdown]
# Each against strides, the same seeds on both sides:

# %%
def against_strides(kind):
    """Points won over strides: for each number of images, one for each seed."""
    won = {}
    for images in STEPS:
        ours = stored_runs(planned(images, shrinking=kind))
        strides = stored_runs(planned(images, shrinking="stride"))
        won[f"{images:,} images"] = 100 * (ours - strides)
    return won


# %%
won = against_strides("max")
display(figures.runs(won, "points that max pooling wins over strides", zero=True))

# %%
for kind in ("max", "average", "nothing"):
    for images, gain in against_strides(kind).items():
        mean, low, high = mean_interval(gain)
        print(f"{kinds[kind]:15} {images:13} {mean:5.2f}   interval {low:5.2f} to {high:5.2f}")

# %% [markdown]
# What can be said? *Max* pooling wins two to three points with 300, 1,000 and 5,000 images, and the
# intervals are far from 0. With 100 images the interval includes 0: a difference is not seen with
# ten seeds. With 59,000 images it wins less than a point, and there are fewer runs: a long training
# takes time. *Average* pooling is never a whole point ahead of strides. Some of its five intervals
# just miss 0, others include it. And where nothing shrinks? With 1,000 images the
# interval is longer than all others together. Look at the runs themselves, not only at their mean:

# %%
print("nothing shrinks, 1,000 images:", end=" ")
print(*(f"{test:.1%}" for test in stored_runs(planned(1000, shrinking="nothing"))))
median = np.median(against_strides("nothing")["1,000 images"])
print(f"against strides: the middle of the ten differences is {median:.1f} points")

# %% [markdown]
# One of the ten only guesses. Whoever looks into that network sees that ReLU lets nothing of its
# last two maps pass, for any image, so no gradient comes back and it stays as it is (lesson 09).
# With 32 maps at the end, all 32 would have to fail. A mean and its interval suppose that no single
# run is so far from the others. To leave it out would not be honest: one run in ten is a result.
# Show the dots, say what happened, and give the median as well, which one such run hardly moves.
#
# And **overfitting**? With max pooling the gap is smaller than with strides, by one to three points
# up to 1,000 images. With 59,000, each seen about once, there is hardly a gap in any network. But
# look at average pooling with 1,000 images. It has the *smallest* gap of the four, and on new
# digits it is hardly better than strides. Its gap is small because it knows less of its training
# images. So "pooling reduces overfitting" is too short a sentence. Here, max pooling helped on new
# images, at most numbers of training images; pooling as such did not.
#
# **What this experiment cannot tell.** The networks are alike in parameters, not in work, nor in
# how much of the picture a unit sees (lesson 07):

# %%
for kind, name in kinds.items():
    net = experiments.network(Setup(kind), np.random.default_rng(0))
    work = summary(net, (28, 28, 1)).multiply_adds
    print(f"{name:15} {work / 1e6:.1f} million multiply-adds for an image")

# %% [markdown]
# With pooling a network does about four times as much as with strides. It may be the finer steps of
# its convolutions that help, not the pooling. (Work alone is not the reason: average pooling does
# just as much as max pooling, and the fourth network much more.) Networks with as many images took
# as many steps, all with one learning rate; another rate or more steps may suit one of them better.
# Numbers of images differ in their steps as well, so do not compare across them. And these are
# digits, with one small kind of network.

# %% [markdown]
# ## Four things that are said to help
#
# **Dropout** (Srivastava and others, 2014). While the network learns, each number that goes into
# the dense layer is set to 0 with a probability of one half, anew for each image and step. What
# stays is doubled, so that the mean stays about the same. In use nothing is dropped. The idea: no
# weight can rely on a single other number.

# %%
numbers = np.ones((1, 12), np.float32)
rng = np.random.default_rng(0)
for step in (1, 2, 3):
    print(
        f"step {step}: ", *(f"{number:.0f}" for number in ops.dropout(numbers, 0.5, rng=rng)[0][0])
    )
print("in use: ", *(f"{number:.0f}" for number in layers.Dropout(0.5, rng=rng)(numbers)[0]))

# %% [markdown]
# **Augmentation**: the training images are changed at random in a way that keeps their label. Here
# each digit moves by up to two pixels in both directions, anew each time that it is seen:

# %%
from cnncourse.variations import moved_by

seven = np.repeat(mnist.x_train[15:16], 6, axis=0)
moved = moved_by(2)(seven, np.random.default_rng(0))
display(figures.pictures(moved[..., 0], columns=6))
print("the label of each of them:", mnist.y_train[15])

# %% [markdown]
# The package moves them anew in each step. One can also make the moved images beforehand.
#
# **Exercise 4: three images from each.** Images of shape (n, h, w) and their labels, (n,): make 3n
# of them. First the images as they are, then all of them one pixel to the right, then one to the
# left, with zeros where nothing moves in. Each needs its label.


# %% tags=["exercise"]
def more_images(images, labels):
    """The images, then one pixel to the right, then to the left; and their labels."""
    # 1. An array of zeros for those on the right. 2. Copy into it. 3. The left ones. 4. Join.
    ...


check("more_images", more_images)

# %% tags=["solution"]
hints("more_images")

# %% [markdown]
# **Weight decay**: each step also makes every weight a little smaller, so that only those stay
# large that are needed again and again. With plain SGD the gradient of a weight gets decay × weight
# added. Where the gradient itself is 0, the weight shrinks by rate × decay of itself:

# %%
weight = np.array([1.0])
optimizer = optim.SGD(lr=0.1, weight_decay=0.5)
for step in (1, 2, 3):
    optimizer.update([weight], [np.zeros(1)])
    print(f"step {step}: {weight[0]:.4f}")

# %% [markdown]
# (Our runs use Adam, which evens out this part of the gradient with the rest. Others subtract it
# apart from that, "AdamW"; then decay acts differently.)
#
# Each of the three against the usual network, same seeds:

# %%
predict("helps_most")

# %%
helpers = {"dropout 0.5": dict(dropout=0.5), "moved by 2": dict(move=2)}
helpers["weight decay 0.01"] = dict(weight_decay=0.01)


def points_won(images, name):
    """Points of test accuracy won by a helper, one for each seed; prints what they come to."""
    won = stored_runs(planned(images, **helpers[name])) - stored_runs(planned(images))
    mean, low, high = mean_interval(100 * won)
    print(f"{images:6,} images, {name:18} {mean:5.2f}   interval {low:5.2f} to {high:5.2f}")
    return 100 * won


# %%
won = {name: points_won(300, name) for name in helpers}
display(figures.runs(won, "points won, 300 images", zero=True))

# %%
for name in ("dropout 0.5", "moved by 2"):
    for images in STEPS:
        points_won(images, name)

# %% [markdown]
# With 300 images, moved images win about four points: by far the most. Dropout wins about one. For
# this weight decay no difference is seen. Moved images also win with 100, 1,000 and 5,000 images,
# but less where there are more. With 59,000 images, and few runs, no gain is seen. For dropout one
# is seen with 300 images only. So the answer to "does dropout help?" is: here, with 300 images,
# yes, a little. Another number of images, another answer.
#
# **What this cannot tell.** Each helper was tried at *one* strength, and at one number of steps for
# each number of images. Another rate of dropout or another weight decay may do more. And moving
# suits digits, whose place in the frame varies; it is knowledge that we put in. Where place
# matters, it would harm.
#
# **Belief 3: "What lowers the training accuracy harms."**

# %%
for name, setting in {"usual": {}, **helpers}.items():
    setup = Setup(images=300, **setting)
    own, new = stored_runs(setup, "train").mean(), stored_runs(setup).mean()
    print(f"{name:18} training {own:.1%}, test {new:.1%}")

# %% [markdown]
# Every one of the three lowers the training accuracy, if only a little; two of them raise the test
# accuracy. Moved images lower it most, and help most. They make learning by heart harder.
#
# ### Early stopping
#
# The held-out loss falls, and at some time it rises again. Then one goes back to the weights at its
# lowest point (`train.Best`). The curves of one of the stored runs:

# %%
losses = stored_runs(Setup(images=100), "losses")[0]
steps, own, held = losses.T
display(figures.lines(steps, {"training": own, "held-out": held}, "step", "loss"))
best = held.argmin()
print(f"the held-out loss is lowest at step {steps[best]:.0f}: {held[best]:.2f}; ", end="")
print(f"at the end it is {held[-1]:.2f}, the training loss {own[-1]:.3f}")

# %% [markdown]
# **Exercise 5: when to stop.** While one trains, one does not know what comes. So: stop when there
# has been no new lowest loss for `patience` looks, and keep the weights of the lowest.


# %% tags=["exercise"]
def early_stop(losses, patience):
    """The look after which training stops, and the look whose weights are kept; from 0 on."""
    # For each look: 1. Is its loss lower than the lowest so far? 2. How many looks ago was that?
    ...


check("early_stop", early_stop)

# %% tags=["solution"]
hints("early_stop")

# %% [markdown]
# **Belief 4: "Early stopping gives the most right answers."**

# %%
predict("stopping_early")

# %%
won = {}
for images in (100, 300, 1000, 5000):
    setup = planned(images)
    won[f"{images:,} images"] = 100 * (stored_runs(setup, "stopped") - stored_runs(setup))
display(figures.runs(won, "points won by going back to the lowest held-out loss", zero=True))
for name, gain in won.items():
    mean, low, high = mean_interval(gain)
    print(f"{name:12} {mean:5.2f}   interval {low:5.2f} to {high:5.2f}")

# %% [markdown]
# With 100 and with 300 images, going back *loses* more than a point of accuracy; with 1,000 images
# no difference is seen. With 5,000 it wins a fifth of a point, and the interval just misses 0. How
# can it lose? The held-out loss punishes sure mistakes hard. Late in training the network gets
# surer of everything, also of its mistakes, so the loss rises, while a few more of its answers
# become right. (With 5,000 images the lowest loss comes near the end.) If you need probabilities
# that can be trusted, the weights with the lowest loss are better. If you count right answers, look
# at the held-out accuracy (and use many held-out images, or you will choose noise).
#
# **What this cannot tell.** These runs end after 300 or 900 steps; after thousands, early stopping
# may look better. And the 1,000 held-out images were used for nothing else. Where images are few,
# learning from them would help far more: see what 1,000 instead of 100 do above.

# %% [markdown]
# ## Change the test images, and other things count
#
# All test images so far came from the same pile as the training images. Yours may be moved, turned,
# written more faintly ("thinner"), or noisy. Networks that learned from 1,000 images, tested on
# 2,000:

# %%
tests = experiments.changed_tests()
display(figures.pictures([images[0, ..., 0] for images in tests.values()], list(tests), columns=6))
rivals = {name: planned(1000, shrinking=kind) for kind, name in kinds.items()}
rivals["dropout 0.5"] = planned(1000, dropout=0.5)
rivals["moved by 2"] = planned(1000, move=2)
rivals["59,000 images"] = planned(59_000)

# %%
print(f"{'':18}" + "".join(f"{name:>14}" for name in tests))
for name, setup in rivals.items():
    results = stored_runs(setup, "changed")
    means = [np.mean([result[test] for result in results]) for test in tests]
    print(f"{name:18}" + "".join(f"{mean:14.1%}" for mean in means))

# %% [markdown]
# (The first column is lower than the accuracies above: these are the first 2,000 of the 10,000 test
# images. The network that learned from 59,000 images also took six times as many steps.) Is a
# difference in such a column more than noise? Seed by seed:

# %%
rivalries = [("max pooling", "strides")]
rivalries += [(name, "max pooling") for name in ("dropout 0.5", "moved by 2")]
for first, second in rivalries:
    pairs = list(zip(*(stored_runs(rivals[name], "changed") for name in (first, second))))
    print(f"points won by {first} over {second}")
    for test in tests:
        won = [100 * (one[test] - other[test]) for one, other in pairs]
        mean, low, high = mean_interval(won)
        print(f"  {test:14} {mean:5.1f}   interval {low:5.1f} to {high:5.1f}")

# %% [markdown]
# A move by four pixels takes more than half of the right answers from every network that learned
# from 1,000 digits as they are; thinner strokes cost little. Max pooling is ahead of strides in
# each column, but with noise the interval includes 0. Training on moved digits helps most against
# moves, even by four pixels, which it never saw; against turns and thin strokes it helps about two
# points, against noise no gain is seen. Dropout helps against moves and noise. What a network was
# trained on makes it robust against that, and not against everything. And many images help in each
# column, most with noise.
#
# **What this cannot tell.** Each change has one strength and one direction here: other angles, or
# moves to the left, may sort the networks differently. These are five changes that we thought of;
# your own digits will differ in others. And who now chooses the network that is best in this table
# has used the test images to choose.

# %% [markdown]
# ## Read what others have measured
#
# **Exercise 6: four reports.** Does the conclusion hold? If not, why not?

# %%
from cnncourse.exercises.generalisation.read_tables import READINGS, REPORTS

for letter, report in REPORTS.items():
    print(f"{letter}: {report}\n")
print("choose from:", *READINGS, sep="\n  ")

# %% tags=["exercise"]
read_tables = {
    "A": ...,
    "B": ...,
    "C": ...,
    "D": ...,
}
check("read_tables", read_tables)

# %% tags=["solution"]
hints("read_tables")

# %% [markdown]
# ## Your own comparison
#
# In the lab you choose two networks. What differs is marked with ≠. *Run* trains both with each
# seed, if the comparison is fair; a line joins the two runs with the same seed. These are small
# runs, and they are judged by held-out images: a lab in which one tries many things is no place for
# test images.
#
# 1. Max pooling against strides, four seeds, as it stands. Press *Run*. What may you say?
#    <details><summary>Answer</summary>With runs as short as these the interval includes 0 here. It
#    allows differences of some points to either side. That agrees with the stored runs with 100
#    images; it does not say that pooling makes no difference.</details>
# 2. Choose eight seeds, *Run*. What becomes of the interval?
#    <details><summary>Answer</summary>With the same spread it would be half as long: √8 in place of
#    √4, and a Student's t of 2.4 in place of 3.2. The spread is estimated anew, so it need not be
#    exactly that.</details>
# 3. Make it unfair in five ways: filters, images, steps, seeds, two things at once.
#    <details><summary>Answer</summary>Each time it says what should be alike, and does not
#    run.</details>
# 4. Compare *move* 0 and 2, with 50 steps and with 100. Is what helps the same for short and for
#    longer training?
#    <details><summary>Answer</summary>It need not be. Moved digits are harder to learn, so in a
#    short training they hold it up: here they lose clearly. In the stored runs with 100 images and
#    300 steps they win. A result holds for the number of steps that it was measured with.</details>
# 5. Add seeds until the interval no longer includes 0, and stop there. What is wrong with that?
#    <details><summary>Answer</summary>Each look is another chance to see what is not there. Who
#    looks often enough and stops at the right moment finds nearly anything. Choose the number of
#    seeds first. The lab counts your looks.</details>

# %%
lab = fair_comparison_lab()
lab

# %% tags=["nbval-ignore-output"]
print(lab.run())

# %%
print("one difference for each seed:", len(lab.view.won))
lab.controls["filters"][1].value = 32
print(lab.sentence)
lab.controls["filters"][1].value = 16

# %% [markdown]
# ## What you should remember
#
# - The gap between training and test shows what is learned by heart; the test accuracy shows how
#   good the network is.
# - An accuracy has an interval: about 1.96 · √(p (1 − p) / n) to each side. Half as long takes four
#   times as many images.
# - Another seed gives another figure. Several seeds, the same for both sides, differences seed by
#   seed, and their interval: that is a comparison.
# - One thing differs, or you do not know what made the difference.
# - "Not seen" is not "not there". And of twenty useless tricks about one looks useful.
# - Choose with held-out images. Test once.
# - Here, max pooling and moved images helped clearly, dropout a little with 300 images, this weight
#   decay not visibly; with few images early stopping by the loss cost accuracy. Elsewhere it may be
#   otherwise.

# %% [markdown]
# ## What goes wrong in practice
#
# **What goes wrong in this lesson.** All setups above were tried on the same 10,000 test images and
# then ranked by them, which is what the next paragraph warns of; the intervals tell how much seeds
# matter, not which images the test happens to hold. You saw more than fifty intervals: of twenty,
# one misses on average. And the runs with 5,000 and with 59,000 images were made last, with other
# numbers of steps, when the figures of the smaller ones were known already.
#
# **The test images are used twice.** Forty equal networks (97% each); we pick the best by 1,000
# test images and report its figure. Then 1,000 new images.

# %%
rng = np.random.default_rng(0)
best = rng.binomial(1000, 0.97, size=(500, 40)).max(axis=1) / 1000
print(f"the best of forty, mean of 500 tries: {best.mean():.1%} on the images that chose it")
print(f"the same networks on new images: {rng.binomial(1000, 0.97, 500).mean() / 1000:.1%}")

# %% [markdown]
# **An interval of length zero.** 50 of 50 are right: p = 1, and the simple formula gives an
# interval from 100% to 100%, as if it were certain. Wilson's formula (1927) does not fall for that:

# %%
low, high = interval(50, 50)
print(f"50 of 50: simple formula {1 - 1.96 * np.sqrt(1 * 0 / 50):.0%} to 100%; ", end="")
print(f"Wilson {low:.0%} to {high:.0%}")

# %% [markdown]
# **Training images in the test.** If some test images were also learned from, the test tells how
# well the network recites. It happens by accident: the same photograph twice, two pictures of one
# person, a shuffle after the split. A look for doubles costs one line:

# %%
known = {image.tobytes() for image in mnist.x_train}
doubles = sum(image.tobytes() in known for image in mnist.x_test)
print(f"of {len(mnist.x_test):,} test images, {doubles} are exactly like a training image")

# %% [markdown]
# **Changes that change the label.** Augmentation should keep the label. A 6 turned by half a turn
# is a 9:

# %%
six = mnist.x_train[mnist.y_train == 6][0, :, :, 0]
display(figures.pictures([six, six[::-1, ::-1]], ["a 6", "turned by 180°"]))
print("half a turn twice is the 6 again:", np.array_equal(six[::-1, ::-1][::-1, ::-1], six))

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [generalisation][gap] | how well a network does on images that were not used |
# | [gap][gap] | training accuracy minus test accuracy |
# | [standard error][interval] | the usual distance between a sample's figure and the true one |
# | [95% interval][interval] | made so that about 95 in 100 of them hold the true value |
# | [seed][seed] | the number that fixes everything left to chance |
# | [spread][seed] | how far single runs lie from their mean (standard deviation) |
# | [noise][seed] | a difference that comes from chance alone |
# | [fair comparison][fair] | one in which one thing differs |
# | [dropout][help] | numbers set to 0 at random while learning |
# | [augmentation][help] | training images changed at random, labels kept |
# | [weight decay][help] | weights made a little smaller in every step |
# | [early stopping][help] | going back to the weights with the lowest held-out loss |
#
# [gap]: #New-images-are-harder-than-known-ones
# [interval]: #An-accuracy-is-a-sample,-so-it-has-an-interval
# [seed]: #The-same-network,-another-seed
# [fair]: #In-a-fair-comparison-one-thing-differs
# [help]: #Four-things-that-are-said-to-help
