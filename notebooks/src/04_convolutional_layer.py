# %% [markdown]
# # Many kernels, a bias each, and a bend
#
# One kernel finds one kind of thing. To say what is in a picture, you need to know many things
# about each spot: is there an upright edge, a level one, something red? So a network lays many
# kernels side by side. Together with a number for each, the *bias*, and one last step, the *ReLU*,
# they are a **convolutional layer**: the part that gave convolutional networks their name.
#
# | What you will do | minutes |
# |---|---|
# | make a guess | 2 |
# | turn one picture into a stack of maps | 8 |
# | set a threshold with a bias, and cut off with ReLU | 8 |
# | play with eight filters in the lab | 8 |
# | see why a layer needs its bend | 8 |
# | count parameters and work | 6 |
# | solve four exercises | 8 |
# | see what to remember, and what goes wrong in practice | 2 |
#
# **What you need.** Lessons 01 to 03: a kernel slides over an image and answers with one number in
# each place; without padding the output loses a border; a kernel has a slice for each channel, and
# the slices' answers are added up. As before: choose *Edit*, *Clear Outputs of All Cells*, then
# press Shift+Enter in one cell after the other.

# %%
import numpy as np
from IPython.display import display

from cnncourse import data, figures, ops
from cnncourse.explorers import filter_bank, predict
from cnncourse.kernels import KERNELS

# %% [markdown]
# ## First make a guess
#
# A coloured picture of 32 by 32 pixels meets six kernels of 5 by 5, each of them as deep as the
# picture, without padding and with a stride of 1. All six outputs are stacked. What is the shape of
# the stack: rows, columns, depth? (The answer comes from the package, which does it.)

# %%
picture = np.random.default_rng(0).random((32, 32, 3))
six = np.random.default_rng(1).normal(size=(5, 5, 3, 6))
stack = ops.conv2d(picture[None], six, np.zeros(6))[0][0]
wrong = {
    (28, 28, 3): "Each kernel adds up over the channels. What counts the maps?",
    (28, 28, 18): "A kernel gives one map, not one for each channel.",
    (32, 32, 6): "Without padding, a kernel of 5 by 5 does not fit everywhere.",
    (27, 27, 6): "Count the place where the window begins, too.",
}
because = "A window of 5 fits in 32 − 5 + 1 places, and each of the six kernels makes one map."
predict("Rows × columns × depth of the stack:", stack.shape, wrong=wrong, because=because)

# %% [markdown]
# ## Many kernels make a stack of maps
#
# Here is a photograph, made smaller, and four kernels. Each has a direction: it answers above zero
# where the picture gets brighter to the right, downwards, to the left, or upwards. (`np.rot90`
# turns an array by a quarter of a turn. `avg_pool2d` makes a picture smaller by averaging squares
# of pixels; it is the subject of the next lesson.)

# %%
photograph = data.photograph("astronaut")[:, 60:444]
small = ops.avg_pool2d(photograph[None], 4)[0][0]
sobel = KERNELS["sobel_x"] / 8
directions = [np.rot90(sobel, -turns) for turns in range(4)]
names = ["to the right", "downwards", "to the left", "upwards"]
display(figures.pictures([small], ["photograph"], side=2.2))
display(figures.pictures(directions, names, side=1.1, signed=True))
print(f"The photograph has shape {small.shape}. The first kernel, times 8:")
print(directions[0] * 8)

# %% [markdown]
# The photograph has three channels, so each kernel needs three slices. These shall be alike: then
# the colour does not matter. A kernel with all its slices is often called a **filter**; its shape
# here is (3, 3, 3): rows, columns, channels.
#
# All filters of a layer go into *one* array `w` of shape (kernel rows, kernel columns, channels in,
# filters). So `w[:, :, :, 2]` is filter number 2. `np.stack(..., axis=-1)` stacks along a new last
# axis.

# %%
filters = [np.repeat(d[:, :, None], 3, axis=2) for d in directions]
w = np.stack(filters, axis=-1)
print("one filter:", filters[0].shape)
print("all filters:", w.shape)

# %% [markdown]
# `ops.conv2d` slides all of them over the picture. It takes many images at once, so its first axis
# counts images: `small[None]` is a stack of one image. It also takes a bias for each filter; these
# are zero for now. What it returns is a pair; the first of the two is the output, the second you
# will need in lesson 08.

