# %% [markdown]
# # Putting it together
#
# You know all the parts: convolution, ReLU, pooling, flatten, dense layer, softmax. Today you put
# them together to a whole **convolutional neural network**, a CNN. You will see it drawn from the
# code itself, build one, count its parameters and its work, learn how much of a picture a number
# sees, and follow a single image through all layers, number by number.
#
# | What you will do | minutes |
# |---|---|
# | guess; see the whole network; **build one** (exercise 1) | 15 |
# | take an image through it; **find three faults** (exercise 2) | 11 |
# | count parameters, work and memory; **two exercises on them** (3 and 4) | 24 |
# | how far a number sees; two small windows or a large one | 10 |
# | what the ReLU is for; averaging whole maps | 10 |
# | stack layers yourself, in a lab | 10 |
# | follow an image through the trained network, in a lab | 10 |
# | see what to remember, and what goes wrong in practice | 5 |
#
# That is about an hour and a half. A good place for a pause is after exercise 4.
#
# **What you need.** Lessons 01 to 06. As before: choose *Edit*, *Clear Outputs of All Cells*, then
# press Shift+Enter in one cell after the other.

# %%
import numpy as np
from IPython.display import display

from cnncourse import data, figures, layers, ops, single, storage, train
from cnncourse.explorers import architect, follow_image, predict
from cnncourse.summary import summary

# %% [markdown]
# ## First make a guess
#
# A network for digits: two blocks of convolution, ReLU and pooling, then flatten and a dense layer.
# Three of its layers have parameters: the two convolutions and the dense layer. What do you think?

# %%
display(predict("most_parameters"))
predict("most_work")

# %% [markdown]
# ## The whole network
#
# The course's network has eight layers. This is all of it:

# %%
rng = np.random.default_rng(0)
net = layers.Sequential(
    layers.Conv2D(1, 16, 3, pad=1, rng=rng),
    layers.ReLU(),
    layers.MaxPool2D(2),
    layers.Conv2D(16, 32, 3, pad=1, rng=rng),
    layers.ReLU(),
    layers.MaxPool2D(2),
    layers.Flatten(),
    layers.Dense(7 * 7 * 32, 10, rng=rng),
)

# %% [markdown]
# `Sequential` puts layers in a row: what one gives, the next one gets. `rng` draws the first,
# random weights. And this is a picture of the network, made from `net` itself. If you change the
# network above and run both cells again, the picture changes as well.

# %%
picture = figures.architecture(net, (28, 28, 1), labels=range(10))
display(picture)
print(picture)

# %% [markdown]
# Read it from left to right. Each stack of sheets is a stack of feature maps, drawn to scale; below
# it stands its shape: rows × columns × maps. The small orange window is what the next layer looks
# at.
#
# The network has two parts. The **feature-extracting part** makes maps: each says where something
# is found. The **classifying part** makes of them one score for each label. Here the border lies
# where the maps are laid in a row.
#
# **Exercise 1: build one.** Twice a convolution with windows of 3 by 3 and a padding of 1 (8
# filters in the first, 16 in the second), each followed by ReLU and max pooling by 2. Then Flatten,
# and a dense layer with 10 outputs.

# %% tags=["exercise"]
from cnncourse.exercises import check, hints

build_network = ...  # layers.Sequential(layers.Conv2D(...), ..., layers.Dense(...))
check("build_network", build_network)

# %% tags=["solution"]
hints("build_network")

# %% [markdown]
# ## An image goes through
#
# The same network with trained weights, and with an image in it. Of each stack you see the nine
# maps with the largest mean: dark blue is zero, yellow the largest number of the stack.

# %%
trained = storage.load(data.bundled("course_cnn.npz"))
mnist = data.load("mnist")
digit = mnist.x_test[1]
display(figures.architecture(trained, (28, 28, 1), labels=range(10), image=digit))
scores = single.run(trained, digit)
print(f"The network says {scores.argmax()}, the label is {mnist.y_test[1]}.")

# %% [markdown]
# Softmax is not a layer here. The network gives scores; whoever wants probabilities applies softmax
# to them. (Why that is better, lesson 06 showed: the loss is computed from the scores.)
#
# What goes on between the layers is nothing but arrays. A network takes a stack of images, with an
# axis for the images in front: `digit[None]` is a stack of one. `trace` uses the network and keeps
# what every layer gives, in the list `outputs`.

