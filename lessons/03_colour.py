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
# | make a guess | 4 |
# | take a coloured picture apart | 4 |
# | lay a kernel with three slices on it (exercise 1) | 16 |
# | see why it is so deep, and count its weights (exercise 2) | 6 |
# | tell colours apart (exercise 3) | 9 |
# | find edges of any colour | 6 |
# | use kernels of a single pixel | 3 |
# | play in the lab | 7 |
# | see what to remember, and what goes wrong in practice | 5 |
#
# **What you need.** Lesson 01: a kernel slides over a picture, and each window gives one number.
# Lesson 02: without padding, a kernel of 3 by 3 costs two rows and two columns. As before: choose
# *Edit*, *Clear Outputs of All Cells*, then press Shift+Enter in one cell after the other.
#
# **The colours of this lesson.** Elsewhere in the course, blue means below zero and red above. Here
# red and blue are colours of the picture. So in this lesson a number below zero is purple, one
# above zero orange (and brown, if it is large), and zero is white.

# %%
import numpy as np
from IPython.display import display

from cnncourse import data, single
from cnncourse.exercises import check, hints
from cnncourse.explorers import colour_lab, predict
from cnncourse.kernels import KERNELS
from cnncourse.linked import linked
from cnncourse.pixels import PixelGrid, Row

# %% [markdown]
# ## First make a guess
#
# A coloured picture of 6 by 6 pixels meets one kernel of 3 by 3, with a slice for each colour. No
# padding, a stride of 1. How many numbers come out in all?

# %%
predict("numbers_out")

# %%
picture, kernel = np.ones((6, 6, 3)), np.ones((3, 3, 3))
answers = single.correlate(picture, kernel)
print(f"in: {picture.size} numbers, kernel: {kernel.size} weights, out: {answers.size} numbers")

# %% [markdown]
# ## A coloured picture is a box of numbers
#
# Here is an array with three axes, a **tensor**: rows, columns and **channels**. The channels are
# red, green and blue, in this order. Each number says how bright the light of this colour is in
# this pixel, from 0 to 1. (`single.shrink` averages squares of 4 by 4 pixels, so that there are
# fewer. A colon alone means "all": `photograph[:, :, 0]` is all rows and all columns of channel 0.)

# %%
photograph = single.shrink(data.photograph("astronaut"), 4)
print("shape:", photograph.shape, "= rows, columns, channels")
grids = [PixelGrid(photograph, size=200, title="photograph")]
for channel, name in enumerate(("red", "green", "blue")):
    light = np.zeros((128, 128, 3))
    light[:, :, channel] = photograph[:, :, channel]
    grids.append(PixelGrid(light, size=200, title=f"{name} light alone"))
display(Row(*grids))

# %%
places = {"suit": (80, 40), "rim of the helmet": (88, 108), "flag": (16, 3), "collar": (60, 60)}
for name, (row, column) in places.items():
    red, green, blue = photograph[row, column]
    print(f"{name:18} red {red:.2f}   green {green:.2f}   blue {blue:.2f}")
around = [(row - 2, column - 2, 5, 5) for row, column in places.values()]
PixelGrid(photograph, size=300, windows=around, title="these four pixels")

# %% [markdown]
# The orange suit is bright in the red channel and darker in the other two. White is bright in all
# three, black dark in all three, and the dark blue of the flag has most in the blue one. That is
# how screens make colours, by adding light: **red and green together make yellow**, all three
# together white. (Paint takes light away, so it mixes in another way.)
#
# Which colour will it be? Put in three numbers of your own and run the cell again. (`+ colour` adds
# the three numbers to the three zeros of each pixel.)

# %%
colour = (1.0, 0.6, 0.0)
patch = np.zeros((4, 4, 3)) + colour
display(PixelGrid(patch, size=90, title="your colour"))
print("red, green, blue:", *colour)

# %% [markdown]
# ## Three slices, one sum
#
# The kernel gets as many **slices** as the picture has channels. Each slice lies on its own
# channel. Multiply all pairs, in all three channels, and add up *everything*. Here is one window of
# 2 by 2 pixels, and a kernel. (The numbers are chosen so that you can do it in your head.)

# %%
from cnncourse.predictions.colour import KERNEL, WINDOW

