# %% [markdown]
# # A kernel is as deep as its image
#
# A coloured photograph is three grids of numbers, one for red, one for green, one for blue. So the
# kernel gets a slice for each of them. What comes out, though, is still *one* grid. In this lesson
# you see how that works, and find kernels that tell red from green, or an edge in any colour. It is
# the step from pictures to networks: inside a network, a "picture" may have hundreds of channels.
#
# | What you will do | minutes |
# |---|---|
# | make a guess | 2 |
# | take a coloured picture apart | 5 |
# | lay a kernel with three slices on it | 6 |
# | tell colours apart, and find edges of any colour | 5 |
# | use kernels of a single pixel | 3 |
# | play in the lab | 3 |
# | solve three exercises | 4 |
# | see what to remember, and what goes wrong in practice | 2 |
#
# **What you need.** Lesson 01: a kernel slides over a picture, and each window gives one number.
# Lesson 02: without padding, a kernel of 3 by 3 costs two rows and two columns. As before: choose
# *Edit*, *Clear Outputs of All Cells*, then press Shift+Enter in one cell after the other.

# %%
import numpy as np
from IPython.display import display

from cnncourse import data, figures, ops
from cnncourse.explorers import colour_lab, predict
from cnncourse.kernels import KERNELS
from cnncourse.pixels import PixelGrid

# %% [markdown]
# ## First make a guess
#
# A coloured picture of 6 by 6 pixels meets one kernel of 3 by 3, with a slice for each colour. No
# padding, a stride of 1. How many numbers come out in all?

# %%
tiny = np.random.default_rng(0).random((6, 6, 3))
one_kernel = np.random.default_rng(1).normal(size=(3, 3, 3))
answers = sum(ops.correlate2d(tiny[:, :, c], one_kernel[:, :, c]) for c in range(3))
wrong = {
    48: "The answers of the three slices are added up: there is one map, not three.",
    36: "Without padding, the window fits in fewer places.",
    108: "That is how many numbers go in.",
    27: "That is how many weights the kernel has.",
}
because = "The window fits in 4 × 4 places, and each place gives one sum over all three channels."
predict("Numbers that come out:", answers.size, wrong=wrong, because=because)

# %% [markdown]
# ## A coloured picture is a box of numbers
#
# Here is an array with three axes, a **tensor**: rows, columns and **channels**. The channels are
# red, green and blue, in this order. Each number says how bright the light of this colour is in
# this pixel, from 0 to 1.

# %%
photograph = ops.avg_pool2d(data.photograph("astronaut")[None], 4)[0][0]
print("shape:", photograph.shape, "= rows, columns, channels")
channels = [photograph[:, :, c] for c in range(3)]
names = ["red", "green", "blue"]
display(figures.pictures([photograph, *channels], ["photograph", *names], side=2))
pixel = photograph[100, 30]
print("the pixel in row 100, column 30:", {n: round(float(p), 2) for n, p in zip(names, pixel)})

# %% [markdown]
# The orange suit is bright in the red channel, darker in the green one, nearly black in the blue
# one. The white collar is bright in all three. That is how screens make colours: **red and green
# together make yellow**, all three together white. (With light it is so; with paint it is not.)
#
# Which colour is it? Write down three numbers yourself and run the cell again.

# %%
colour = (1.0, 0.6, 0.0)
patch = np.zeros((4, 4, 3)) + colour
display(PixelGrid(patch, size=90, title="your colour"))
print("red, green, blue:", *colour)

# %% [markdown]
# ## Three slices, one sum
#
# The kernel gets as many **slices** as the picture has channels. Each slice lies on its own
# channel. Multiply all pairs, in all three channels, and add up *everything*.

# %%
window = photograph[99:102, 29:32]
kernel = np.zeros((3, 3, 3))
kernel[:, :, 0] = 1 / 9
kernel[:, :, 1] = -1 / 9
print("window:", window.shape, " kernel:", kernel.shape)
sums = (window * kernel).sum(axis=(0, 1))
for name, part in zip(names, sums):
    print(f"{name:6} slice: {part:6.3f}")
