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
# | make a guess | 3 |
# | set a threshold with a bias, and cut off with ReLU; exercise 1 | 15 |
# | turn one picture into a stack of maps; exercise 2 | 20 |
# | look at filters for colours and directions, and at learned ones | 4 |
# | play with eight filters in the lab | 10 |
# | see why a layer needs its bend; exercise 3 | 19 |
# | count why convolution at all; exercise 4 | 11 |
# | see what to remember, and what goes wrong in practice | 3 |
#
# That is 85 minutes with all exercises. A good place for a break is before the lab.
#
# **What you need.** Lessons 01 to 03: a kernel slides over an image and answers with one number in
# each place; without padding the output loses a border; a kernel has a slice for each channel, and
# the slices' answers are added up. As before: choose *Edit*, *Clear Outputs of All Cells*, then
# press Shift+Enter in one cell after the other.

# %%
import numpy as np
from IPython.display import display

from cnncourse import data, figures, single, storage
from cnncourse.exercises import check, hints
from cnncourse.explorers import filter_bank, predict
from cnncourse.kernels import KERNELS

# %% [markdown]
# ## First make a guess
#
# A coloured picture of 32 by 32 pixels meets six kernels of 5 by 5, each of them as deep as the
# picture, without padding and with a stride of 1. All six outputs are stacked. What is the shape of
# the stack: rows, columns, depth?

# %%
predict("stack_of_six")

# %% [markdown]
# ## A bias sets the threshold
#
# Begin with one kernel. It answers with a number; which number is large enough to count? Take white
# letters on black, 5 by 5 pixels, and a kernel that is itself an X. It fits in one place only, so
# each letter gets one number, its **score**. As all pixels and weights are 0 or 1, the score counts
# how many white pixels a letter shares with the X. (`np.pad` frames the letters in black, only for
# the picture.)

# %%
from cnncourse.exercises.convolutional_layer.pick_bias import KERNEL, LETTERS

framed = [np.pad(letter, 1) for letter in LETTERS.values()]
display(figures.pictures(framed, list(LETTERS), side=1.1))
scores = {name: (letter * KERNEL).sum() for name, letter in LETTERS.items()}
for name, score in scores.items():
    print(f"{name}: score {score:g}")

# %% [markdown]
# Two of the Os share pixels with the X, so they score above zero as well. Now add the same number
# to all scores: the **bias**. And then put 0 in place of everything below 0: that is **ReLU** (say
# "ray-loo", from *rectified linear unit*). Draw what comes out against what goes in, and you see a
# line with a bend at zero. A step like that, whose curve is not one straight line, is called a
# **nonlinearity**.

# %%
def relu(number):
    return max(number, 0)


numbers = [-3, -2, -1, 0, 1, 2, 3]
bent = [relu(number) for number in numbers]
display(figures.lines(numbers, {"ReLU": bent}, "what goes in", "what comes out"))
print("in: ", numbers)
print("out:", bent)

# %%
for bias in (0, -3, -12):
    after = {name: float(relu(score + bias)) for name, score in scores.items()}
    print(f"bias {bias:3}:", after)

# %% [markdown]
# With a bias of 0 two of the Os pass as well, with −12 nothing does. So the bias is a
# **threshold**, with the opposite sign: a score passes if it is larger than −bias. How far it
# passes is kept: a better X gets a larger number.
#
# **Exercise 1: pick the bias.** Which bias makes a number above 0 of each X and 0 of each O, after
# the ReLU? (Put a number in place of the three dots.)

# %% tags=["exercise"]
pick_bias = ...
check("pick_bias", pick_bias)

# %% tags=["solution"]
hints("pick_bias")

# %% [markdown]
# Could the weights not do that alone? Without a bias the threshold is always 0, and how *strong* a
# sign is makes no difference to whether it passes. Here are an X and an O at half their brightness,
# as they are, and at twice their brightness.

# %%
for bias in (0, -6):
    for brightness in (0.5, 1, 2):
        x, o = (relu(brightness * scores[name] + bias) for name in ("X 1", "O 2"))
        print(f"bias {bias:2}, brightness {brightness:3}: X 1 gives {x:g}, O 2 gives {o:g}")