grids = []
for channel, name in enumerate(("red", "green", "blue")):
    pixels = PixelGrid(WINDOW[:, :, channel], limits=(0, 3), size=120, title=name)
    weights = PixelGrid(KERNEL[:, :, channel], limits=(-3, 3), size=120, title="× its slice")
    pixels.numbers, weights.numbers, weights.palette = True, True, "purple-orange"
    grids += [pixels, weights]
display(Row(*grids))
print("window:", WINDOW.shape, " kernel:", KERNEL.shape)

# %%
predict("deep_window")

# %%
total = 0
for channel, name in enumerate(("red", "green", "blue")):
    part = (WINDOW[:, :, channel] * KERNEL[:, :, channel]).sum()
    total = total + part
    print(f"{name} slice: {part}, so far: {total}")
print("each slice, all at once:", (WINDOW * KERNEL).sum(axis=(0, 1)))
print("the one number:", (WINDOW * KERNEL).sum())

# %% [markdown]
# `.sum(axis=(0, 1))` adds up over the first two axes, rows and columns, and leaves the channels
# apart. `.sum()` adds up over all three.
#
# **Exercise 1: what each slice says, and the sum.** Slide a deep kernel over a deep image. Return
# two things: `slices`, with the answers of each slice by itself, of shape (rows, columns,
# channels), and `total`, their sum, of shape (rows, columns). There are as many channels as
# `kernel.shape` says, three or any other number.

# %% tags=["exercise"]
def correlate_channels(image, kernel):
    """Slide a kernel that is as deep as the image; return the slices' answers and their sum."""
    ...


check("correlate_channels", correlate_channels)

# %% tags=["solution"]
hints("correlate_channels")

# %% [markdown]
# On the photograph, with a kernel that averages red and takes the average of green away. Its blue
# slice is all zeros: it does not look at blue. The map shows where there is more red than green.
# (Point at the map: its window lights up in the photograph, and below stands what each slice says.)

# %%
kernel = np.zeros((3, 3, 3))
kernel[:, :, 0], kernel[:, :, 1] = 1 / 9, -1 / 9
total, grids = single.correlate(photograph, kernel), []
for channel, name in enumerate(("red slice", "+ green slice", "+ blue slice")):
    part = single.correlate(photograph[:, :, channel], kernel[:, :, channel])
    grids.append(PixelGrid(part, palette="purple-orange", limits=(-1, 1), size=160, title=name))
grids.append(PixelGrid(total, palette="purple-orange", limits=(-1, 1), size=160, title="= the map"))

# %%
image = PixelGrid(photograph, size=160, title="photograph")
colours = "red", "green", "blue"
display(Row(image, *grids, linked(image, kernel, grids, channels=colours)))
print(f"shape of the map: {total.shape}; from {total.min():.2f} to {total.max():.2f}")

# %% [markdown]
# **Belief 1: "Three channels give three outputs."** The three answers are only steps on the way.
# One kernel gives one map, whatever the depth; four kernels give four. `single.convolve` takes
# several kernels, one behind the other along a fourth axis.

# %%
rng = np.random.default_rng(2)
fifty = rng.random((8, 8, 50))
print("3 channels, 1 kernel:  ", single.correlate(photograph, kernel).shape)
print("3 channels, 4 kernels: ", single.convolve(photograph, rng.normal(size=(3, 3, 3, 4))).shape)
print("50 channels, 1 kernel: ", single.correlate(fifty, np.ones((3, 3, 50))).shape)

# %% [markdown]
# ## Why the kernel is as deep as the image
#
# In rows and columns a kernel is small and slides. Why not in the third direction? Because there is
# nothing to slide along. Pixel 4 lies between pixels 3 and 5, and a pattern may begin at any of
# them. But the channels are several measurements of *one* place, and that red comes first is a
# habit. Put them in another order, the slices as well, and nothing changes.

# %%
order = [2, 0, 1]  # blue, red, green
random = rng.normal(size=(3, 3, 3))
usual = single.correlate(photograph, random)
turned = single.correlate(photograph[:, :, order], random[:, :, order])
alone = single.correlate(photograph[:, :, order], random)
print("channels and slices in another order: the same map?", np.allclose(usual, turned, atol=1e-4))
print("the channels alone in another order: the same map?", np.allclose(usual, alone, atol=1e-4))