print(f"all together: {(window * kernel).sum():6.3f}")

# %% [markdown]
# The red slice averages the red of the window, the green slice takes the green away, the blue slice
# is all zeros: it does not look at blue. One number comes out. Slide, and a map comes out: it shows
# where there is more red than green.

# %%
parts = [ops.correlate2d(photograph[:, :, c], kernel[:, :, c]) for c in range(3)]
total = sum(parts)
titles = ["red slice", "+ green slice", "+ blue slice", "= the map"]
display(figures.pictures([*parts, total], titles, side=1.9, signed=True))
print(f"shape of the map: {total.shape}; from {total.min():.2f} to {total.max():.2f}")

# %% [markdown]
# **Belief 1: "Three channels give three outputs."** The three answers are only steps on the way.
# `ops.conv2d`, which does it for whole layers, gives one map for each *kernel*, whatever the depth.
# Its axes: images (number, rows, columns, channels); kernels (rows, columns, channels, kernels).

# %%
y, _ = ops.conv2d(photograph[None], kernel[:, :, :, None], np.zeros(1))
print("in: ", photograph[None].shape, " out:", y.shape)
print("the same as our sum:", np.allclose(y[0, :, :, 0], total, atol=1e-5))
deep = np.random.default_rng(2).random((1, 8, 8, 50))
y, _ = ops.conv2d(deep, np.ones((3, 3, 50, 1)), np.zeros(1))
print("50 channels in:", deep.shape, " out:", y.shape)

# %% [markdown]
# **Predict:** the picture has 50 channels, there are 4 kernels of 3 by 3. How many weights do the
# kernels have together?

# %%
from cnncourse.layers import Conv2D

layer = Conv2D(50, 4, 3, rng=np.random.default_rng(0))
wrong = {
    36: "Each kernel has a slice for each of the 50 channels.",
    450: "That is one kernel.",
    200: "Each slice has 3 by 3 weights.",
    600: "A slice of 3 by 3 has nine weights.",
}
because = "3 × 3 weights in a slice, 50 slices in a kernel, 4 kernels."
predict("Weights:", layer.params["w"].size, wrong=wrong, because=because)

# %% [markdown]
# ## Kernels for colours, kernels for edges
#
# What a kernel makes of colour, you can read off its slices.
#
# - **All slices alike**: it sees brightness only.
# - **The slices cancel each other** (at each place, their weights sum to 0): grey pixels, black and
#   white among them, get 0. It sees colour only.
#
# Now two fields of colour that are *equally bright*. How bright a colour looks, `data.grey`
# computes: 0.299 red + 0.587 green + 0.114 blue. Can a kernel for edges find the border between
# them?

# %%
red = np.array([0.587, 0, 0])
green = np.array([0, 0.299, 0])
fields = np.zeros((12, 12, 3))
fields[:, :6], fields[:, 6:] = red, green
grey = data.grey(fields)
edge = KERNELS["sobel_x"]
on_grey = ops.correlate2d(grey, edge)
on_red = ops.correlate2d(fields[:, :, 0], edge)
display(figures.pictures([fields, grey], ["two colours", "as grey"], side=1.6))
print(f"edge found in the grey picture: {np.abs(on_grey).max():.3f}")
print(f"edge found in the red channel:  {np.abs(on_red).max():.3f}")

# %% [markdown]
# **Belief 2: "For edges, a grey picture is enough."** Here it shows none: the two greys are the
# same. A kernel with different slices finds the border. The catch: a kernel for edges of *any*
# colour, with three slices alike, adds up what the channels say. If red falls and green rises by as
# much, its answer is 0 as well.

# %%
def edges_in(image, weights):
    """Upright edges: sobel_x in each slice, times the weight of the slice."""
    return sum(ops.correlate2d(image[:, :, c], w * edge) for c, w in enumerate(weights))