# %% [markdown]
# With a bias, strength counts: at half the brightness the X no longer passes. (And the O at twice
# the brightness does: the bias was chosen for white letters.)
#
# **Belief 1: "The bias makes the picture brighter."** It is added to the *answers* of a kernel, not
# to the picture. What does it do to a map of edges? Here is a photograph, made smaller by averaging
# squares of 4 by 4 pixels, and made grey; its map of edges plus a bias; and the same after the
# ReLU.

# %%
photograph = data.photograph("astronaut")[:, 60:444]
small = single.shrink(photograph, 4)
grey = data.grey(small)
edges = single.correlate(grey, KERNELS["sobel_x"] / 8)
display(figures.pictures([small, grey], ["the photograph", "grey"], side=1.9))
print(f"The photograph has shape {small.shape}, its grey version {grey.shape}.")

# %%
before, after, names = [], [], []
for bias in (0.05, 0, -0.05):
    before.append(edges + bias)
    after.append(np.maximum(edges + bias, 0))
    names.append(f"bias {bias:g}")
    print(f"{names[-1]:10}: {(after[-1] > 0).mean():6.1%} pass, up to {after[-1].max():.2f}")
display(figures.pictures(before, names, side=1.9, signed=True))
display(figures.pictures(after, names, side=1.9, positive=True))

# %% [markdown]
# (`np.maximum(map, 0)` is ReLU for a whole map. Above: red for numbers above zero, blue for those
# below, white for zero. Below, after the ReLU: dark blue for zero, yellow for the largest number of
# the three maps.)
#
# Before the ReLU, a bias shifts all answers alike. After it, the bias has decided *how many* places
# pass: with 0.05 most do, flat areas among them, though there is no edge; with −0.05 only the
# sharper edges. And what does a brighter picture do? To this kernel, whose weights add up to zero,
# nothing:

# %%
brighter = single.correlate(grey + 0.05, KERNELS["sobel_x"] / 8)
print(f"the picture brighter by 0.05: the map changes by {np.abs(brighter - edges).max():.3f}")
print(f"a bias of 0.05:               the map changes by {np.abs(before[0] - edges).max():.3f}")

# %% [markdown]
# **Predict:** a filter's answers run from −2 to 5. Which bias, as a whole number, is the largest
# that lets nothing at all pass the ReLU?

# %%
predict("silent_bias")

# %% [markdown]
# ## Many kernels make a stack of maps
#
# Now four kernels. Each has a direction: it answers above zero where the picture gets brighter to
# the right, downwards, to the left, or upwards. (`np.rot90` turns an array by a quarter of a turn.)

# %%
sobel = KERNELS["sobel_x"] / 8
directions = [sobel, np.rot90(sobel, 3), np.rot90(sobel, 2), np.rot90(sobel, 1)]
names = ["to the right", "downwards", "to the left", "upwards"]
display(figures.pictures(directions, names, side=1.1, signed=True))
print("The first kernel, times 8:")
print(directions[0] * 8)

# %% [markdown]
# The photograph has three channels, so each kernel needs three slices. These shall be alike. A
# kernel with all its slices is often called a **filter**; its shape here is (3, 3, 3): rows,
# columns, channels.
#
# All filters of a layer go into *one* array `w` of shape (kernel rows, kernel columns, channels in,
# filters). So `w[:, :, :, 2]` is filter number 2, and `w[:, :, 0, 2]` its slice for red.

# %%
w = np.zeros((3, 3, 3, 4))
for f in range(4):
    for channel in range(3):
        w[:, :, channel, f] = directions[f] / 3
print("one filter:", w[:, :, :, 0].shape)
print("all filters:", w.shape)

# %% [markdown]
# `single.convolve` slides all of them over one picture and stacks their answers. (The biases are
# zero for now. `single.maps` takes a stack apart into its maps.)

# %%
stack = single.convolve(small, w)
print("in: ", small.shape)
print("out:", stack.shape)
display(figures.pictures(single.maps(stack), names, side=1.7, signed=True, columns=4))
for name, answers in zip(names, single.maps(stack)):
    print(f"{name}: from {answers.min():.2f} to {answers.max():.2f}")