# %%
trace = trained.trace(digit[None])
for place, (layer, x) in enumerate(zip(trained.layers, trace.outputs), 1):
    print(f"{place}  {layer!r:42} {x.shape!s:18} from {x.min():7.2f} to {x.max():6.2f}")

# %% [markdown]
# **Predict:** an image of 40 by 40 pixels. What does the first pooling make of it?

# %%
predict("first_block")

# %%
wide = np.zeros((1, 40, 40, 1), np.float32)
print("After the first pooling:", layers.Sequential(*net.layers[:3])(wide).shape[1:])

# %% [markdown]
# (`layers.Sequential(*net.layers[:3])` is the network of the first three layers; the star hands
# over a list as single arguments.)
#
# **Exercise 2: find the fault.** Three stacks for pictures of 28 by 28 by 1; none of them works.
# Say for each which of the faults it has. (Some fault may be there twice or not at all. Try it on
# paper: follow rows, columns and maps from layer to layer.)

# %%
from cnncourse.exercises.full_cnn.find_faults import FAULTS, stacks

for name, stack in stacks().items():
    print(name, stack)
print("to choose from:", ", ".join(f'"{fault}"' for fault in FAULTS))

# %% tags=["exercise"]
find_faults = {"A": ..., "B": ..., "C": ...}
check("find_faults", find_faults)

# %% tags=["solution"]
hints("find_faults")

# %% [markdown]
# ## Count everything
#
# `summary` goes through the network layer by layer. *parameters* are weights and biases;
# *multiply-adds* count the work for one image; *bytes* is the memory of what the layer gives, 4
# bytes a number; *sees* is how many pixels of the image can change one number of the layer, its
# **receptive field**.

# %%
rows = summary(net, (28, 28, 1))
rows

# %%
named = {"first convolution": rows[0], "second convolution": rows[3], "dense": rows[7]}
for name, row in named.items():
    parameters, work = row.parameters / rows.parameters, row.multiply_adds / rows.multiply_adds
    print(f"{name:18} {parameters:6.1%} of the parameters, {work:6.1%} of the work")

# %% [markdown]
# In this network the dense layer holds most of the parameters, and the second convolution does most
# of the work. The reason: a weight of a convolution is used again and again, in each place; a
# weight of the dense layer only once for an image.
#
# **Belief 1: "The parameters are always in the dense layer, the work in the convolutions."** Often,
# but not by law. Three networks with the same filters:

# %%
def network(first, second, pooled, labels):
    side = 28 // pooled // pooled
    return layers.Sequential(
        layers.Conv2D(1, first, 3, pad=1, rng=rng),
        layers.ReLU(),
        layers.MaxPool2D(pooled),
        layers.Conv2D(first, second, 3, pad=1, rng=rng),
        layers.ReLU(),
        layers.MaxPool2D(pooled),
        layers.Flatten(),
        layers.Dense(side * side * second, labels, rng=rng),
    )

# %%
for pooled, labels in ((2, 10), (4, 10), (2, 1000)):
    table = summary(network(16, 32, pooled, labels), (28, 28, 1))
    parameters = table[7].parameters / table.parameters
    work = table[7].multiply_adds / table.multiply_adds
    print(f"pooling by {pooled}, {labels} labels: the dense layer has", end=" ")
    print(f"{parameters:.1%} of the parameters and does {work:.1%} of the work")

# %% [markdown]
# Strong pooling leaves the dense layer little to weigh, and so the parameters move to the
# convolutions. And with a thousand labels the dense layer does most of the work. Count, rather than
# believe.
#
# **Exercise 3: count.** A network like yours of exercise 1, for grey pictures of `size` by `size`,
# with `first` and `second` filters of 3 by 3 (padding 1), pooling by 2 after each, and `labels`
# outputs. How many parameters has it in all?

# %% tags=["exercise"]
def cnn_parameters(size, first, second, labels):
    """All weights and biases of the network."""
    ...


check("cnn_parameters", cnn_parameters)

# %% tags=["solution"]
hints("cnn_parameters")

