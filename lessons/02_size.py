# %% [markdown]
# # Stride, padding and what falls off the edge
#
# In lesson 01 no window stood half outside the picture. So a kernel of 3 by 3 made an output two
# rows and two columns smaller than its input; a larger kernel takes more. How large an output is,
# you decide with the kernel and three settings: *stride*, *padding* and *dilation*. In a network,
# layer follows layer, and one wrong size stops it all. After this lesson you can work these sizes
# out beforehand.
#
# | What you will do | minutes |
# |---|---|
# | make a guess | 3 |
# | count the places of a window, and write the formula (exercise 1) | 11 |
# | leave answers out with a stride (exercise 2) | 13 |
# | add a border of zeros (exercises 3 and 4) | 16 |
# | spread a kernel with dilation (exercise 5) | 10 |
# | play in the lab | 6 |
# | see further, layer upon layer (exercise 6) | 13 |
# | see what to remember, and what goes wrong in practice | 3 |
#
# **What you need.** Lesson 01: a kernel slides over an image; each place of the window gives one
# number. As before: choose *Edit*, *Clear Outputs of All Cells*, then press Shift+Enter in one cell
# after the other.

# %%
import numpy as np
from IPython.display import display

from cnncourse import data, single
from cnncourse.exercises import check, hints
from cnncourse.explorers import predict, size_lab
from cnncourse.explorers.size_lab import places
from cnncourse.kernels import KERNELS
from cnncourse.linked import linked
from cnncourse.pixels import PixelGrid, Row

# %% [markdown]
# ## First make a guess
#
# A digit of 28 by 28 pixels goes through three kernels of 5 by 5, one after the other. What is the
# shape of what comes out?

# %%
predict("three_kernels")

# %%
picture, kernel = np.ones((28, 28)), np.ones((5, 5))
for count in (1, 2, 3):
    picture = single.correlate(picture, kernel)
    print(f"after kernel {count}: {picture.shape[0]} × {picture.shape[1]}")

# %% [markdown]
# ## Count the places
#
# Rows and columns follow the same rule, each with its own numbers. So one row of pixels is enough.
# Here are 7 pixels and a window of 3. Each line below is one **place** of the window: yellow are
# the pixels on which it lies.

# %%
display(places(7, 3))
for first in range(7 - 3 + 1):
    print(f"place {first}: pixels {first}, {first + 1}, {first + 2}")

# %% [markdown]
# Call the number of pixels in the row its size, and the number of pixels in the window **k**. The
# window begins at pixel 0. Then it can be pushed on by (size − k) pixels until it touches the end.
# The place where it began counts as well; hence the **+ 1**:
#
# > places = size − k + 1
#
# Read the picture by columns, and you see something else: pixel 0 is in one window only, pixel 3 in
# three. Pixels at the border have less to say.
#
# **A stride takes longer steps.** With a **stride** of 2, the window moves on by two pixels at a
# time. It skips every other place.

# %%
display(Row(places(7, 3, stride=2), places(8, 3, stride=2)))
for size in (7, 8):
    steps = (size - 3) // 2
    print(f"{size} pixels: {steps} whole steps, so {steps + 1} places")

# %% [markdown]
# Seven pixels or eight: there are three places. With eight, a last step would lead over the edge,
# so it is not taken, and the last pixel is in no window: it *drops off*. The number of steps is
# rounded down. Python does that with `//`; in mathematics one writes ⌊ ⌋, the **floor**:
#
# > places = ⌊(size − k) / stride⌋ + 1
#
# **Predict:** a photograph has 200 rows, the kernel 11, the stride is 4. How many rows has the
# output?

# %%
predict("rows_of_200")