# %% [markdown]
# A picture went in: rows, columns, 3 channels. A stack of **feature maps** comes out: rows,
# columns, 4 maps, one for each filter. It has the same kind of shape as a picture, only with
# another number of channels. That is why layers can follow each other: the maps of the first layer
# are the "picture" of the second, whose filters then need 4 slices.
#
# Is it really nothing but four times lesson 03? Compare with one place by hand. (`np.isclose` asks
# of two numbers whether they are equal up to rounding.)

# %%
row, column = 30, 40
window = small[row : row + 3, column : column + 3]
for f in range(4):
    total = (window * w[:, :, :, f]).sum()
    same = np.isclose(total, stack[row, column, f], atol=1e-5)
    print(f"{names[f]:13} by hand {total:6.3f}, in the stack {stack[row, column, f]:6.3f}: {same}")

# %% [markdown]
# **Exercise 2: a whole layer.** `x` is one image of shape (rows, columns, channels), `w` all
# filters, of shape (kernel rows, kernel columns, channels, filters), and `b` holds a bias for each
# filter. Return the stack of maps after ReLU, as an array of shape (rows, columns, filters). No
# padding, stride 1.

# %% tags=["exercise"]
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
# ## Colours and directions come first
#
# A filter of 3 by 3 sees nine pixels in each channel. There is not much to see in so little: how
# bright it is, in which direction it gets brighter, a thin line or a dot, which colour it has.
# These are called **low-level features**. Three filters for colours. (`w_colour[:, :, :, f] = ...`
# gets three numbers, one for each channel: they go into each of the nine places.)

# %%
wanted = {"red": (1, -0.5, -0.5), "blue": (-0.5, -0.5, 1), "yellow": (0.5, 0.5, -1)}
w_colour = np.zeros((3, 3, 3, 3))
for f, weights in enumerate(wanted.values()):
    w_colour[:, :, :, f] = np.array(weights) / 9
colour_stack = single.convolve(small, w_colour)
display(figures.pictures(single.maps(colour_stack), list(wanted), side=1.9, signed=True))
for name, answers in zip(wanted, single.maps(colour_stack)):
    print(f"{name}: from {answers.min():.2f} to {answers.max():.2f}")

# %% [markdown]
# In each of its places, the weights of such a filter add up to zero over the channels. So grey
# pixels, whose three channels are alike, get 0, whatever their brightness.
#
# Here we chose the filters ourselves. A network finds its own. These are the first filters of the
# course's network, which learned to read digits (grey pictures, so one slice each); below them,
# what they answer to a 7, before and after the ReLU. (A layer keeps its weights and biases under
# these names in `params`: `params["w"]`, `params["b"]`.)

# %%
net = storage.load(data.bundled("course_cnn.npz"))
seven = data.load("mnist").x_test[0]
answers = single.run(net.layers[0], seven)
learned = single.maps(net.layers[0].params["w"][:, :, 0, :])
display(figures.pictures(learned, range(1, 17), side=0.6, signed=True, columns=16))
display(figures.pictures(single.maps(answers), side=0.6, signed=True, columns=16))
display(figures.pictures(single.maps(np.maximum(answers, 0)), side=0.6, positive=True, columns=16))
biases = net.layers[0].params["b"]
print(f"{(biases < 0).sum()} of 16 biases are below zero; from {biases.min():.2f} to ", end="")
print(f"{biases.max():.2f}.")

# %% [markdown]
# Many of them look like directions: number 3 is nearly the kernel for "brighter downwards". Find
# number 1: where does that one point? Others are harder to name. Most biases are thresholds: below
# zero. Whether networks *in general* begin with such simple features, lesson 11 will test.
#
# <details><summary>Answer</summary>
# Upwards, and a little to the right: its weights above zero are at the top, those below zero at the
# bottom, the lowest of them on the right.
# </details>