# %% [markdown]
# **Why maps multiply as they shrink.** In the course's network, and in many others, each block has
# twice as many maps as the one before. Pooling by 2 leaves a quarter of the places. So with twice
# the maps there are half as many numbers, and a convolution between the maps of a block does as
# much work in each block:

# %%
for side, maps in ((28, 16), (14, 32), (7, 64)):
    convolution = layers.Sequential(layers.Conv2D(maps, maps, 3, pad=1, rng=rng))
    row = summary(convolution, (side, side, maps))[0]
    print(f"{side:2} × {side:2} × {maps}: {side * side * maps:6,} numbers,", end=" ")
    print(f"{row.multiply_adds:,} multiply-adds, {row.parameters:6,} parameters")

# %% [markdown]
# There is a second reason to have more maps later: edges come in few kinds, and there are many more
# ways to put edges together. (Parameters do multiply: nearly by four from block to block.)
#
# **Exercise 4: where is most of it?** This network for colour pictures of 64 by 64 has the same
# kinds of layers as the course's. On paper: which layer has the most parameters, which does the
# most multiply-adds, and which *gives* the most numbers (memory)? Choose from "first convolution",
# "second convolution" and "dense".

# %%
from cnncourse.exercises.full_cnn.most_of_it import network as colour_network

colour_network()

# %% tags=["exercise"]
most_of_it = {"parameters": ..., "multiply-adds": ..., "memory": ...}
check("most_of_it", most_of_it)

# %% tags=["solution"]
hints("most_of_it")

# %% [markdown]
# ## How far a number sees
#
# A number of the first convolution sees 3 by 3 pixels. How does that grow from layer to layer? Two
# things matter: the window of the layer, and how far apart in the image the numbers lie that it
# looks at. Neighbours in the image are 1 pixel apart; after a stride of 2 they are 2 pixels apart,
# after a second one 4.
#
# > **The rule.** Begin with 1. Each layer adds (window − 1) × distance, where the distance is the
# > product of the strides of all *earlier* layers. (A pooling layer counts with its window and its
# > stride; ReLU has neither. With dilation, the window counts with all that it reaches over.)

# %%
field, distance = 1, 1
for name, window, stride in (
    ("convolution", 3, 1),
    ("pooling", 2, 2),
    ("convolution", 3, 1),
    ("pooling", 2, 2),
):
    print(f"{name:11} {field:2} + ({window} − 1) × {distance} = ", end="")
    field += (window - 1) * distance
    distance *= stride
    print(f"{field:2} pixels; now neighbours are {distance} apart")

# %% [markdown]
# Compare with the column *sees* of the summary above. **Predict** how it goes on, with a third
# block of convolution (3 by 3) and pooling (by 2):

# %%
predict("three_blocks")

# %%
field += (3 - 1) * distance
print("after the third convolution", field)
field += (2 - 1) * distance
print("after the third pooling", field)

# %% [markdown]
# **Belief 2: "A deeper layer sees the whole picture anyway."** In the course's network, a number
# after the second pooling sees this much:

# %%
seen = rows[5].receptive_field
print(f"{seen[0]} × {seen[1]} of 28 × 28 pixels: {seen[0] * seen[1] / 784:.0%} of the picture.")

# %% [markdown]
# Here the dense layer alone brings the parts together. Networks for larger pictures often have more
# blocks, until a number sees enough. (Near the border, a part of what a number sees is padding.)
#
# (In lesson 02 you wrote this rule as a function: exercise `receptive_field`.)

# %% [markdown]
# **Two of 3 by 3 see as much as one of 5 by 5**: 1 + 2 + 2 = 5. So which is better? Take 16 maps,
# and layers that make 16 maps of them. One convolution of 5 by 5 has 5 × 5 × 16 × 16 = 6,400
# weights. **Predict:** how many have two of 3 by 3, together?

# %%
predict("two_small_kernels")

# %%
small = layers.Conv2D(16, 16, 3, pad=1, rng=rng), layers.Conv2D(16, 16, 3, pad=1, rng=rng)
two = layers.Sequential(small[0], layers.ReLU(), small[1], layers.ReLU())
one = layers.Sequential(layers.Conv2D(16, 16, 5, pad=2, rng=rng), layers.ReLU())
for name, stack in (("two of 3 × 3", two), ("one of 5 × 5", one)):
    table = summary(stack, (14, 14, 16))
    print(f"{name}: sees {table[-1].receptive_field}, {table.parameters:,} parameters,", end=" ")
    print(f"{table.multiply_adds:,} multiply-adds")