# %% [markdown]
# So each kernel has a weight of its own for every channel. It has to be as deep as what it looks
# at, and that costs. (To save weights, some layers show each kernel a part of the channels only:
# *grouped* convolutions. In this course, a kernel sees them all.)
#
# **Predict:** the picture has 50 channels, there are 4 kernels of 3 by 3. How many weights do the
# kernels have together?

# %%
predict("weights_of_four")

# %% [markdown]
# **Exercise 2: count.** How many weights do `kernels` kernels of k by k have together, on images
# with `channels` channels?

# %% tags=["exercise"]
def count_weights(k, channels, kernels):
    """The number of weights of all kernels together."""
    ...


check("count_weights", count_weights)

# %% tags=["solution"]
hints("count_weights")

# %%
kernels = np.zeros((3, 3, 50, 4))  # rows, columns, channels, kernels
print("4 kernels of 3 by 3 on 50 channels:", kernels.size, "weights")

# %% [markdown]
# ## Some kernels tell colours apart
#
# The kernel of the map above, red against green: which patch gets its largest answer?

# %%
predict("best_patch")

# %% [markdown]
# What a kernel makes of colour, you can read off its slices. On a patch of one colour, only the sum
# of each slice counts. So here three numbers stand for a kernel: once three alike, once three that
# **cancel**, which means that their sum is 0. Red against green is such a kernel.

# %%
alike, cancel = np.array([1, 1, 1]) / 3, np.array([1, -1, 0])
colours = {"red": (1, 0, 0), "dark red": (0.5, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1),
           "yellow": (1, 1, 0), "magenta": (1, 0, 1), "white": (1, 1, 1),
           "grey": (0.5, 0.5, 0.5), "black": (0, 0, 0)}
for name, colour in colours.items():
    print(f"{name:9} alike: {(colour * alike).sum():.2f}   cancel: {(colour * cancel).sum():.2f}")

# %% [markdown]
# - **Slices alike**: only red + green + blue counts. To this kernel pure red and pure blue are the
#   same, though blue looks darker.
# - **Slices that cancel**: grey, white and black get 0. What is in all three channels alike adds
#   nothing. But a darker red still gets a smaller answer: it is not colour *alone* that counts.
#
# **Exercise 3: find red.** Choose three weights, for red, green and blue. Red pixels shall get an
# answer above 0, whether full, dark or pale. White, grey, black, green, blue, yellow, magenta and
# cyan shall get 0 or less.

# %%
from cnncourse.exercises.colour.find_red import COLOURS

for name, colour in COLOURS.items():
    print(f"{name:9} {colour}")
strip = np.array([list(COLOURS.values())])  # 1 row, a column for each colour, 3 channels
PixelGrid(strip, size=440, title="in this order")

# %% tags=["exercise"]
find_red = [..., ..., ...]
check("find_red", find_red)

# %% tags=["solution"]
hints("find_red")

# %% [markdown]
# ## Edges of any colour
#
# Two fields of colour that look *equally bright*. `data.grey` computes how bright a colour looks,
# roughly: 0.299 red + 0.587 green + 0.114 blue. Can a kernel for edges find the border?

# %%
fields = np.zeros((12, 12, 3))
fields[:, :6, 0] = 0.587  # red on the left
fields[:, 6:, 1] = 0.299  # green on the right
grey, edge = data.grey(fields), KERNELS["sobel_x"]
display(Row(PixelGrid(fields, size=160, title="two colours"),
            PixelGrid(grey, limits=(0, 1), size=160, title="as grey")))
print(f"strongest answer in the grey picture: {abs(single.correlate(grey, edge)).max():.3f}")
red = fields[:, :, 0]
print(f"strongest answer in the red channel:  {abs(single.correlate(red, edge)).max():.3f}")

# %% [markdown]
# **Belief 2: "For edges, a grey picture is enough."** Here it shows none: the two greys are the
# same. A kernel with three slices can do better, but it has its own blind spot. Take one pattern,
# `sobel_x`, times a weight for each slice. (`np.stack(..., axis=2)` lays the slices behind each
# other.)