# %%
b = np.zeros(4)
y, _ = ops.conv2d(small[None], w, b)
maps = y[0]
print("in: ", small.shape)
print("out:", maps.shape)
display(figures.pictures(list(np.moveaxis(maps, 2, 0)), names, side=1.7, signed=True, columns=4))
for place, name in enumerate(names):
    print(f"{name}: from {maps[:, :, place].min():.2f} to {maps[:, :, place].max():.2f}")

# %% [markdown]
# A picture went in: rows, columns, 3 channels. A stack of **feature maps** comes out: rows,
# columns, 4 maps, one for each filter. It has the same kind of shape as a picture, only with
# another number of channels. That is why layers can follow each other: the maps of the first layer
# are the "picture" of the second, whose filters then need 4 slices.
#
# Is it really nothing but four times lesson 03? Compare with one filter and one place by hand.

# %%
row, column = 30, 40
window = small[row : row + 3, column : column + 3]
for place, name in enumerate(names):
    total = (window * w[:, :, :, place]).sum()
    same = np.isclose(total, maps[row, column, place], atol=1e-5)
    print(f"{name:13} by hand {total:6.3f}, in the stack {maps[row, column, place]:6.3f}: {same}")

# %% [markdown]
# ## Colours and directions come first
#
# Filters of 3 by 3 see no more than nine pixels in each channel. There is not much to see in that:
# how bright it is, in which direction it gets brighter, which colour it has. These are called
# **low-level features**. Three filters for colours:

# %%
wanted = {"red": (1, -0.5, -0.5), "blue": (-0.5, -0.5, 1), "yellow": (0.5, 0.5, -1)}
w_colour = np.stack([np.tile(c, (3, 3, 1)) / 9 for c in wanted.values()], axis=-1)
colour_maps = ops.conv2d(small[None], w_colour, np.zeros(3))[0][0]
shown = list(np.moveaxis(colour_maps, 2, 0))
display(figures.pictures(shown, list(wanted), side=1.9, signed=True))
for name, answers in zip(wanted, shown):
    row, column = np.unravel_index(answers.argmax(), answers.shape)
    print(f"{name}: strongest in row {row}, column {column}: {answers.max():.2f}")

# %% [markdown]
# The weights of each colour filter add up to zero over the channels, so grey pixels, whatever their
# brightness, get 0. Here we chose the filters ourselves. A network finds its own; whether it
# really begins with such simple features, lesson 11 will test.

# %% [markdown]
# ## A bias sets the threshold
#
# Which number is large enough to count? Take white letters on black, 5 by 5 pixels, and one filter
# that is itself an X. It fits in one place only, so each letter gets one number, its **score**:
# how many white pixels it shares with the X.

# %%
from cnncourse.exercises.convolutional_layer.pick_bias import KERNEL, LETTERS

framed = [np.pad(letter, 1) for letter in LETTERS.values()]
display(figures.pictures(framed, LETTERS, side=1))
scores = {name: ops.correlate2d(letter, KERNEL)[0, 0] for name, letter in LETTERS.items()}
for name, score in scores.items():
    print(f"{name}: score {score:g}")

# %% [markdown]
# Two of the Os share some pixels with the X, so their scores are above zero as well. Now add the
# same number to all scores: the **bias**. And then put 0 in place of everything below 0: that is
# **ReLU** (say "ray-loo", from *rectified linear unit*). It is the bend: draw its output against
# its input, and you get a flat line that turns into a rising one at zero.

# %%
def relu(score):
    return max(score, 0)


for bias in (0, -3, -12):
    after = {name: float(relu(score + bias)) for name, score in scores.items()}
    print(f"bias {bias:3}:", after)

# %% [markdown]
# With a bias of 0 two of the Os pass as well, with −12 nothing does. Somewhere between lies a bias
# that lets each X pass and stops each O: you will pick it in exercise 3. So the bias is a
# **threshold**, with its sign turned round: a score passes if it is larger than −bias. How far it
# passes is kept: a better X gets a larger number.
#
# **Belief 1: "The bias makes the picture brighter."** It is added to the *answers* of a filter, not
# to the picture. Let us see what it does to a map of edges, before and after the ReLU.