# %% [markdown]
# Fewer parameters, less work, and one nonlinearity (bend) more: that is why many networks stack
# small windows. They pay with memory: training has to keep one more stack of maps.

# %% [markdown]
# ## What the ReLU is for, with pooling in between
#
# **Predict:** the course's network without its two ReLU layers. How many parameters fewer?

# %%
predict("relu_parameters")

# %% [markdown]
# Lesson 04 showed that two convolutions without a nonlinearity between them can do no more than one
# with a larger window (where borders do not matter). So is a network without ReLU a waste? Look at
# what stands between our two convolutions. **Max pooling is a nonlinearity itself**: the largest of
# four numbers is no weighted sum of them. Average pooling is one. Here are four networks, trained
# alike: each digit of the training images twice. (`data/make_shift_nets.py` and
# `data/make_plain_nets.py` made them; their tables hold three seeds of each.)

# %%
files = {
    "max pooling, ReLU": "pool_max.npz",
    "max pooling alone": "plain_max.npz",
    "average pooling, ReLU": "pool_average.npz",
    "average pooling alone": "plain_average.npz",
}
nets = {name: storage.load(data.bundled(file)) for name, file in files.items()}
for name, one in nets.items():
    right = train.accuracy(one, mnist.x_test, mnist.y_test)
    print(f"{name:22} {right:.1%} of the test digits right")

# %% [markdown]
# With max pooling, the ReLU hardly matters here. With average pooling it matters much, for without
# it the whole network is one weighted sum for each score, as if a single dense layer looked at the
# pixels. A sum knows no surprises: what it gives for two pictures laid upon each other follows from
# what it gives for each of them. That is put to the test below: with f for the network, and
# `nothing` for an empty picture, f(a + b) + f(nothing) against f(a) + f(b). (The empty picture
# brings the biases in a second time, so that both sides have them twice.)

# %%
a, b, nothing = mnist.x_test[0], mnist.x_test[1], np.zeros((28, 28, 1), np.float32)
for name, one in nets.items():
    both = single.run(one, a + b) + single.run(one, nothing)
    apart = single.run(one, a) + single.run(one, b)
    print(f"{name:22} differs by up to {np.abs(both - apart).max():.4f}")

# %% [markdown]
# ## Averaging whole maps
#
# Three quarters of the parameters of our network lie in its dense layer, because Flatten hands on
# each place of each map. **Global average pooling** hands on a single number for each map: its
# mean. **Predict:** how many weights does the dense layer have then?

# %%
predict("averaged_maps")

# %%
averaging = layers.Sequential(
    *net.layers[:6],
    layers.GlobalAvgPool2D(),
    layers.Dense(32, 10, rng=rng),
)
display(figures.architecture(averaging, (28, 28, 1), labels=range(10)))
print(f"{rows.parameters:,} parameters with Flatten,", end=" ")
print(f"{summary(averaging, (28, 28, 1)).parameters:,} with global average pooling")

# %% [markdown]
# And since a mean can be taken of a map of any size, the network takes pictures of any size (as
# long as the windows fit). But the mean forgets *where* something was. What does that cost? Two
# such networks, one as above, and one with a third convolution that has 64 filters. They were
# trained like the four above.

# %%
nets = {
    "Flatten, two convolutions": storage.load(data.bundled("pool_max.npz")),
    "averaging, two convolutions": storage.load(data.bundled("global_two.npz")),
    "averaging, three convolutions": storage.load(data.bundled("global_three.npz")),
}
for name, one in nets.items():
    table, right = summary(one, (28, 28, 1)), train.accuracy(one, mnist.x_test, mnist.y_test)
    print(f"{name:30} {table.parameters:6,} parameters, {right:.1%} right", end="; ")
    print(f"a map's number sees {table[-3].receptive_field}")

# %% [markdown]
# Where numbers see 10 by 10 pixels, their mean says which parts a digit has, and little of how they
# lie to each other. With a third convolution they see 18 by 18, and less is missing. Deep networks
# for photographs, whose last maps see most of the picture, often end with global average pooling.
#
# **Belief 3: "It takes any size, so it works at any size."** The same digits, in the middle of an
# empty frame:

# %%
averaging = nets["averaging, three convolutions"]
for size in (28, 36, 56):
    frame = (size - 28) // 2
    zeros = (0, 0), (frame, frame), (frame, frame), (0, 0)  # before and after, on each axis
    framed = np.pad(mnist.x_test[:2000], zeros)
    right = train.accuracy(averaging, framed, mnist.y_test[:2000])
    print(f"{size} × {size} pixels: {right:.0%} right")

# %% [markdown]
# It answers without an error, but the mean is taken over more and more emptiness, and the scores
# shrink towards the biases. A network works on pictures that are like those it has learned from.

# %% [markdown]
# ## The lab lets you build
#
# On the left is the list of layers. Choose one, and change it beside the list; the buttons below
# add a layer, move it, or take it out. Drawing, table and code follow at once. A stack that cannot
# work is explained, and one that works badly gets a comment.
#
# 1. Take out the Flatten. What does the lab say?
# 2. Start with "no padding, pixels lost". Which pixels does layer 3 never look at, and why?
# 3. Start with the course's network, and make the second pooling 4. What becomes of the
#    parameters, what of the work, and what is lost?
# 4. Start with "no bend". How many ReLU layers does it take until the lab has no comment?
# 5. Build a network with fewer than 5,000 parameters in which a number before the Flatten sees at
#    least 15 × 15 pixels.
#
# <details><summary>Answers</summary>
#
# 1. Layer 7, Dense, weighs a row of numbers, but layer 6 gives 32 maps of 7 × 7.
# 2. The last row and the last column. A window of 4 without padding makes 25 rows of 28, and
#    pooling by 2 drops the odd one.
# 3. 7,690 parameters in place of 20,490, because only 3 × 3 places arrive at the dense layer. The
#    work is nearly the same: most of it is done before. And 27% of the second maps are never looked
#    at: 14 rows hold three windows of 4, and two rows are left over.
# 4. Two: one after each convolution. With the first alone, nothing bends between the second
#    convolution and the dense layer.
# 5. One of many: three blocks of convolution (4, 8 and 16 filters), ReLU and pooling by 2, Flatten,
#    Dense. It has 2,954 parameters, and a number sees 22 × 22 pixels.
#
# </details>

# %%
lab = architect()
lab

# %%
from cnncourse.explorers.stack import STACKS

another = architect()  # one that is not shown, so that yours stays as you left it
for name in ("the course's network", "global average pooling", "too much pooling"):
    another.build(STACKS[name])
    print(f"{name}: {another.sentence}")

# %% [markdown]
# **"It runs, so it is right."** No: a stack can be legal and bad. What the lab says of three:

# %%
from cnncourse.explorers.stack import CONV, END, POOL, RELU, Block

bad = {
    "two ReLU in a row": [CONV, RELU, RELU, POOL, *END],
    "pooling too early": [CONV, RELU, Block("MaxPool2D", k=7), Block("MaxPool2D", k=4), *END],
    "a ReLU at the end": [CONV, RELU, POOL, *END, RELU],
}
for name, stack in bad.items():
    another.build(stack)
    print(f"{name}: {another.view.notes[-1]}")

# %% [markdown]
# ## Follow an image through the network
#
# The drawing of lesson 00 is the way in: choose a map in it, with a click or the arrow keys. Below
# you see the map large; choose a number in it. On its left is what the layer gets, with the window
# that it looks at; in the image, all pixels that can change this number. On its right stands the
# sum that made it, term by term. You can draw a digit of your own.
#
# 1. Convolution 1: compare the upper edge of the bar (row 7, column 10) with its lower edge (row 9,
#    column 10), in maps 2, 4 and 5. Which of them answers to which?
# 2. Pooling 1: which of the four numbers is taken?
# 3. Choose map 19 of convolution 2: which of the 16 maps before it gives most to its strongest
#    number? Look for that map in convolution 1.
# 4. Scores: which of the strongest numbers speak for the label, which against it?
# 5. Draw a 7 with a bar through it and one without. Where do the maps of convolution 2 differ?
#
# <details><summary>Answers</summary>
#
# 1. Map 4 gives 1.96 on the upper edge, and map 2 gives 1.79; on the lower edge it is map 5, with
#    1.68. Each looks for brightness on another side.
# 2. The largest, wherever it lies. What the other three are makes no difference.
# 3. Map 13, with 1.41. In convolution 1, map 13 answers to the stem of the 7, and little to the
#    bar.
# 4. The strongest product of all is negative: it speaks against the 7, and the next four for it.
#    But the five are a small part: 434 products are not zero, and 242 of them speak for the 7.
# 5. A number of convolution 2 sees 8 × 8 pixels. If all else is drawn alike, only numbers differ
#    whose 8 × 8 pixels hold a piece of the bar.
#
# </details>