even = np.zeros((12, 12, 3))
even[:, :6, 0], even[:, 6:, 1] = 1, 1
for name, image in (("equally bright", fields), ("full red beside full green", even)):
    for weights in ((1, 1, 1), (1, -1, 0)):
        found = np.abs(edges_in(image, weights)).max()
        print(f"{name}: slices times {weights}: {found:.2f}")

# %% [markdown]
# No single kernel finds every edge: for each there is some change of colour that it does not see.
# That is one reason why a layer has many kernels. They come in the next lesson.

# %% [markdown]
# ## A kernel of 1 × 1 mixes channels
#
# A kernel of 1 by 1 on a grey picture only makes it brighter or darker. On channels it does more:
# it **mixes** them, pixel by pixel. `data.grey` is such a kernel, with the three weights from
# above. Yellow against blue is another.

# %%
yellow_blue = np.array([0.5, 0.5, -1.0])
mixed = photograph @ yellow_blue
one_by_one = yellow_blue.reshape(1, 1, 3, 1)
by_kernel = ops.conv2d(photograph[None], one_by_one, np.zeros(1))[0][0, :, :, 0]
display(figures.pictures([photograph], ["photograph"], side=2))
display(figures.pictures([mixed], ["yellow against blue"], side=2, signed=True))
print("a 1 × 1 kernel does the same:", np.allclose(mixed, by_kernel, atol=1e-5))
print(f"from {mixed.min():.2f} to {mixed.max():.2f}")

# %% [markdown]
# (`@` multiplies the last axis by the weights and adds up.) Networks use kernels of 1 by 1 to make
# 16 maps of 256, say, which saves work for the kernels that come after.

# %%
wide, mix = np.zeros((1, 14, 14, 256), np.float32), Conv2D(256, 16, 1, rng=np.random.default_rng(0))
print("in:", wide.shape[1:], " out:", mix(wide).shape[1:])
for channels_in in (256, 16):
    weights = Conv2D(channels_in, 64, 3, rng=np.random.default_rng(0)).params["w"].size
    print(f"64 kernels of 3 × 3 on {channels_in} maps have {weights:,} weights")

# %% [markdown]
# ## The lab shows three answers and their sum
#
# From left to right: a channel, its slice, its answer. At the right the picture, and the sum of the
# three answers. Click into the sum, or use the arrow keys there, to move the window.
#
# 1. Kernel "red against green". Which patches get exactly 0, and why?
# 2. Kernel "an edge, all slices alike". Between which patches does it find nothing?
# 3. "an edge from blue to red": what do grey patches get now?
# 4. Make the kernel "red, and nothing else" find yellow as well. Which slice do you have to change?

# %%
lab = colour_lab()
lab

# %%
for name in ("red against green", "an edge, all slices alike"):
    lab.preset.value = name
    print(name + ":", lab.sentence)
lab.preset.value = "red against green"

# %% [markdown]
# **Predict:** with the kernel "red against green", which of these patches gets the largest answer?

# %%
from cnncourse.explorers.colour_lab import COLOURS, PRESETS

weights = PRESETS["red against green"].sum(axis=(0, 1))
colours = ["white", "yellow", "magenta", "green"]
best = max(colours, key=lambda name: np.dot(COLOURS[name], weights))
wrong = {
    "white": "White holds as much green as red: the two cancel.",
    "yellow": "Yellow is red and green together: the two cancel.",
    "green": "Green counts against.",
}
because = "Magenta is red and blue. The blue slice is all zeros, so only the red counts."
predict("The largest answer:", best, wrong=wrong, because=because, choices=colours)

# %% [markdown]
# ## Three exercises make it yours
#
# **Exercise 1: a deep kernel.** Begin with your `correlate2d` of lesson 01 (or its solution).
# `image` has shape (rows, columns, channels), `kernel` as many channels as the image, three or any
# other number. Return one map.