# %%
large, kernel = np.zeros((200, 200)), np.zeros((11, 11))
print("steps:", (200 - 11) / 4, "which is rounded down to", (200 - 11) // 4)
print("rows of the output:", single.correlate(large, kernel, stride=4).shape[0])
last = 4 * 47
print(f"the last window covers rows {last} to {last + 10}; row {last + 11} drops off")

# %% [markdown]
# **Padding puts zeros at both ends.** With a **padding** of 1 there is a zero on *each* side, shown
# in grey. So the row is longer by two times the padding before the window begins to slide.

# %%
display(Row(places(7, 3, pad=1), places(7, 3, stride=2, pad=1), places(7, 3, stride=3, pad=2)))
print("stride 1, padding 1:", (7 + 1 + 1 - 3) // 1 + 1, "places")
print("stride 2, padding 1:", (7 + 1 + 1 - 3) // 2 + 1, "places")
print("stride 3, padding 2:", (7 + 2 + 2 - 3) // 3 + 1, "places")

# %% [markdown]
# **Exercise 1: the formula.** Write it with everything in it: size, kernel, stride and padding
# (rings of zeros, so many on each side).

# %% tags=["exercise"]
def output_size(size, k, stride, pad):
    """How many rows the output has."""
    ...


check("output_size", output_size)

# %% tags=["solution"]
hints("output_size")

# %% [markdown]
# ## A stride leaves answers out
#
# **Belief 1: "A stride of 2 just makes the picture smaller."** It does, but not as shrinking does.
# Of the answers that a stride of 1 gives, it computes those in every second row and every second
# column, about one in four. `[::2, ::2]` picks the same ones: every second row and column.

# %%
head = data.photograph("camera")[50:210, 140:340]
every = single.correlate(head, KERNELS["sobel_x"])
fewer = single.correlate(head, KERNELS["sobel_x"], stride=2)
large = PixelGrid(every, palette="diverging", limits=(-1, 1), size=320, title="stride 1")
small = PixelGrid(fewer, palette="diverging", limits=(-1, 1), size=160, title="stride 2")
display(Row(large, small))
print(f"{every.size} answers, and {fewer.size}: {fewer.size / every.size:.0%} of them")
print("the same as picking them out:", np.allclose(fewer, every[::2, ::2], atol=1e-5))

# %% [markdown]
# That can go wrong. Look at stripes, one pixel wide, and at what becomes of them when we keep every
# second pixel, and when we average squares of 2 by 2 instead. (A kernel of 1 by 1 with a weight of
# 1 gives each pixel as it is, so only the stride does something. `[:, 1:]` is all rows, and the
# columns from 1 on: the picture without its column 0.)

# %%
stripes = np.zeros((12, 13))
stripes[:, 1::2] = 1  # columns 1, 3, 5 and so on
shown = {
    "stripes": stripes,
    "stride 2": single.correlate(stripes, np.ones((1, 1)), stride=2),
    "moved by 1, stride 2": single.correlate(stripes[:, 1:], np.ones((1, 1)), stride=2),
    "averaged": single.shrink(stripes, 2),
    "moved by 1, averaged": single.shrink(stripes[:, 1:], 2),
}

# %%
grids = []
for name, array in shown.items():
    grids.append(PixelGrid(array, limits=(0, 1), size=150, title=name))
    print(f"{name}: shape {array.shape}, from {array.min():g} to {array.max():g}")
display(Row(*grids))

# %% [markdown]
# (`Row(*grids)` puts the pictures of a list side by side.)
#
# With a stride of 2 the stripes are gone: all black, or all white if the picture is moved by a
# single pixel. This is called **aliasing**: a pattern too fine for the step turns into something
# else. Averaging makes an even grey of these stripes, wherever the picture begins.
#
# **Exercise 2: slide with a step.** Begin with your `correlate2d` of lesson 01 (or its solution)
# and give it a stride, for rows and columns alike.

# %% tags=["exercise"]
def strided_correlation(image, kernel, stride):
    """Slide the kernel over the image, `stride` pixels at a time; return the output."""
    ...


check("strided_correlation", strided_correlation)

# %% tags=["solution"]
hints("strided_correlation")

# %% [markdown]
# ## Padding adds a border of zeros
#
# In two dimensions, a padding of p is p rings of zeros around the image. Two choices have names.
# **Valid** is no padding: each window holds real pixels only. **Same** is as much padding as keeps
# the size with a stride of 1: k − 1 zeros in each direction, half of them on each side. (With an
# even k the halves cannot be equal. Here, and in PyTorch, the extra zero goes to the end.)

# %%
print("kernels of 3, 4 and 5 make of", head.shape)
for pad in (0, 1, 2, "valid", "same"):
    shapes = [single.correlate(head, np.ones((k, k)), pad=pad).shape for k in (3, 4, 5)]
    print(f"padding {pad}: {shapes}")

# %% [markdown]
# **Belief 2: "Padding adds information."** It lets windows stand half outside, and so pixels at the
# border are in more windows. But the zeros themselves say nothing about the picture. What happens
# at the edge of a plain white sheet?

# %%
predict("white_corners")

# %%
white = np.ones((5, 5))
blurred = single.correlate(white, KERNELS["box_blur"], pad=1)
edges = single.correlate(white, KERNELS["sobel_x"], pad=1)
real = single.correlate(white, np.ones((3, 3)), pad=1)
display(Row(
    PixelGrid(blurred, limits=(0, 1), numbers=True, format="{:.2f}", title="blurred"),
    PixelGrid(edges, palette="diverging", limits=(-4, 4), numbers=True, title="sobel_x"),
    PixelGrid(real, palette="cividis", limits=(0, 9), numbers=True, title="pixels of the sheet"),
))
print(f"corner of the blur: {blurred[0, 0]:.2f}, middle {blurred[2, 2]:.2f}")
print(f"the kernel for edges answers from {edges.min():g} to {edges.max():g} to a white sheet")

# %% [markdown]
# (The third picture counts how many pixels of the sheet each window holds.) Here are the sheet in
# its border of zeros, the kernel for edges and its answers. Point at an answer, or at a pixel.

# %%
sheet = PixelGrid(white, limits=(0, 1), numbers=True, margin=1, size=260, title="the sheet")
weights = PixelGrid(KERNELS["sobel_x"], palette="diverging", limits=(-4, 4), numbers=True, size=110)
answers = PixelGrid(edges, palette="diverging", limits=(-4, 4), numbers=True, size=190)
display(Row(sheet, weights, answers, linked(sheet, weights, answers, pad=1)))
print("the answers in the top row:", *edges[0].astype(int))

# %% [markdown]
# The blur gets dark at the border, and the kernel for edges finds edges where there are none: zero
# is black, so to the kernel the sheet lies on a black table. On a black sheet nothing is to be
# seen of that. One thing the zeros do tell: *where the border is*.

# %%
for name, sheet in (("white", white), ("black", np.zeros((5, 5)))):
    for pad in (0, 1):
        answers = single.correlate(sheet, KERNELS["sobel_x"], pad=pad)
        print(f"{name} sheet, padding {pad}: answers from {answers.min():g} to {answers.max():g}")

# %% [markdown]
# So padding keeps sizes tidy and lets border pixels take part. About what is in the picture it
# adds nothing. But a network that pads can tell from the false edges how near the border is, and
# trained networks do (Islam, Jia and Bruce, 2020, measured it).
#
# **Exercise 3: rings of zeros.** Return a new array with the image in the middle and `pad` rows or
# columns of zeros on each side. (NumPy's own `np.pad` can do it; try it without.)

# %% tags=["exercise"]
def pad_with_zeros(image, pad):
    """The image with a border of zeros."""
    ...


check("pad_with_zeros", pad_with_zeros)

# %% tags=["solution"]
hints("pad_with_zeros")

# %% [markdown]
# **Exercise 4: the other way round.** You want 10 rows from 31. The kernel shall have 3 to 7 rows,
# the padding shall be smaller than the kernel, and each row of the image shall be in at least one
# window. Choose (kernel, stride, padding). There is more than one answer.

# %% tags=["exercise"]
choose_settings = ...  # three whole numbers, written like this: (5, 1, 0)
check("choose_settings", choose_settings)

# %% tags=["solution"]
hints("choose_settings")

# %% [markdown]
# (More than half of the lesson is done: a good place for a pause.)

# %% [markdown]
# ## Dilation spreads the kernel
#
# With a **dilation** of 2, the weights lie two pixels apart, with a gap of one pixel between them.
# The **reach** of a kernel is the number of pixels from its first weight to its last:
#
# > reach = dilation × (k − 1) + 1
#
# In the formula of the size, the reach takes the place of k. The first cell shows it in a row of
# pixels. The second lays a kernel of 3 by 3 on a small part of the photograph, and marks the nine
# pixels that its weights lie on.

# %%
display(Row(places(9, 3), places(9, 3, dilation=2), places(9, 3, dilation=3)))
for dilation in (1, 2, 3):
    reach = dilation * 2 + 1
    print(f"dilation {dilation}: reach {reach}, {9 - reach + 1} places on 9 pixels")

# %%
grids, ear = [], head[78:95, 31:48]
for dilation in (1, 2, 3):
    along = (8 - dilation, 8, 8 + dilation)
    nine = [(row, column, 1, 1) for row in along for column in along]
    title = f"dilation {dilation}"
    grids.append(PixelGrid(ear, limits=(0, 1), windows=nine, size=220, title=title))
    print(f"dilation {dilation}: {len(nine)} weights, rows {along[0]} to {along[2]}")
display(Row(*grids))

# %% [markdown]
# Nine weights each time, so one answer costs as many multiplications as before, and it looks
# further. What lies in the gaps, this answer does not see; with a stride of 1, the window's next
# places do.
#
# **Predict:** five weights in a row, a dilation of 3. Over how many pixels do they reach?

# %%
predict("reach_of_five")

# %%
display(places(15, 5, dilation=3))
print("4 steps of 3, and the first pixel:", 4 * 3 + 1)

# %% [markdown]
# **Exercise 5: a spread kernel.** A kernel with dilation does what a larger kernel without dilation
# does that has zeros in its gaps. Make that larger kernel.

# %% tags=["exercise"]
def spread_kernel(kernel, dilation):
    """The kernel with its weights `dilation` pixels apart and zeros in the gaps."""
    ...


check("spread_kernel", spread_kernel)

# %% tags=["solution"]
hints("spread_kernel")

# %%
larger = np.array([[-1, 0, 0, 0, 1], [0, 0, 0, 0, 0], [-2, 0, 0, 0, 2], [0, 0, 0, 0, 0],
                   [-1, 0, 0, 0, 1]])
dilated = single.correlate(head, KERNELS["sobel_x"], dilation=2)
the_same = np.allclose(dilated, single.correlate(head, larger), atol=1e-5)
print("sobel_x with dilation 2:", dilated.shape, "the larger kernel gives the same:", the_same)

# %% [markdown]
# ## The lab draws what falls off
#
# Left the image, right the output. The darkest blue is 0: such pixels are in no window. Press play
# to see the window walk; where a kernel is spread by dilation, a veil covers what it leaves out.
#
# 1. Image 8, kernel 3, stride 2, no padding. What drops off? Which image sizes lose nothing?
# 2. Choose "same". Which strides keep the whole picture in use?
# 3. No padding, stride 4: larger than the kernel. What happens between the windows?
# 4. Dilation 2, stride 2, no padding: how much of the picture is in no window? Move the window with
#    the arrow keys on the output, and you see why.
#
# <details><summary>Answers</summary>
#
# 1. The last row and the last column: 15 of 64 pixels. With an odd size nothing is left over,
#    because size − 3 is then a multiple of 2.
# 2. Strides of 1, 2 and 3. With 4 or 5, windows that are 3 wide leave gaps between them.
# 3. Between two windows, one row (or column) of pixels is in none of them. One more is left over
#    at the end.
# 4. Three quarters: 48 of 64 pixels. The weights lie two pixels apart, and the windows as well. So
#    they only meet rows and columns with an even number.
#
# </details>

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
# ## Layer upon layer sees further
#
# The pixels that can change one number of an output are its **receptive field**. For one kernel it
# is the window. For a second kernel, which looks at the output of the first, it is larger. We need
# not think: we take a black picture, of which all answers are 0, make one pixel after the other
# white, and look whether the middle number changes. The weights are random, so that none of them is
# zero. (`normal(size=(3, 3, 3))` makes 27 random numbers: three kernels of 3 by 3.)

# %%
first, second, third = np.random.default_rng(1).normal(size=(3, 3, 3))


def two(picture):
    return single.correlate(single.correlate(picture, first), second)


def two_with_a_stride(picture):
    return single.correlate(single.correlate(picture, first, stride=2), second)

# %%
def field(kernels):
    """1 for each pixel of 13 by 13 that changes the middle number of the output, otherwise 0."""
    found = np.zeros((13, 13))
    for row in range(13):
        for column in range(13):
            nudge = np.zeros((13, 13))
            nudge[row, column] = 1
            answers = kernels(nudge)
            found[row, column] = answers[len(answers) // 2, len(answers) // 2] != 0
    return found

# %%
grids = []
for name, kernels in (("both strides 1", two), ("first stride 2", two_with_a_stride)):
    seen = field(kernels)
    grids.append(PixelGrid(seen, palette="cividis", limits=(0, 1), size=230, title=name))
    print(f"{name}: {seen.sum():g} pixels, {seen[6].sum():g} of them in the middle row")
display(Row(*grids))

# %% [markdown]
# Two kernels of 3 see 5 rows: the middle number looks at three answers, their windows lie one row
# apart, so the first and the last of them add one row each. With a stride of 2 in the first
# kernel, the three windows lie two rows apart, and it is 7. So a kernel adds
#
# > (k − 1) × (the product of all strides *before* it) rows
#
# from the first row to the last. (With dilation, the reach takes the place of k here as well. Then,
# and after a stride longer than its kernel, the field can have gaps.)
#
# **Predict:** three kernels of 3 by 3 with stride 1, one after the other. How many rows has the
# receptive field of one number at the end?

# %%
predict("field_of_three")

# %%
def three(picture):
    return single.correlate(two(picture), third)


seen = field(three)
around = [(3, 3, 7, 7), (4, 4, 5, 5), (5, 5, 3, 3)]  # for three, two kernels and one
print(f"{seen.sum():g} pixels, {seen[6].sum():g} of them in the middle row")
PixelGrid(seen, palette="cividis", limits=(0, 1), windows=around, title="one, two, three kernels")

# %% [markdown]
# So kernels of 3, one upon the other, come to see a whole picture, and a stride in an early layer
# lets those after it see further (unless they are 1 by 1). At the border of a picture the field is
# cut off, and a weight of 0 sees nothing.
#
# **Exercise 6: how far does it see?** `layers` is a list with a pair (k, stride) for each kernel,
# such as `[(3, 2), (3, 1)]`, the first kernel first. Write the rule as a function.

# %% tags=["exercise"]
def receptive_field(layers):
    """Over how many rows of the image one number at the end sees, from the first to the last."""
    ...


check("receptive_field", receptive_field)

# %% tags=["solution"]
hints("receptive_field")

# %% [markdown]
# ## What you should remember
#
# - places = ⌊(size + 2 × padding − reach) / stride⌋ + 1, for rows and columns each by themselves.
# - The reach is k; with dilation it is dilation × (k − 1) + 1.
# - What is left over by the rounding is in no window: pixels of the image, or zeros where there is
#   padding. A stride longer than the reach leaves gaps, too.
# - "Valid" is no padding. "Same" keeps the size, with a stride of 1. The zeros say nothing about
#   the picture, except where its border is.
# - A stride computes fewer answers. It does not average: fine patterns may vanish or turn into
#   others.
# - The receptive field grows by (k − 1) × (the product of the strides before) with each kernel.

# %% [markdown]
# ## What goes wrong in practice
#
# **Pixels drop off without a word.** Nothing warns you when the division leaves a remainder. So
# compute it. Without padding the rows left over are the last rows of the image. With padding the
# zeros come last: as long as no more is left over than the padding on that side, only zeros are.

# %%
for size, pad in ((224, 0), (225, 0), (224, 1)):
    left = (size + 2 * pad - 3) % 2
    whose = "rows of the image" if left > pad else "zeros" if left else "nothing"
    print(f"{size} rows, kernel 3, stride 2, padding {pad}: {left} left over, {whose}")

# %% [markdown]
# **The kernel does not fit.** After a few layers the maps are small, and one more kernel is too
# large. The package says so, and what helps.

# %%
try:
    single.correlate(np.zeros((4, 4)), np.zeros((5, 5)))
except ValueError as problem:
    print("ValueError:", problem)

# %% [markdown]
# **"Same" does not mean the same everywhere.** With a stride of 1 it keeps the size here, in
# PyTorch and in TensorFlow. With a longer stride PyTorch refuses it; this course puts the zeros as
# it does for a stride of 1, TensorFlow may put fewer at the start. The sizes agree, the numbers
# need not. So when you carry weights from one library to another, compare numbers, not shapes.

# %%
row, three_ones = np.array([[1, 2, 3, 4, 5, 6, 7, 8.0]]), np.ones((1, 3))
print("zeros on both sides:", *single.correlate(row, three_ones, stride=2, pad="same"))
late = np.array([[1, 2, 3, 4, 5, 6, 7, 8, 0.0]])
print("a zero at the end:  ", *single.correlate(late, three_ones, stride=2))

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [place][places] | a position of the window; each gives one number of the output |
# | [stride][places] | how many pixels the window moves on at a time |
# | [floor][places] | rounded down to a whole number, ⌊ ⌋, in Python `//` |
# | [aliasing][stride] | a pattern too fine for the step turns into something else |
# | [padding][padding] | rings of zeros around the image |
# | [valid][padding], [same][padding] | no padding; as much as keeps the size with a stride of 1 |
# | [dilation][dilation] | how many pixels lie from one weight to the next |
# | [reach][dilation] | over how many pixels a kernel stretches |
# | [receptive field][layers] | the pixels that can change one number of an output |
#
# [places]: #Count-the-places
# [stride]: #A-stride-leaves-answers-out
# [padding]: #Padding-adds-a-border-of-zeros
# [dilation]: #Dilation-spreads-the-kernel
# [layers]: #Layer-upon-layer-sees-further
#
# Next: lesson 03, *A kernel is as deep as its image*.
