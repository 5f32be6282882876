# %% [markdown]
# # Putting it together
#
# You know all the parts: convolution, ReLU, pooling, flatten, dense layer, softmax. Today you put
# them together to a whole **convolutional neural network**, a CNN. You will see it drawn from the
# code itself, count everything that can be counted, build one, break one, and follow a single image
# through all layers, number by number.
#
# | What you will do | minutes |
# |---|---|
# | make a guess | 3 |
# | see the whole network | 7 |
# | count: shapes, parameters, work, memory | 9 |
# | stack layers yourself, in a lab | 8 |
# | follow an image through the trained network | 10 |
# | solve four exercises | 11 |
# | see what to remember, and what goes wrong in practice | 2 |
#
# **What you need.** Lessons 01 to 06. As before: choose *Edit*, *Clear Outputs of All Cells*, then
# press Shift+Enter in one cell after the other.

# %%
import numpy as np
from IPython.display import display

from cnncourse import data, figures, layers, ops, storage
from cnncourse.explorers import architect, follow_image, predict
from cnncourse.summary import summary

# %% [markdown]
# ## First make a guess
#
# A network for digits: two blocks of convolution, ReLU and pooling, then flatten and a dense layer.
# Three layers have parameters: the two convolutions and the dense layer. Write down which of them
# has the most parameters, and which does the most work.

# %%
my_guess = {"most parameters": "", "most work": ""}

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
# is, from edges in the first block to larger patterns in the second. The **classifying part** makes
# of them one score for each label. The border lies where the maps are laid in a row.
#
# Now the same network with trained weights, and with an image in it. Of each stack you see the maps
# with the strongest answers.

# %%
trained = storage.load(data.bundled("course_cnn.npz"))
mnist = data.load("mnist")
digit = mnist.x_test[1]
display(figures.architecture(trained, (28, 28, 1), labels=range(10), image=digit))
shares = ops.softmax(trained(digit[None]))[0][0]
print(f"The network says {shares.argmax()}, the label is {mnist.y_test[1]}.")

# %% [markdown]
# Softmax is not a layer here. The network gives scores; whoever wants probabilities applies softmax
# to them. (Why that is better, lesson 06 showed: the loss is computed from the scores.)

# %% [markdown]
# ## A look at the numbers
#
# What goes on between the layers is nothing but arrays. We take the image through, one layer at a
# time.

# %%
x = digit[None]
for layer in trained.layers:
    x = layer(x)
    print(f"{layer!r:42} {x.shape!s:18} from {x.min():7.2f} to {x.max():6.2f}")

# %% [markdown]
# **Predict:** what does the first *pooling* layer give, if the image has 40 by 40 pixels?

# %%
first_block = layers.Sequential(*net.layers[:3])
shape = first_block(np.zeros((1, 40, 40, 1), np.float32)).shape[1:]
wrong = {
    (40, 40, 16): "The convolution keeps the size; the pooling halves it.",
    (19, 19, 16): "The convolution has a padding of 1: nothing is lost.",
    (20, 20, 1): "The convolution has made 16 maps of one.",
    (20, 20, 32): "The first convolution has 16 filters.",
}
because = "40 by 40 stays, thanks to the padding; pooling halves it; 16 filters make 16 maps."
predict("Rows × columns × maps:", shape, wrong=wrong, because=because)

# %% [markdown]
# ## Count everything
#
# `summary` goes through the network layer by layer. *parameters* are weights and biases;
# *multiply-adds* count the work for one image; *bytes* is the memory of what the layer gives, 4
# bytes a number; *sees* is the receptive field of one number, in pixels of the image.

# %%
rows = summary(net, (28, 28, 1))
rows

# %%
named = {"first convolution": rows[0], "second convolution": rows[3], "dense": rows[7]}
for name, row in named.items():
    parameters, work = row.parameters / rows.parameters, row.multiply_adds / rows.multiply_adds
    print(f"{name:18} {parameters:6.1%} of the parameters, {work:6.1%} of the work")