# %%
edges = maps[:, :, 0]
shown, titles = [], []
for bias in (0.1, 0, -0.1):
    passed = np.maximum(edges + bias, 0)
    shown.append(passed / passed.max())
    titles.append(f"bias {bias:g}")
    print(f"bias {bias:4}: {(passed > 0).mean():6.1%} of the places pass, up to {passed.max():.2f}")
display(figures.pictures(shown, titles, side=1.9))

# %% [markdown]
# The bias decides *how many* places pass: with the largest, most do, flat areas among them; with
# the smallest, only the sharper edges. (Each map is shown from black for 0 to white for its own
# strongest answer.)
#
# **Predict:** a filter's answers run from −2 to 5. Which bias, as a whole number, is the largest
# that lets nothing at all pass the ReLU?

# %%
answers = np.arange(-2, 6)
silent = max(bias for bias in range(-10, 11) if (answers + bias <= 0).all())
predict(
    "The largest bias with which no answer passes:",
    silent,
    wrong={
        5: "With a bias above zero, still more passes. Which sign takes away?",
        2: "That concerns the smallest answer. Look at the largest.",
        -6: "Nothing passes with it, but there is a larger one: what does ReLU make of exactly 0?",
    },
    because="The strongest answer then comes out as exactly 0, and 0 does not pass.",
)

# %% [markdown]
# ## The lab puts a whole layer under your fingers
#
# Eight filters, each with its slices on top (red above zero, blue below) and its map below. Click
# on a map, or choose its number, to put its weights on the sliders.
#
# 1. Which filters answer to the outline of the helmet at the lower right, and on which side of it?
# 2. Switch ReLU on. Lower the bias of one filter step by step and watch the share in the sentence.
# 3. Choose the filters "random". A layer starts like this before it learns. Do you see edges in its
#    maps nevertheless?
# 4. Choose the grey picture: how many slices has a filter now, and how many parameters the layer?

# %%
lab = filter_bank()
lab

# %%
lab.relu.value = True
for bias in (0, -0.25, -0.5):
    lab.bias.value = bias
    print(lab.sentence.splitlines()[-1])
lab.preset.value, lab.relu.value = "made by hand", False

# %% [markdown]
# ## Without the bend, two layers are one
#
# Layers are stacked to find larger things: a corner is an upright edge that meets a level one. But
# stacking alone gains nothing. Here two kernels work one after the other: blur, then find edges.
# And here is *one* kernel of 5 by 5 that does the same in one go.

# %%
blur, edge = KERNELS["box_blur"], KERNELS["sobel_x"]
both = np.zeros((5, 5))
for i in range(3):
    for j in range(3):
        both[i : i + 3, j : j + 3] += edge[i, j] * blur
grey = data.grey(small)
two_steps = ops.correlate2d(ops.correlate2d(grey, blur), edge)
one_step = ops.correlate2d(grey, both)
print("two steps:", two_steps.shape, " one step:", one_step.shape)
print(f"largest difference: {np.abs(two_steps - one_step).max():.1e}")

# %% [markdown]
# The difference is what computers get from rounding. Where does the larger kernel come from? Each
# weight of the second kernel asks for a copy of the first, shifted to its place; the copies are
# added up. The same holds for whole layers with many filters: without a bend between them, two
# convolutional layers can do nothing that one with larger kernels could not do. (With padding there
# is one exception: near the border, the zeros come in twice.)

# %%
padded_twice = ops.correlate2d(ops.correlate2d(grey, blur, pad=1), edge, pad=1)
padded_once = ops.correlate2d(grey, both, pad=2)
differs = ~np.isclose(padded_twice, padded_once, atol=1e-5)
print(f"With padding, {differs.mean():.1%} of the places differ,")
print(f"and {differs[1:-1, 1:-1].sum()} of them lie off the outermost ring.")

# %% [markdown]
# **Belief 2: "More layers can always do more."** Only with a bend between them. With a ReLU after
# the first kernel, *no* kernel can do both steps at once. A single kernel has no choice but to give
# the negative picture the negative answer. Look what the two steps with a bend give:

# %%
def bent(image):
    """Edges, bend, blur."""
    return ops.correlate2d(np.maximum(ops.correlate2d(image, edge), 0), blur)


for name, steps in (("one kernel", lambda image: ops.correlate2d(image, both)), ("bent", bent)):
    there, opposite = steps(grey), steps(-grey)
    print(f"{name}: the picture and its opposite together give up to ", end="")
    print(f"{np.abs(there + opposite).max():.3f}")

# %% [markdown]
# One kernel: the two answers cancel each other, up to rounding. With the bend they do not. So the
# layer with the bend does something that no kernel can, of whatever size. That is what the ReLU is
# for: not to make pictures prettier, but to make a second layer worth its work.

# %% [markdown]
# ## What a layer costs
#
# The numbers that a layer has to find, weights and biases, are its **parameters**. Its work is
# counted in **multiply-adds**: one product, added to a sum. `summary` counts both, here for a layer
# of 8 filters on pictures of two sizes.

# %%
from cnncourse.layers import Conv2D, Sequential
from cnncourse.summary import summary

layer = Sequential(Conv2D(3, 8, 3, rng=np.random.default_rng(0)))
for shape in ((32, 32, 3), (224, 224, 3)):
    print(f"pictures of {shape}")
    print(summary(layer, shape))

# %% [markdown]
# **Belief 3: "Larger pictures need more parameters."** More work, yes; the parameters stay the
# same, because the same filter slides to every place. This is called **weight sharing**. A
# **dense** layer, the older kind, has a weight for each pair of an input number and an output
# number. What would that cost for the same input and output?

# %%
for shape in ((32, 32, 3), (224, 224, 3)):
    row = summary(layer, shape)[0]
    numbers_in, numbers_out = int(np.prod(shape)), int(np.prod(row.shape))
    dense = numbers_in * numbers_out + numbers_out
    print(f"{numbers_in:,} numbers in, {numbers_out:,} out: {dense:,} parameters if dense,")
    print(f"{row.parameters} if convolutional; multiply-adds: ", end="")
    print(f"{numbers_in * numbers_out:,} against {row.multiply_adds:,}")

# %% [markdown]
# **Predict:** a layer of 10 filters of 3 by 3 looks at the 8 maps of the layer before. How many
# parameters has it? (Each filter is as deep as what it looks at, and has one bias.)

# %%
second = Conv2D(8, 10, 3, rng=np.random.default_rng(0))
predict(
    "Parameters of the layer:",
    sum(array.size for array in second.params.values()),
    wrong={
        720: "These are the weights. What else does each filter have?",
        100: "A filter has a slice for each of the 8 maps.",
        730 + 70: "There is one bias for each filter, not for each slice.",
        721: "There is one bias for each filter.",
    },
    because="10 filters, each with 3 × 3 × 8 weights and 1 bias.",
)

# %% [markdown]
# ## Four exercises make it yours
#
# **Exercise 1: a whole layer.** `x` is one image of shape (rows, columns, channels), `w` all
# filters, of shape (kernel rows, kernel columns, channels, filters), and `b` holds a bias for each
# filter. Return the stack of maps after ReLU, as an array of shape (rows, columns, filters). No
# padding, stride 1.

# %% tags=["exercise"]
from cnncourse.exercises import check, hints


def conv_layer(x, w, b):
    """Slide every filter over the image, add its bias, cut off below 0."""
    # 1. kh, kw, channels, filters = w.shape gives names to the four sizes.
    # 2. How many rows and columns do the maps have? Make y = np.zeros((rows, columns, filters)).
    # 3. For each row, column and filter: window times filter, added up, plus bias, then ReLU.
    ...


check("conv_layer", conv_layer)

# %% tags=["solution"]
hints("conv_layer")

# %% [markdown]
# **Exercise 2: count.** How many parameters has a layer of `filters` filters, each k by k, on
# images of this shape? `shape` is (rows, columns, channels), as in `image.shape`.

# %% tags=["exercise"]
def conv_parameters(shape, k, filters):
    """All weights and all biases of such a layer."""
    ...


check("conv_parameters", conv_parameters)

# %% tags=["solution"]
hints("conv_parameters")

# %% [markdown]
# **Exercise 3: pick the bias.** The six letters and their scores stand further up. Which bias makes
# a number above 0 of each X and 0 of each O, after the ReLU?