# %%
def edge_kernel(weights):
    """sobel_x in each slice, times the weight of the slice."""
    return np.stack([weight * edge for weight in weights], axis=2)


full = np.zeros((12, 12, 3))
full[:, :6, 0], full[:, 6:, 1] = 1, 1
for name, image in (("equally bright", fields), ("full red beside full green", full)):
    for weights in ((1, 1, 1), (1, -1, 0)):
        answers = single.correlate(image, edge_kernel(weights))
        print(f"{name}, sobel_x times {weights}: strongest answer {abs(answers).max():.2f}")

# %% [markdown]
# With weights of 1, 1, 1 the channels are added up. If red falls and green rises by as much, the
# answer is 0. So it is for each kernel made of *one pattern times three weights*: there are changes
# of colour that it does not see, namely those where weight × change adds up to 0.
#
# **Belief 3: "So every kernel misses some edge."** Those of one pattern do. We compare with a
# kernel of random weights: a colour changes from left to right by many different amounts. How much
# does the answer change at the border?

# %%
def seen(kernel, change):
    """By how much the answer changes where the colour changes by this much, left to right."""
    image = np.zeros((3, 8, 3))
    image[:, 4:] = change
    answers = single.correlate(image, kernel)
    return answers.max() - answers.min()

# %%
changes = rng.uniform(-1, 1, size=(2000, 3))
changes[0] = 1, -1, 0
for name, kernel in (("sobel_x times 1, 1, 1", edge_kernel((1, 1, 1))), ("random", random)):
    least = min(seen(kernel, change) / abs(change).max() for change in changes)
    print(f"{name}: of {len(changes)} changes, the one seen least changes it by {least:.2f}")

# %% [markdown]
# (Each is divided by its largest part, so that small changes are not at a disadvantage.)
#
# The random kernel sees them all. What it cannot do is say *which* it was: it has one number for
# each place. Changes of quite different colours get the same answer.

# %%
red_change = np.array([1, 0, 0])
as_much = seen(random, red_change) / seen(random, (0, 0, 1))
blue_change = np.array([0, 0, as_much])
print(f"red changes by 1:              {seen(random, red_change):.2f}")
print(f"blue changes by {as_much:.2f} instead: {seen(random, blue_change):.2f}")

# %% [markdown]
# That is why a layer has many kernels. They come in the next lesson.

# %% [markdown]
# ## A kernel of 1 × 1 mixes channels
#
# A kernel of 1 by 1 on a grey picture multiplies each pixel by one number: it gets brighter, darker
# or, with a weight below zero, the bright becomes dark. On channels a kernel of 1 by 1 does more:
# it **mixes** them, pixel by pixel. `data.grey` is such a kernel, with the three weights from
# above. Yellow against blue is another.

# %%
to_grey = np.array([[[0.299, 0.587, 0.114]]])  # 1 row, 1 column, 3 channels
yellow_blue = np.array([[[0.5, 0.5, -1]]])
mixed = single.correlate(photograph, yellow_blue)
display(Row(PixelGrid(photograph, size=230, title="photograph"),
            PixelGrid(single.correlate(photograph, to_grey), limits=(0, 1), size=230, title="grey"),
            PixelGrid(mixed, palette="purple-orange", limits=(-1, 1), size=230,
                      title="yellow against blue")))
same = np.allclose(single.correlate(photograph, to_grey), data.grey(photograph), atol=1e-5)
print(f"as data.grey: {same}; yellow against blue: from {mixed.min():.2f} to {mixed.max():.2f}")

# %% [markdown]
# Networks use kernels of 1 by 1 to make few maps of many. 64 kernels of 3 by 3 on 256 maps have
# many weights. With 16 kernels of 1 by 1 before them there are far fewer, those of the 16 included.

# %%
print(f"64 kernels of 3 × 3 on 256 maps: {3 * 3 * 256 * 64:,} weights")
mixing, after = 1 * 1 * 256 * 16, 3 * 3 * 16 * 64
print(f"16 of 1 × 1, then 64 of 3 × 3 on 16 maps: {mixing:,} + {after:,} = {mixing + after:,}")