print("You:", my_guess)

# %% [markdown]
# In this network the dense layer holds most of the parameters, and the second convolution does most
# of the work. The reason: a weight of a convolution is used again and again, in each place; a
# weight of the dense layer only once for an image.
#
# **Belief 1: "The parameters are always in the dense layer, the work in the convolutions."** Often,
# but not by law. Three networks for the same digits:

# %%
def network(filters, pooled):
    """Two convolutions; pooling by 2 after each, or all the rest in one go at the end."""
    first, second = filters
    side = 28 // pooled // pooled
    return layers.Sequential(
        *(layers.Conv2D(1, first, 3, pad=1, rng=rng), layers.ReLU(), layers.MaxPool2D(pooled)),
        *(layers.Conv2D(first, second, 3, pad=1, rng=rng), layers.ReLU()),
        *(layers.MaxPool2D(pooled), layers.Flatten()),
        layers.Dense(side * side * second, 10, rng=rng),
    )

# %%
for filters, pooled in (((16, 32), 2), ((16, 32), 4), ((4, 4), 2)):
    table = summary(network(filters, pooled), (28, 28, 1))
    parameters = table[7].parameters / table.parameters
    work = (table[0].multiply_adds + table[3].multiply_adds) / table.multiply_adds
    print(f"filters {filters}, pooling by {pooled}: dense layer {parameters:.0%} of the", end=" ")
    print(f"parameters, convolutions {work:.0%} of the work")

# %% [markdown]
# Strong pooling leaves the dense layer little to weigh, and so the parameters move to the
# convolutions. Count, rather than believe.
#
# **Belief 2: "A deeper layer sees the whole picture anyway."** Look at the column *sees* again. One
# number after the second pooling sees this many pixels:

# %%
field = rows[5].receptive_field
print(f"{field[0]} × {field[1]} of 28 × 28 pixels: {field[0] * field[1] / 784:.0%} of the picture.")
for blocks in (1, 2, 3):
    made, size = [], 64
    for _ in range(blocks):
        made += [layers.Conv2D(1, 1, 3, pad=1, rng=rng), layers.ReLU(), layers.MaxPool2D(2)]
    seen = summary(layers.Sequential(*made), (size, size, 1))[-1].receptive_field
    print(f"{blocks} blocks of this kind see {seen[0]} × {seen[1]} pixels")

# %% [markdown]
# Only the dense layer brings the parts together. In a network for larger pictures, more blocks
# follow each other, until a number sees enough.

# %% [markdown]
# ## The lab lets you build
#
# Each line is a layer; the arrows move it, the cross takes it out. The drawing, the table and the
# code answer at once. An illegal stack is explained.
#
# 1. Take out the Flatten. What does the lab say?
# 2. Begin with "no padding, pixels lost". Which pixels are hatched, and why?
# 3. Begin with the course's network, and make the second pooling 4. What becomes of the
#    parameters, what of the work?
# 4. Build a network with less than 5,000 parameters in which a number before the Flatten sees at
#    least 15 × 15 pixels.

# %%
lab = architect()
lab

# %%
from cnncourse.explorers.architect import STACKS

for name in ("the course's network", "steps instead of pooling", "too much pooling"):
    lab.build(STACKS[name])
    print(f"{name}: {lab.sentence}")
lab.build(STACKS["the course's network"])

# %% [markdown]
# **Predict:** the course's network, but without the two ReLU layers. How many parameters fewer?

# %%
without = layers.Sequential(*(la for la in net.layers if not isinstance(la, layers.ReLU)))
fewer = rows.parameters - summary(without, (28, 28, 1)).parameters
wrong = {
    48: "The biases belong to the convolutions, not to ReLU.",
    2: "ReLU is a fixed rule: 0 in place of what lies below 0.",
}
because = "ReLU has no parameters. It costs none, and yet without it two layers are one."
predict("Parameters fewer:", fewer, wrong=wrong, because=because)