# %% [markdown]
# ## The lab puts a whole layer under your fingers
#
# Eight filters, each with its slices on top and its map below. Click on a map, or choose its
# number, to put its weights on the sliders.
#
# All maps share one scale, so that you can compare them: white is 0, full red or blue is 1 or −1
# and what lies beyond. After a ReLU it runs from dark blue, 0, to yellow, 1. Where answers are too
# faint to see, "stretch contrast" gives each map its own scale.
#
# 1. Look at the white rim at the top of the helmet, at the lower right. Which direction filters
#    answer to its upper side, which to its lower side?
# 2. Switch ReLU on. Lower the bias of one filter step by step and watch the sentence: what happens
#    to the share of places that pass, and what to the strongest answer?
# 3. Choose the filters "random". A layer starts like this before it learns. Do you see edges in its
#    maps nevertheless?
# 4. Choose the grey picture "camera": how many slices has a filter now, and how many parameters the
#    layer?
#
# <details><summary>Answer to 1</summary>
# Above the rim, from black to white: number 2 (brighter downwards) above zero, number 4 below.
# Below it, from white to the black visor, the other way round. Where the rim turns down on the
# right, number 3 answers outside and number 1 inside.
# </details>
#
# <details><summary>Answer to 2</summary>
# The strongest answer falls by as much as the bias; the share by more or by less, depending on how
# many answers lie just there. Number 6 (green) soon lets nothing pass. Number 1 has strong answers:
# a few edges pass even with −1. The next cell shows some steps.
# </details>
#
# <details><summary>Answer to 3</summary>
# Most maps look like the photograph, or like a negative of it: the weights of these filters do not
# add up to zero, so they answer to brightness above all. Number 6, whose weights nearly do, shows
# edges.
# </details>
#
# <details><summary>Answer to 4</summary>
# One slice; 8 filters × (3 × 3 × 1 weights + 1 bias) = 80 parameters in place of 224.
# </details>

# %%
lab = filter_bank()
lab

# %%
another = filter_bank()  # one that is not shown, so that yours stays as you left it
another.relu.value = True
for bias in (0, -0.25, -0.5):
    another.bias.value = bias
    print(another.sentence.splitlines()[-1])

# %% [markdown]
# ## Without the bend, two layers are one
#
# Layers are stacked to find larger things: a corner is an upright edge that meets a level one. But
# stacking alone gains nothing. Take the four direction maps from above, and a second layer with a
# single filter of 1 by 1 that just adds the four maps up. Once straight away, once after the ReLU:

# %%
ones = np.ones((1, 1, 4, 1))
without = single.convolve(stack, ones)[:, :, 0]
outline = single.convolve(np.maximum(stack, 0), ones)[:, :, 0]
display(figures.pictures([without, outline], ["no bend", "ReLU between"], side=3.2, positive=True))
print(f"no bend: at most {np.abs(without).max():.4f}; ", end="")
print(f"ReLU between: from {outline.min():.2f} to {outline.max():.2f}")

# %% [markdown]
# With the bend: an outline of the astronaut, whatever the direction of an edge. Without it:
# nothing, in each place. Why? What gets brighter to the right gets darker to the left, so the
# answers of opposite kernels cancel. You can see it without any picture, too: adding the maps up
# does what *one* kernel does, the sum of the four.

# %%
print(directions[0] + directions[1] + directions[2] + directions[3])

# %% [markdown]
# The same happens to all convolutions that follow each other without a nonlinearity. Here two
# kernels work one after the other: blur, then find edges. And here is *one* kernel of 5 by 5 that
# does the same in one go.

# %%
blur, edge = KERNELS["box_blur"], KERNELS["sobel_x"]
both = np.zeros((5, 5))
for i in range(3):
    for j in range(3):
        both[i : i + 3, j : j + 3] += edge[i, j] * blur
two_steps = single.correlate(single.correlate(grey, blur), edge)
one_step = single.correlate(grey, both)
print("two steps:", two_steps.shape, " one step:", one_step.shape)
print("the same, up to rounding:", np.allclose(two_steps, one_step, atol=1e-5))

# %% [markdown]
# Where does the larger kernel come from? Each weight of the second kernel asks for a copy of the
# first, shifted to its place; the copies are added up. The same holds for whole layers with many
# filters and biases: without a bend between them, two convolutional layers can do nothing that one
# with larger kernels could not do. (With padding there is an exception. Near the border, the zeros
# come in twice. In the next cell, `~` turns each True into False and each False into True.)

# %%
padded_twice = single.correlate(single.correlate(grey, blur, pad=1), edge, pad=1)
padded_once = single.correlate(grey, both, pad=2)
differs = ~np.isclose(padded_twice, padded_once, atol=1e-5)
print(f"With padding, {differs.mean():.1%} of the places differ,")
print(f"and {differs[1:-1, 1:-1].sum()} of them lie off the outermost ring.")

