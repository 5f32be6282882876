# %% [markdown]
# # Stride, padding and what falls off the edge
#
# A kernel cannot stand half outside the picture. So each output is a little smaller than its
# input; how much, you decide with three settings: *stride*, *padding* and *dilation*. In a network,
# layer follows layer, and one wrong size stops it all. Most error messages that beginners of this
# field meet are about sizes. After this lesson you can work every size out beforehand.
#
# | What you will do | minutes |
# |---|---|
# | make a guess | 2 |
# | count the places of a window | 6 |
# | take longer steps, and add a border | 6 |
# | look further: dilation, and layer upon layer | 5 |
# | play in the lab | 4 |
# | solve four exercises | 5 |
# | see what to remember, and what goes wrong in practice | 2 |
#
# **What you need.** Lesson 01: a kernel slides over an image; each place of the window gives one
# number. As before: choose *Edit*, *Clear Outputs of All Cells*, then press Shift+Enter in one cell
# after the other.

# %%
import numpy as np
from IPython.display import display
from ipywidgets import HBox

from cnncourse import data, ops
from cnncourse.explorers import predict, size_lab
from cnncourse.kernels import KERNELS
from cnncourse.pixels import PixelGrid

# %% [markdown]
# ## First make a guess
#
# Digits of 28 by 28 pixels go through three kernels of 5 by 5, one after the other. What is the
# shape of what comes out?

# %%
image = np.random.default_rng(0).random((28, 28))
kernel = np.full((5, 5), 1 / 25)
after = image
for _ in range(3):
    after = ops.correlate2d(after, kernel)

# %%
wrong = {
    (28, 28): "A window of 5 cannot begin in the last four columns.",
    (24, 24): "That is what the first kernel leaves. Two more follow.",
    (13, 13): "A window of 5 loses 4 places, not 5: the first place counts as well.",
    (22, 22): "That would be kernels of 3 by 3.",
}
because = "Each kernel of 5 takes 4 rows and 4 columns away."
predict("Rows × columns after three kernels:", after.shape, wrong=wrong, because=because)

# %% [markdown]
# ## Count the places
#
# Everything in this lesson happens along the rows just as along the columns, so one row of pixels
# is enough. Here are 7 pixels and a window of 3. Wherever the window fits, we write down which
# pixels it covers.

# %%
size, k = 7, 3
places = []
for first in range(size):
    if first + k <= size:
        places.append(list(range(first, first + k)))
        print(f"place {len(places)}: pixels {places[-1]}")
print(len(places), "places =", size, "-", k, "+ 1")

# %% [markdown]
# The window begins at pixel 0. Then it can be pushed on by (size − k) pixels until it touches the
# end. The place where it began counts as well; hence the **+ 1**. Forgetting it is the commonest
# mistake of all.
#
# How often is each *pixel* used? Not equally often. On a square image, each number below says how
# many windows of 3 by 3 use that pixel.

# %%
uses = np.zeros((7, 7))
for row in range(5):
    for column in range(5):
        uses[row : row + 3, column : column + 3] += 1
display(PixelGrid(uses, numbers=True, palette="cividis", size=260, title="windows per pixel"))
print(f"A corner is in {uses[0, 0]:g} window, the middle in {uses[3, 3]:g}.")

# %% [markdown]
# ## A stride takes longer steps
#
# With a **stride** of 2, the window moves on by two pixels at a time. It skips every other place.

# %%
def places_of(size, k, stride):
    """The pixels of each place of the window."""
    return [list(range(i, i + k)) for i in range(0, size - k + 1, stride)]


for size in (7, 8):
    found = places_of(size, 3, 2)
    print(f"{size} pixels: {found}")
    print("   pixels in no window:", set(range(size)).difference(*found) or "none")

# %% [markdown]
# Seven pixels or eight: there are three places. With eight, a last step would lead over the edge,
# so it is not taken, and the last pixel is never looked at: it *drops off*. In the formula, the
# number of steps is rounded down. Python does that with `//`; in mathematics one writes ⌊ ⌋, the
# **floor**.
#
# > places = ⌊(size − k) / stride⌋ + 1
#
# **Predict:** a photograph has 200 rows, the kernel 11, the stride is 4. How many rows has the
# output?