# %%
follow = follow_image(trained)
follow

# %%
another = follow_image(trained)  # not shown either
for name in ("convolution 1", "pooling 1", "convolution 2", "scores"):
    another.choose(name)
    print(another.sentence)
terms = np.array(another.view.terms)
print(f"of {len(terms):,} terms {(terms > 0).sum()} are above zero, {(terms < 0).sum()} below")

# %% [markdown]
# That is all there is. A score of the network, from the first pixel on, is made of products, sums,
# and the choice of a larger number; softmax makes probabilities of the scores. Nobody has written
# down what a 7 is: the weights were found by training, and that is what the next two lessons are
# about.

# %% [markdown]
# ## What you should remember
#
# - A CNN: blocks of convolution, ReLU and pooling extract features; flatten and dense layers
#   classify.
# - Follow the shape from layer to layer, and many errors explain themselves.
# - Parameters are counted once, work in each place. In the course's network the dense layer has
#   most of the parameters, the second convolution does most of the work; in others it may
#   differ.
# - How far a number sees: each layer adds (window − 1) × the product of the earlier strides.
# - Between two layers of weights there has to be a nonlinearity: ReLU is one, max pooling is,
#   average pooling is not.
# - Global average pooling hands on a mean for each map: few parameters, any size of picture, no
#   places.

# %% [markdown]
# ## What goes wrong in practice
#
# **The dense layer gets another number of inputs.** Somebody has changed a padding, or the size of
# the pictures. The package names both numbers. (It need not happen: of 31 by 31 pixels the poolings
# drop the odd rows, 7 by 7 places arrive, and nobody is told that pixels were lost.)

# %%
try:
    net(np.zeros((1, 32, 32, 1), np.float32))
except ValueError as problem:
    print("ValueError:", problem)
for side in (31, 32):
    arriving = layers.Sequential(*net.layers[:7])(np.zeros((1, side, side, 1)))
    print(f"Of {side} × {side} pixels there arrive {arriving.shape[1]:,} numbers.")

# %% [markdown]
# **One image without its first axis.** A network takes a stack of images, (n, rows, columns,
# channels). A single image needs `image[None]`, or `single.run`.

# %%
try:
    net(digit)
except ValueError as problem:
    print("ValueError:", problem)
print("with [None]:", net(digit[None]).shape, "- with single.run:", single.run(net, digit).shape)

# %% [markdown]
# **Pixels on another scale.** The trained network has seen pixels from 0 to 1. Give it 0 to 255,
# and it answers without an error, but with scores far out of the range it has learned from.

# %%
for factor in (1, 255):
    top = ops.softmax(trained(factor * mnist.x_test[:1000]))[0].max(axis=1)
    right = train.accuracy(trained, factor * mnist.x_test[:1000], mnist.y_test[:1000])
    print(f"pixels from 0 to {factor}: {right:.1%} right; ", end="")
    print(f"surer than 99.9% in {(top > 0.999).mean():.0%} of its answers")

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [CNN][whole] | a network with convolutional layers |
# | [feature-extracting part][whole] | all layers up to the last maps |
# | [classifying part][whole] | flatten and dense layers: from features to scores |
# | [block][whole] | layers that are repeated together: here convolution, ReLU, pooling |
# | [multiply-adds][count], [parameters][count] | the work for an image; what training has to find |
# | [receptive field][far] | the pixels that can change a number |
# | [global average pooling][mean] | the mean of each whole map, in the place of Flatten |
#
# [whole]: #The-whole-network
# [count]: #Count-everything
# [far]: #How-far-a-number-sees
# [mean]: #Averaging-whole-maps
#
# Next: lesson 08, [How each layer passes the blame back](08_backpropagation.ipynb).