# %% [markdown]
# **Belief 2: "More layers can always do more."** Only with a bend between them (max pooling, in
# lesson 05, is one as well), and only where there is something to bend. Put a ReLU between the two
# kernels above, once in this order and once with the edges first:

# %%
for name, first, second in (("blur, then edges", blur, edge), ("edges, then blur", edge, blur)):
    between = single.correlate(grey, first)
    bent_steps = single.correlate(np.maximum(between, 0), second)
    same = np.allclose(bent_steps, one_step, atol=1e-5)
    print(f"{name}: {(between < 0).mean():.1%} lie below zero and are bent; ", end="")
    print(f"one kernel does the same: {same}")

# %% [markdown]
# A blurred picture is nowhere below zero, so there the ReLU changes nothing, and one kernel still
# does both steps. With the edges first it changes about half of the places.
#
# And is there perhaps *another* kernel, larger or cleverer, that would draw the outline? No. Turn
# the sign of each pixel round. Whatever a kernel answered above its answer to an all-black picture
# (which is its bias), it now answers below it: the two together give twice the answer to black. The
# outline does not do that.

# %%
def with_bend(image):
    """Four directions, ReLU, added up."""
    return sum(np.maximum(single.correlate(image, kernel), 0) for kernel in directions)


def one_kernel(image):
    """The 5 by 5 kernel from above, with a bias of 0.3."""
    return single.correlate(image, both) + 0.3

# %%
for name, steps in (("one kernel", one_kernel), ("with a bend", with_bend)):
    gap = steps(grey) + steps(-grey) - 2 * steps(0 * grey)
    print(f"{name}: the two together differ from twice black by up to {np.abs(gap).max():.3f}")

# %% [markdown]
# So the layer with the bend does something that no kernel can, of whatever size. That is what the
# ReLU is for: not to make pictures prettier, but to make a second layer worth its work.
#
# **Exercise 3: two kernels in one.** Write the function that makes one kernel of two, of any size,
# square or not. You have seen it with 3 by 3.

# %% tags=["exercise"]
def combine_kernels(first, second):
    """The kernel that does in one step what `first` and then `second` do in two."""
    ...


check("combine_kernels", combine_kernels)

# %% tags=["solution"]
hints("combine_kernels")

# %% [markdown]
# ## Why convolution at all
#
# The numbers that a layer has to find, weights and biases, are its **parameters**. Its work is
# counted in **multiply-adds**: one product, added to a sum. The older kind of layer is the
# **dense** layer, with a weight for each pair of an input number and an output number. From there,
# two steps lead to a convolution:
#
# - **locality**: an output looks at a window of 3 by 3 only, not at the whole picture;
# - **weight sharing**: all places use the same weights.
#
# What does each step save? For a coloured picture, 8 maps, and no padding:

# %%
def count(size, k=3, channels=3, filters=8):
    """Parameters and multiply-adds of three layers with the same input and output."""
    inputs, outputs = size * size * channels, (size - k + 1) ** 2 * filters
    window = k * k * channels
    print(f"{size} by {size}: {inputs:,} numbers in, {outputs:,} numbers out")
    for name, weights, biases, work in (
        ("dense", inputs * outputs, outputs, inputs * outputs),
        ("local", window * outputs, outputs, window * outputs),
        ("shared", window * filters, filters, window * outputs),
    ):
        print(f"  {name:8}{weights + biases:15,} parameters {work:15,} multiply-adds")


# %%
count(32)
count(224)

# %% [markdown]
# Locality saves work and parameters; sharing saves parameters, and no work at all.
#
# **Belief 3: "Larger pictures need more parameters."** Of the three layers, this is true for two.
# A convolution needs more work for a larger picture, but no more parameters. And there is a gain
# that no count shows: a filter that has learned an edge in one place knows it in all places.
#
# The price: what lies further apart than a window, one such layer cannot put together (later layers
# can: lesson 07), and away from a padded border it treats the middle of a picture like a corner.
#
# **Predict:** a layer of 10 filters of 3 by 3 looks at the 8 maps of the layer before. How many
# parameters has it? (Each filter is as deep as what it looks at, and has one bias.)

# %%
predict("second_layer")