# %%
rows = ops.correlate2d(np.zeros((200, 200)), np.zeros((11, 11)), stride=4).shape[0]
wrong = {
    50: "The kernel needs room, too: its last place begins 11 rows before the end.",
    47: "Count the place where the window begins.",
    49: "A last step that does not fit whole is not taken: round down.",
    190: "That is with a stride of 1.",
}
because = "(200 − 11) / 4 is 47 whole steps; with the first place that is 48."
predict("Rows of the output:", rows, wrong=wrong, because=because)

# %% [markdown]
# **Belief 1: "A stride of 2 just makes the picture smaller."** It does, but not as shrinking does.
# It computes every other answer and leaves out the rest. Look at stripes, one pixel wide, and at
# what becomes of them when we keep every other pixel, and when we average first.

# %%
stripes = np.tile([0.0, 1.0], (12, 6))
single = np.array([[1.0]])
left_out = ops.correlate2d(stripes, single, stride=2)
moved = ops.correlate2d(stripes[:, 1:], single, stride=2)
averaged = ops.correlate2d(stripes, np.full((2, 2), 0.25), stride=2)
shown = {"stripes": stripes, "stride 2": left_out, "moved by 1": moved, "averaged": averaged}
grids = [PixelGrid(a, limits=(0, 1), size=150, title=name) for name, a in shown.items()]
display(HBox(grids))
for name, array in shown.items():
    print(f"{name}: shape {array.shape}, numbers {np.unique(array)}")

# %% [markdown]
# With a stride of 2 the stripes are gone: all black, or all white if the picture is moved by a
# single pixel. This is called **aliasing**: a pattern too fine for the step turns into something
# else. Averaging makes an even grey of them, which at least does not depend on where the picture
# begins.

# %% [markdown]
# ## Padding adds a border of zeros
#
# **Padding** puts rings of zeros around the image before the window slides. With p rings there are
# p zeros on *each* side:
#
# > places = ⌊(size + p + p − k) / stride⌋ + 1
#
# Two choices have names. **Valid**: no padding, each window holds real pixels only. **Same**: as
# much padding as keeps the size, k − 1 zeros in all, half of them on each side. (With an even k the
# halves cannot be equal. Then the extra zero goes to the end.)

# %%
head = data.photograph("camera")[50:210, 140:340]
for pad in (0, 1, 2, "same"):
    shapes = [
        ops.correlate2d(head, np.ones((k, k)), pad=pad).shape for k in (3, 4, 5)
    ]
    print(f"padding {pad!r:7} kernels of 3, 4, 5 make of {head.shape}: ", *shapes)

# %% [markdown]
# **Belief 2: "Padding adds information."** Zeros know nothing about the world. They only allow
# windows that stand half outside. What those answer is made of fewer real pixels, and of a black
# frame that is not there in the picture. We blur a plain white picture:

# %%
white = np.ones((5, 5))
blurred = ops.correlate2d(white, KERNELS["box_blur"], pad=1)
edges = ops.correlate2d(white, KERNELS["sobel_x"], pad=1)
real = ops.correlate2d(white, np.ones((3, 3)), pad=1)
shown = {"blurred": blurred, "sobel_x": edges, "real pixels in the window": real}
look = dict(palette="diverging", numbers=True, format="{:.2g}", size=220)
display(HBox([PixelGrid(array, title=name, **look) for name, array in shown.items()]))
print(f"corner of the blur: {blurred[0, 0]:.2f}, middle {blurred[2, 2]:.2f}")
print(f"the kernel for edges answers from {edges.min():g} to {edges.max():g} to a white sheet")

# %% [markdown]
# The blur gets dark at the border, and the kernel for edges finds edges where there are none.
# Padding keeps sizes tidy and lets border pixels take part in more windows. Information it adds
# none; and a network can even tell from the false edges where the border is.