# %% tags=["exercise"]
pick_bias = ...
check("pick_bias", pick_bias)

# %% tags=["solution"]
hints("pick_bias")

# %% [markdown]
# **Exercise 4: two kernels in one.** Write the function that makes one kernel of two, of any size,
# square or not. You have seen it with 3 by 3.

# %% tags=["exercise"]
def combine_kernels(first, second):
    """The kernel that does in one step what `first` and then `second` do in two."""
    ...


check("combine_kernels", combine_kernels)

# %% tags=["solution"]
hints("combine_kernels")

# %% [markdown]
# Put your kernel to the test: does it do in one step what the two do in two?

# %%
your_kernel = combine_kernels(blur, edge)
if your_kernel is None:
    print("Write combine_kernels first, and run its cell.")
else:
    gap = np.abs(ops.correlate2d(grey, np.asarray(your_kernel)) - two_steps).max()
    print(f"largest difference from the two steps: {gap:.1e}")

# %% [markdown]
# ## What you should remember
#
# - A convolutional layer is many filters, a bias for each, and a bend, mostly ReLU. A stack of maps
#   comes out, one for each filter; its shape is (rows, columns, filters).
# - Each filter is as deep as what it looks at. The maps of one layer are the channels of the next.
# - The bias is a threshold: an answer passes the ReLU if it is larger than −bias.
# - Without a bend between them, two convolutions are one with a larger kernel, except near a padded
#   border. The bend is what makes depth worth while.
# - The same weights are used in each place. So the parameters do not depend on the size of the
#   picture; the work does.

# %% [markdown]
# ## What goes wrong in practice
#
# **A filter falls silent.** If its bias is so low that no place of any image passes, its map is
# zero everywhere. Then nothing in training tells it how to change; people call it a *dead ReLU*.
# Have a look at how many places of each map pass.

# %%
low = ops.relu(ops.conv2d(small[None], w, np.array([0, -0.2, -0.5, -1.5]))[0])[0][0]
print("places that pass, filter by filter:", (low > 0).sum(axis=(0, 1)))

# %% [markdown]
# **Axes in another order.** This course puts channels and filters last. PyTorch puts them first:
# images (n, channels, rows, columns), weights (filters, channels, rows, columns). The numbers are
# the same, their order is not. `transpose` changes it; `reshape` does not, and raises no error.

# %%
other_order = w.transpose(3, 2, 0, 1)
print("here:", w.shape, " there:", other_order.shape)
wrong = w.reshape(4, 3, 3, 3)
print("transposed, filter 1 is the same:", np.array_equal(other_order[1, 0], w[:, :, 0, 1]))
print("reshaped, filter 1 is the same:  ", np.array_equal(wrong[1, 0], w[:, :, 0, 1]))

# %% [markdown]
# **The wrong number of slices.** A filter for three channels cannot look at a grey picture. The
# package says what fits.

# %%
try:
    ops.conv2d(grey[None, :, :, None], w, b)
except ValueError as problem:
    print("ValueError:", problem)

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [filter][stack] | a kernel with all its slices, as deep as what it looks at |
# | [feature map][stack] | the answers of one filter in all places |
# | [low-level feature][first] | a colour, an edge and its direction: what few pixels can show |
# | [score][bias], [threshold][bias] | a filter's answer; how large it must be to pass |
# | [bias][bias] | the number that is added to all answers of a filter |
# | [ReLU][bias] | the bend: 0 in place of every number below 0 |
# | [parameter][cost] | a number that training has to find: a weight or a bias |
# | [multiply-add][cost] | one product, added to a sum: the unit of work |
# | [weight sharing][cost] | the same weights in each place |
# | [dense layer][cost] | a weight for each pair of an input and an output number |
# | [dead ReLU][wrong] | a filter that passes nothing, whatever the image |
#
# [stack]: #Many-kernels-make-a-stack-of-maps
# [first]: #Colours-and-directions-come-first
# [bias]: #A-bias-sets-the-threshold
# [cost]: #What-a-layer-costs
# [wrong]: #What-goes-wrong-in-practice
#
# Next: lesson 05, *Keep the strongest, or the average*.