# %% [markdown]
# **Exercise 4: count.** How many parameters has a layer of `filters` filters, each k by k, on
# images of this shape? `shape` is (rows, columns, channels), as in `image.shape`.

# %% tags=["exercise"]
def conv_parameters(shape, k, filters):
    """All weights and all biases of such a layer."""
    ...


check("conv_parameters", conv_parameters)

# %% tags=["solution"]
hints("conv_parameters")

# %% [markdown]
# The package counts as well. This is the layer `Conv2D` that whole networks are made of, with its
# number of channels, of filters, and its k.

# %%
from cnncourse.layers import Conv2D, Sequential
from cnncourse.summary import summary

layer = Conv2D(3, 8, 3, rng=np.random.default_rng(0))
print(summary(Sequential(layer), (32, 32, 3)))

# %% [markdown]
# ## What you should remember
#
# - A convolutional layer is many filters, a bias for each, and a bend (a nonlinearity), mostly
#   ReLU. A stack of maps comes out, one for each filter; its shape is (rows, columns, filters).
# - Each filter is as deep as what it looks at. The maps of one layer are the channels of the next.
# - The bias is a threshold: an answer passes the ReLU if it is larger than −bias.
# - Without a bend between them, two convolutions are one with a larger kernel, except near a padded
#   border. The bend is what makes depth worth while.
# - Locality saves work and parameters, weight sharing saves parameters: they do not depend on the
#   size of the picture; the work does.

# %% [markdown]
# ## What goes wrong in practice
#
# **A filter falls silent.** If its bias is so low that its answers lie below zero in all places of
# all images, its map is zero everywhere. A small change of its weights then changes nothing, so
# training gets no hint which way to go; people call it a *dead ReLU*. Have a look at how many
# places of each map pass.

# %%
low = np.maximum(single.convolve(small, w, np.array([0, -0.2, -0.4, -1.5])), 0)
for f, passed in enumerate(single.maps(low)):
    print(f"filter {f}: {(passed > 0).sum():5} of {passed.size} places pass")

# %% [markdown]
# **Axes in another order.** This course puts channels and filters last. PyTorch puts them first:
# n images (n, channels, rows, columns), weights (filters, channels, rows, columns). The numbers are
# the same, their order is not. `transpose` changes it; `reshape` does not, and raises no error.

# %%
other_order = w.transpose(3, 2, 0, 1)
print("here:", w.shape, " there:", other_order.shape)
wrong = w.reshape(4, 3, 3, 3)
print("transposed, filter 1 is the same:", np.array_equal(other_order[1, 0], w[:, :, 0, 1]))
print("reshaped, filter 1 is the same:  ", np.array_equal(wrong[1, 0], w[:, :, 0, 1]))

# %% [markdown]
# **The wrong number of slices.** A filter for three channels cannot look at a grey picture. The
# package says what fits (`c=1`: for one channel).

# %%
try:
    single.convolve(grey, w)
except ValueError as problem:
    print("ValueError:", problem)

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [score][bias], [threshold][bias] | a filter's answer; how large it must be to pass |
# | [bias][bias] | the number that is added to all answers of a filter |
# | [ReLU][bias] | 0 in place of every number below 0 |
# | [nonlinearity][bias] | the bend: a step whose curve is not one straight line, such as ReLU |
# | [filter][stack] | a kernel with all its slices, as deep as what it looks at |
# | [feature map][stack] | the answers of one filter in all places |
# | [low-level feature][first] | a colour, an edge and its direction: what few pixels can show |
# | [parameter][why] | a number that training has to find: a weight or a bias |
# | [multiply-add][why] | one product, added to a sum: the unit of work |
# | [dense layer][why] | a weight for each pair of an input and an output number |
# | [locality][why] | an output looks at a small window only |
# | [weight sharing][why] | the same weights in each place |
# | [dead ReLU][wrong] | a filter that passes nothing, whatever the image |
#
# [stack]: #Many-kernels-make-a-stack-of-maps
# [first]: #Colours-and-directions-come-first
# [bias]: #A-bias-sets-the-threshold
# [why]: #Why-convolution-at-all
# [wrong]: #What-goes-wrong-in-practice
#
# Next: lesson 05, *Keep the strongest, or the average*.