# %% [markdown]
# ## Dilation spreads the kernel
#
# With a **dilation** of 2, the weights lie two pixels apart, with a gap between. A kernel of k
# weights then reaches over dilation × (k − 1) + 1 pixels. It looks further, with no more weights
# and no more work; what lies in the gaps, it does not see.

# %%
line = np.zeros((9, 9))
line[4, 4] = 1
for dilation in (1, 2, 3):
    spread = ops.correlate2d(line, np.ones((3, 3)), dilation=dilation, pad="same")
    print(f"dilation {dilation}: reach {dilation * 2 + 1}, answers in rows", end=" ")
    print(np.unique(np.argwhere(spread)[:, 0]))

# %% [markdown]
# ## Layer upon layer sees further
#
# The pixels that can change one number of an output are called its **receptive field**. For one
# kernel it is the window. For a second kernel that looks at the output of the first, it is larger.
# We need not think: we nudge every pixel in turn, and look whether the middle number changes.

# %%
rng = np.random.default_rng(1)
first, second = rng.normal(size=(3, 3)), rng.normal(size=(3, 3))


def middle(image, stride):
    """The middle number after two kernels, the first with this stride."""
    answers = ops.correlate2d(ops.correlate2d(image, first, stride=stride), second)
    return answers[answers.shape[0] // 2, answers.shape[1] // 2]

# %%
grids = []
for stride in (1, 2):
    field = np.zeros((13, 13))
    for at in np.ndindex(field.shape):
        nudge = np.zeros((13, 13))
        nudge[at] = 1
        field[at] = middle(nudge, stride) != 0
    grids.append(PixelGrid(field, limits=(0, 1), size=230, title=f"first stride {stride}"))
    print(f"first stride {stride}: {field.any(axis=1).sum()} × {field.any(axis=0).sum()} pixels")
display(HBox(grids))

# %% [markdown]
# Two kernels of 3 see 5 pixels; with a stride of 2 in the first, 7. Steps in the early layers make
# all later ones see further. That is how a network of small kernels comes to see a whole picture.
#
# **Predict:** three kernels of 3 by 3 with stride 1, one after the other. How many rows has the
# receptive field of one number at the end?

# %%
from cnncourse.layers import Conv2D, Sequential
from cnncourse.summary import summary

three = Sequential(*(Conv2D(1, 1, 3, rng=rng) for _ in range(3)))
wrong = {
    9: "The windows overlap: the second kernel adds two new rows, not three.",
    5: "That is two kernels. The third adds two more rows.",
    3: "That is one kernel. The next sees three of its answers, each with a window of its own.",
}
because = "3, then 2 more with each further kernel."
rows = summary(three, (28, 28, 1))[-1].receptive_field[0]
predict("Rows of the receptive field:", rows, wrong=wrong, because=because)

# %% [markdown]
# ## The lab draws what falls off
#
# Left the image, right the output. Hatched pixels are in no window at all.
#
# 1. Image 8, kernel 3, stride 2. What drops off? Which image sizes lose nothing?
# 2. Choose "same". Which strides keep the whole picture in use?
# 3. Make the stride larger than the kernel. What happens between the windows?
# 4. Kernel 3, dilation 2, stride 2: three quarters of the picture remain unseen. Move the windows
#    with the arrow keys on the output, and you see why.

# %%
lab = size_lab()
lab

# %%
lab.stride.value = 2
print(lab.sentence)
lab.dilation.value = 2
print(lab.sentence)
lab.stride.value, lab.dilation.value = 1, 1

# %% [markdown]
# ## Four exercises make it yours
#
# **Exercise 1: the formula.** Write it with everything in it: size, kernel, stride and padding
# (rings of zeros, so many on each side). `//` divides and rounds down.

# %% tags=["exercise"]
from cnncourse.exercises import check, hints


def output_size(size, k, stride, pad):
    """How many rows the output has."""
    ...


check("output_size", output_size)

# %% tags=["solution"]
hints("output_size")

# %% [markdown]
# **Exercise 2: rings of zeros.** Return a new array with the image in the middle and `pad` rows or
# columns of zeros on each side. (NumPy's own `np.pad` can do it; try it without.)

# %% tags=["exercise"]
def pad_with_zeros(image, pad):
    """The image with a border of zeros."""
    ...


check("pad_with_zeros", pad_with_zeros)

# %% tags=["solution"]
hints("pad_with_zeros")

# %% [markdown]
# **Exercise 3: slide with a step.** Begin with your `correlate2d` of lesson 01 (or its solution)
# and give it a stride, for rows and columns alike.

# %% tags=["exercise"]
def strided_correlation(image, kernel, stride):
    """Slide the kernel over the image, `stride` pixels at a time; return the output."""
    ...


check("strided_correlation", strided_correlation)

# %% tags=["solution"]
hints("strided_correlation")

# %% [markdown]
# **Exercise 4: the other way round.** You want 10 rows from 28, and no pixel may drop off at the
# end. The kernel shall have 3 to 7 rows. Choose (kernel, stride, padding).

# %% tags=["exercise"]
choose_settings = ...  # three whole numbers, written like this: (5, 1, 0)
check("choose_settings", choose_settings)

# %% tags=["solution"]
hints("choose_settings")

# %% [markdown]
# ## What you should remember
#
# - places = ⌊(size + padding on both sides − reach) / stride⌋ + 1, for rows and columns alike.
# - The reach is k; with dilation it is dilation × (k − 1) + 1.
# - What is left over by the rounding is never looked at. A stride longer than the kernel leaves
#   gaps, too.
# - "Valid" is no padding. "Same" keeps the size (with a stride of 1). Zeros are not information.
# - A stride computes fewer answers. It does not average: fine patterns may vanish or turn into
#   others.
# - The receptive field grows from layer to layer, and faster after a stride.

# %% [markdown]
# ## What goes wrong in practice
#
# **Pixels drop off without a word.** Nothing warns you when the division leaves a remainder.
# Compute it: anything but 0 means that the last rows and columns are not looked at.

# %%
for size in (224, 225):
    print(f"{size} rows, kernel 3, stride 2: remainder {(size - 3) % 2}")

# %% [markdown]
# **The kernel does not fit.** After a few layers the maps are small, and one more kernel is too
# large. The package says so, and what helps.

# %%
try:
    ops.correlate2d(np.zeros((4, 4)), np.zeros((5, 5)))
except ValueError as problem:
    print("ValueError:", problem)

# %% [markdown]
# **"Same" does not mean the same everywhere.** With a stride of 1 it keeps the size in every
# library. With a longer stride, this course and PyTorch's padding by number put the zeros evenly;
# TensorFlow's "same" may put fewer zeros at the start. The sizes agree, the numbers do not. So when
# you carry weights from one library to another, compare numbers, not shapes.

# %%
row = np.arange(1.0, 9)[None, :]
three_ones = np.ones((1, 3))
print("zeros on both sides:", ops.correlate2d(row, three_ones, stride=2, pad=(0, 1))[0])
late = np.concatenate([row, [[0]]], axis=1)
print("a zero at the end:  ", ops.correlate2d(late, three_ones, stride=2)[0])

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [place][places] | a position of the window; each gives one number of the output |
# | [stride][stride] | how many pixels the window moves on at a time |
# | [floor][stride] | rounded down to a whole number, ⌊ ⌋, in Python `//` |
# | [aliasing][stride] | a pattern too fine for the step turns into something else |
# | [padding][padding] | rings of zeros around the image |
# | [valid][padding], [same][padding] | no padding; as much as keeps the size |
# | [dilation][dilation] | how many pixels lie from one weight to the next |
# | [reach][dilation] | over how many pixels a kernel stretches |
# | [receptive field][layers] | the pixels that can change one number of an output |
#
# [places]: #Count-the-places
# [stride]: #A-stride-takes-longer-steps
# [padding]: #Padding-adds-a-border-of-zeros
# [dilation]: #Dilation-spreads-the-kernel
# [layers]: #Layer-upon-layer-sees-further
#
# Next: lesson 03, *A kernel is as deep as its image*.