# %% tags=["exercise"]
from cnncourse.exercises import check, hints


def correlate_channels(image, kernel):
    """Slide a kernel that is as deep as the image over it; return one map."""
    ...


check("correlate_channels", correlate_channels)

# %% tags=["solution"]
hints("correlate_channels")

# %% [markdown]
# **Exercise 2: find red.** Choose three weights, for red, green and blue. Red pixels shall get an
# answer above 0, whether full, dark or pale. White, grey, black, green, blue, yellow and magenta
# shall get 0 or less.

# %%
from cnncourse.exercises.colour.find_red import OTHERS, REDS

for name, colour in {**REDS, **OTHERS}.items():
    print(f"{name:9} {colour}")

# %% tags=["exercise"]
find_red = [..., ..., ...]
check("find_red", find_red)

# %% tags=["solution"]
hints("find_red")

# %% [markdown]
# **Exercise 3: count.** How many weights do `kernels` kernels of k by k have, on images with so
# many channels?

# %% tags=["exercise"]
def count_weights(k, channels, kernels):
    """The number of weights of all kernels together."""
    ...


check("count_weights", count_weights)

# %% tags=["solution"]
hints("count_weights")

# %% [markdown]
# ## What you should remember
#
# - A coloured image is a tensor of shape (rows, columns, 3): red, green, blue.
# - A kernel is as deep as its image: a slice for each channel. Everything is added up, so one
#   kernel gives one map.
# - Slices alike: it sees brightness only. Slices that cancel: it sees colour only.
# - For every kernel there is some edge that it does not see. That is why there will be many.
# - A kernel of 1 by 1 mixes channels, pixel by pixel.

# %% [markdown]
# ## What goes wrong in practice
#
# **Channels in another order.** Some programs store blue first: OpenCV does. The shape is the same,
# no error is raised, and a kernel for red finds blue.

# %%
swapped = photograph[:, :, ::-1]
display(figures.pictures([photograph, swapped], ["red first", "blue first"], side=1.8))
for name, image in (("red first", photograph), ("blue first", swapped)):
    print(f"{name}: red minus blue is {(image[:, :, 0] - image[:, :, 2]).mean():.2f} on average")

# %% [markdown]
# **A fourth channel.** Picture files may hold a fourth number per pixel: how opaque it is. A kernel
# for three channels does not fit; the package says so. `image[:, :, :3]` takes the colours alone.

# %%
with_alpha = np.concatenate([photograph, np.ones((128, 128, 1), np.float32)], axis=2)
try:
    ops.conv2d(with_alpha[None], kernel[:, :, :, None], np.zeros(1))
except ValueError as problem:
    print("ValueError:", problem)

# %% [markdown]
# **Channels first.** PyTorch stores (channels, rows, columns). Transpose, do not reshape: reshaping
# keeps the order of the numbers in memory, and gives a picture of confetti.

# %%
first = photograph.transpose(2, 0, 1)
back = first.transpose(1, 2, 0)
confetti = first.reshape(photograph.shape)
display(figures.pictures([back, confetti], ["transposed back", "reshaped"], side=1.8))
print("the same:", np.array_equal(back, photograph), "and", np.array_equal(confetti, photograph))

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [tensor][box] | an array, mostly one with more than two axes |
# | [channel][box] | one of the grids of an image: red, green or blue; later any number |
# | [slice][sum] | the part of a kernel that lies on one channel |
# | [depth][sum] | the number of channels of an image, the number of slices of a kernel |
# | [1 × 1 kernel][mix] | mixes the channels of each pixel, and looks at no neighbour |
#
# [box]: #A-coloured-picture-is-a-box-of-numbers
# [sum]: #Three-slices,-one-sum
# [mix]: #A-kernel-of-1-×-1-mixes-channels
#
# Next: lesson 04, *Many kernels, a bias each, and a bend*.