# %% [markdown]
# ## The lab shows three answers and their sum
#
# In each line: a channel, its slice, its answer. At the right the picture, and the sum of the three
# answers. Click into the sum, or use the arrow keys there, to move the window. The sliders hold the
# weights of one slice, which you choose above them.
#
# 1. Kernel "red against green". Which patches get 0 in their middle, and why?
# 2. "An edge, all slices alike". At which borders between patches does it find nothing?
# 3. "An edge from blue to red": what do white, grey and black get now, and the borders between
#    them?
# 4. "Random weights": is there a border between two patches that you do not see in the sum?
#
# <details><summary>Answers</summary>
#
# 1. Yellow, white and grey, which hold as much red as green; blue and black, which hold neither.
# 2. Red, green and blue have the same sum, 1, so between them it finds nothing. Neither does it
#    between yellow, magenta and cyan, whose sum is 2. And it is made for upright edges: a level
#    border gives 0 as well, away from the corners of the patches.
# 3. 0, and 0. Each of them holds as much red as blue.
# 4. No. Its slices show three different patterns, and none of these changes of colour cancels in
#    all of them.
#
# </details>

# %%
lab = colour_lab()
lab

# %%
for name in ("red against green", "an edge, all slices alike"):
    lab.preset.value = name
    print(name + ":", lab.sentence)
lab.preset.value = "red against green"

# %% [markdown]
# ## What you should remember
#
# - A coloured image is a tensor of shape (rows, columns, 3): red, green, blue.
# - A kernel is as deep as its image: a slice for each channel, because the order of channels is a
#   habit. Everything is added up, so one kernel gives one map.
# - Slices alike: only the sum of the channels counts. Slices that cancel: grey gets 0.
# - A kernel made of one pattern times three weights misses some changes of colour. Other kernels
#   may see them all, but one number cannot say which it was. So there will be many kernels.
# - A kernel of 1 by 1 mixes channels, pixel by pixel.

# %% [markdown]
# ## What goes wrong in practice
#
# **Channels in another order.** Some programs store blue first: OpenCV does. The shape is the same,
# no error is raised, and a kernel for red finds blue.

# %%
swapped = photograph[:, :, ::-1]
display(Row(PixelGrid(photograph, size=200, title="red first"),
            PixelGrid(swapped, size=200, title="blue first")))
for name, image in (("red first", photograph), ("blue first", swapped)):
    print(f"{name}: red minus blue is {(image[:, :, 0] - image[:, :, 2]).mean():.2f} on average")

# %% [markdown]
# **A fourth channel.** Picture files may hold a fourth number per pixel: how opaque it is. A kernel
# for three channels does not fit; the package says so. `image[:, :, :3]` takes the colours alone.

# %%
with_alpha = np.ones((128, 128, 4))
with_alpha[:, :, :3] = photograph
try:
    single.correlate(with_alpha, random)
except ValueError as problem:
    print("ValueError:", problem)

# %% [markdown]
# **Channels first.** PyTorch stores (channels, rows, columns). Transpose, do not reshape.
# `transpose(2, 0, 1)` puts axis 2 first, then axes 0 and 1, and each number stays with its pixel.
# Reshaping takes the numbers as they come, all the red ones first, and cuts them into other rows.
# Here nine small grey pictures come out, three of each channel, and no error is raised.

# %%
first = photograph.transpose(2, 0, 1)
back = first.transpose(1, 2, 0)
reshaped = first.reshape(photograph.shape)
display(Row(PixelGrid(back, size=200, title="transposed back"),
            PixelGrid(reshaped, size=200, title="reshaped")))
print("the same:", np.array_equal(back, photograph), "and", np.array_equal(reshaped, photograph))

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
# | [depth][why] | the number of channels of an image, the number of slices of a kernel |
# | [cancel][colours] | weights whose sum over the slices is 0, so that grey gets 0 |
# | [1 × 1 kernel][mix] | mixes the channels of each pixel, and looks at no neighbour |
#
# [box]: #A-coloured-picture-is-a-box-of-numbers
# [sum]: #Three-slices,-one-sum
# [why]: #Why-the-kernel-is-as-deep-as-the-image
# [colours]: #Some-kernels-tell-colours-apart
# [mix]: #A-kernel-of-1-×-1-mixes-channels
#
# Next: lesson 04, *Many kernels, a bias each, and a bend*.