# %% [markdown]
# ## Follow an image through the network
#
# Choose a layer, and in its maps choose a number: click, or use the arrow keys. On the right you
# see what the layer gets, with the window that it looks at; in the image, all pixels that can
# change this number: its receptive field. And the sum that made it, term by term. You can draw a
# digit of your own.
#
# 1. Layer 1: move over an edge of the digit. Which map answers to it, which ones do not?
# 2. Layer 3, max pooling: which of the four numbers has won?
# 3. Layer 4: which of the 16 maps gives most to the strongest number? Go there, in layer 1.
# 4. Layer 8: which numbers speak for the label, which against it?
# 5. Draw a 7 with a bar and a 7 without. Where do the maps differ?

# %%
follow = follow_image(trained)
follow

# %%
for place in (0, 2, 3, 7):
    follow.layer.value = place
    print(follow.sentence)
    print(follow.view.arithmetic.splitlines()[-1].strip(), "is the end of its sum")
follow.layer.value = 3

# %% [markdown]
# That is all there is. The answer of the network, from the first pixel to the probability, is made
# of products, sums, and the choice of a larger number. Nobody has written down what a 7 is: the
# weights were found by training, and that is what the next two lessons are about.

# %% [markdown]
# ## Four exercises make it yours
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
# **Exercise 2: find the fault.** Three stacks for pictures of 28 by 28 by 1; none of them works.
# Say for each which of the faults it has. (Some fault may be there twice or not at all. Try it on
# paper before you run anything.)

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
# **Exercise 4: where is most of it?** For the course's network, say which layer has the most
# parameters, which does the most multiply-adds, and which *gives* the largest maps (memory). Choose
# from "first convolution", "second convolution" and "dense".

# %% tags=["exercise"]
most_of_it = {"parameters": ..., "multiply-adds": ..., "memory": ...}
check("most_of_it", most_of_it)

# %% tags=["solution"]
hints("most_of_it")

# %% [markdown]
# ## What you should remember
#
# - A CNN: blocks of convolution, ReLU and pooling extract features; flatten and dense layers
#   classify.
# - Follow the shape from layer to layer, and most errors explain themselves.
# - Parameters are counted once, work in each place. In the course's network the dense layer has
#   most of the parameters, the second convolution does most of the work; in others it may
#   differ.
# - A number in a later layer sees more of the picture, but not all of it, until the dense layer.

# %% [markdown]
# ## What goes wrong in practice
#
# **The dense layer gets another number of inputs.** The commonest error of all, whenever somebody
# changes a padding or the size of the pictures. The package names both numbers.

# %%
try:
    net(np.zeros((1, 32, 32, 1), np.float32))
except ValueError as problem:
    print("ValueError:", problem)
print("What arrives:", layers.Sequential(*net.layers[:7])(np.zeros((1, 32, 32, 1))).shape)

# %% [markdown]
# **One image without its first axis.** A network takes a stack of images, (n, rows, columns,
# channels). A single image needs `image[None]`.

# %%
try:
    net(digit)
except ValueError as problem:
    print("ValueError:", problem)
print("with [None]:", net(digit[None]).shape)

# %% [markdown]
# **Pixels on another scale.** The trained network has seen pixels from 0 to 1. Give it 0 to 255,
# and it answers without an error, but with scores far out of the range it has learned from.

# %%
for factor in (1, 255):
    top = ops.softmax(trained(factor * mnist.x_test[:1000]))[0].max(axis=1)
    right = trained(factor * mnist.x_test[:1000]).argmax(axis=1) == mnist.y_test[:1000]
    print(f"pixels from 0 to {factor}: {right.mean():.1%} right; ", end="")
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
# | [receptive field][count] | the pixels that can change a number |
#
# [whole]: #The-whole-network
# [count]: #Count-everything
#
# Next: lesson 08, *How each layer passes the blame back*.
