# %% [markdown]
# # The same network elsewhere
#
# You have built a convolutional network, trained it and looked inside. Nearly all networks that
# people use are written with a framework such as PyTorch. In this lesson your network moves there
# with its weights, says exactly what it said here, and is trained by the same loop. Then you meet
# five building blocks of newer networks; you will see that you can write them all yourself.
#
# | What you will do | minutes |
# |---|---|
# | guess; carry a network to PyTorch and back; **two exercises on axes** (1 and 2) | 25 |
# | see what has another name or another rule there | 10 |
# | train with the same loop; with two processes | 10 |
# | write an ONNX file | 5 |
# | five building blocks; **exercises 3 and 4** | 35 |
# | see where to go on | 5 |
#
# **What you need.** Lessons 01 to 09. As before: choose *Edit*, *Clear Outputs of All Cells*, then
# press Shift+Enter in one cell after the other. Some cells need PyTorch or ONNX, which are large
# and do not come with the course. Without them those cells say so and do nothing. To have them:
# `pip install torch onnx onnxscript onnxruntime` in the environment of the course, then restart the
# kernel.

# %%
import numpy as np

from cnncourse import data, elsewhere, layers, networks, ops, optim, single, storage, train
from cnncourse.elsewhere import installed
from cnncourse.explorers import predict
from cnncourse.summary import summary

# %% [markdown]
# ## First make a guess
#
# PyTorch, too, has `Conv2d`, `ReLU`, `MaxPool2d`, `Flatten` and `Linear` (its name for a dense
# layer).

# %%
predict("same_weights_same_answer")

# %% [markdown]
# ## A network moves
#
# Here is the trained network of the course, and the same network as PyTorch has it.

# %%
mnist = data.load("mnist")
net = storage.load(data.bundled("course_cnn.npz"))
images = mnist.x_test[:200]
print(net)

# %% tags=["nbval-ignore-output"]
if installed("torch"):
    module = elsewhere.to_torch(net)
    print(module)

# %% [markdown]
# Both have eight layers with nearly the same names. But three things lie in another order, and a
# copy of the weights as they are would make nonsense of the network:
#
# - **Images.** Here `(n, h, w, c)`, the channels last: an image can be shown as it is. There `(n,
#   c, h, w)`, the channels before the rows.
# - **Kernels.** Here `(kh, kw, c, f)`. There `(f, c, kh, kw)`.
# - **Flatten.** It reads the maps in the order in which they lie. Here all maps of the first pixel
#   come first, there all pixels of the first map. So the dense layer after it meets its inputs in
#   another order, and its rows have to move with them. (In PyTorch, a dense layer's weights are
#   `(outputs, inputs)` besides: they are transposed.)

# %% tags=["nbval-ignore-output"]
if installed("torch"):
    import torch

    print("here: ", images.shape, *[param.shape for param in net.params()])
    there = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
    print("there:", tuple(there.shape), *[tuple(param.shape) for param in module.parameters()])

# %% [markdown]
# Do both say the same? Not to the last digit: both add up thousands of products, each in an order
# of its own, and each rounds to the 7 digits or so of a float32. So we ask for the largest
# difference between scores, and how large the scores are.

# %% tags=["nbval-ignore-output"]
if installed("torch"):
    with torch.no_grad():
        theirs = module(there).numpy()
    ours = net(images)
    print(f"largest score {abs(ours).max():.1f}, largest difference {abs(ours - theirs).max():.1e}")
    print("the same digit:", (ours.argmax(axis=1) == theirs.argmax(axis=1)).mean())

# %% [markdown]
# The way back works as well: `elsewhere.from_torch(module)` makes a network of this course from a
# module of these layers, with its weights, also from one that was trained there.

# %% tags=["nbval-ignore-output"]
if installed("torch"):
    back = elsewhere.from_torch(module)
    pairs = zip(net.params(), back.params())
    print("there and back, equal weights:", all((here == came).all() for here, came in pairs))

# %% [markdown]
# **Exercise 1: kernels for PyTorch.** Write the step that carries the kernels over.

# %% tags=["exercise"]
from cnncourse.exercises import check, hints


def kernels_for_torch(w):
    """(kh, kw, c, f) -> (f, c, kh, kw)"""
    ...  # your code here


check("kernels_for_torch", kernels_for_torch)

# %% tags=["solution"]
hints("kernels_for_torch")

# %% [markdown]
# **Exercise 2: rows for PyTorch.** The dense layer after Flatten: bring its rows from pixel after
# pixel to map after map. Take two pixels with three maps first, on paper.

# %% tags=["exercise"]
def rows_for_torch(w, maps):
    """(pixels * maps, f), pixel after pixel -> the same rows, map after map"""
    ...  # your code here


check("rows_for_torch", rows_for_torch)

# %% tags=["solution"]
hints("rows_for_torch")

# %% [markdown]
# What happens if one forgets exercise 2, and copies the rows as they are? The shapes fit, there is
# no error. Only the answers are wrong:

# %%
w, b = net.layers[-1].params.values()
pixels, maps = 49, 32
rows = w.reshape(pixels, maps, 10).swapaxes(0, 1).reshape(w.shape)
flat = np.concatenate([single.run(layers.Sequential(*net.layers[:-1]), x)[None] for x in images])
right = (ops.dense(flat, w, b)[0].argmax(axis=1) == mnist.y_test[:200]).mean()
wrong = (ops.dense(flat, rows, b)[0].argmax(axis=1) == mnist.y_test[:200]).mean()
print(f"rows in the order of the inputs: {right:.1%} right; in the other order: {wrong:.1%}")

# %% [markdown]
# An order that nobody wrote down is a common mistake when networks move, and it makes no noise.
# Compare outputs, always, on images that are not all alike.

# %% [markdown]
# ## Other names, other rules
#
# | here | PyTorch | |
# |---|---|---|
# | images `(n, h, w, c)` | `(n, c, h, w)` | other frameworks have either, or both |
# | `Conv2D` weights `(kh, kw, c, f)` | `(f, c, kh, kw)` | |
# | `Dense` weights `(inputs, outputs)` | `Linear`: `(outputs, inputs)` | y = x Wᵀ + b |
# | `layer.backward(dy)` | `loss.backward()` | it keeps a record of all operations (*autograd*) |
# | gradients are overwritten | gradients are added up | hence `optimizer.zero_grad()` |
# | `net(x)`, `net.forward(x)` | `net.eval()`, `net.train()` | whether Dropout drops anything |
# | first biases 0 | first biases random | first weights from the same range |
#
# And what is the same, though it need not be: convolution does not flip its kernels; the momentum
# adds up gradients, which the rate multiplies afterwards; weight decay is added to the gradient;
# cross-entropy takes logits and gives a mean. None of this has to be believed:

# %% tags=["nbval-ignore-output"]
if installed("torch"):
    picture = mnist.x_test[:1]
    kernel = torch.arange(9.0).reshape(1, 1, 3, 3)  # no symmetry: a flip would be seen
    theirs = torch.nn.functional.conv2d(torch.from_numpy(picture).permute(0, 3, 1, 2), kernel)
    ours = single.correlate(picture[0, :, :, 0], kernel[0, 0].numpy())
    print("nothing is flipped:", np.allclose(ours, theirs[0, 0].numpy(), atol=1e-4))

# %% tags=["nbval-ignore-output"]
if installed("torch"):
    weight, gradients = np.ones(1), [np.array([0.5]), np.array([-0.2]), np.array([0.3])]
    ours, mine = optim.SGD(0.1, momentum=0.9, weight_decay=0.01), weight.copy()
    theirs = torch.nn.Parameter(torch.from_numpy(weight.copy()))
    optimizer = torch.optim.SGD([theirs], lr=0.1, momentum=0.9, weight_decay=0.01)
    for gradient in gradients:
        ours.update([mine], [gradient])
        theirs.grad = torch.from_numpy(gradient)
        optimizer.step()
    print("the same steps:", np.allclose(mine, theirs.detach().numpy()))

# %% tags=["nbval-ignore-output"]
if installed("torch"):
    parameter = torch.nn.Parameter(torch.ones(1))
    for _ in range(3):
        (2 * parameter).sum().backward()
    print("the slope is 2, three calls of backward without zero_grad give", parameter.grad.item())

# %% [markdown]
# ## The same loop
#
# This is lesson 09's training step here:
#
#     logits = net.forward(x)
#     loss, pull = ops.softmax_cross_entropy(logits, labels)
#     net.backward(pull(1.0))
#     optimizer.update(net.params(), net.grads())
#
# And in PyTorch:
#
#     logits = module(x)
#     loss = torch.nn.functional.cross_entropy(logits, labels)
#     optimizer.zero_grad(); loss.backward()
#     optimizer.step()
#
# From the same first weights, with the same batches, the losses should be the same, step by step.

# %%
net = networks.course_cnn(np.random.default_rng(0))
chosen = list(train.batches(640, 64, np.random.default_rng(0)))
optimizer = optim.SGD(0.05, momentum=0.9)
ours = []
for batch in chosen:
    logits = net.forward(mnist.x_train[batch])
    loss, pull = ops.softmax_cross_entropy(logits, mnist.y_train[batch])
    net.backward(pull(1.0))
    optimizer.update(net.params(), net.grads())
    ours.append(float(loss))
print("ours:  ", *[f"{loss:.4f}" for loss in ours])

# %% tags=["nbval-ignore-output"]
if installed("torch"):
    module = elsewhere.to_torch(networks.course_cnn(np.random.default_rng(0)))
    optimizer = torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9)
    x = torch.from_numpy(mnist.x_train[:640].transpose(0, 3, 1, 2).copy())
    y, theirs = torch.from_numpy(mnist.y_train[:640]), []
    for batch in chosen:
        loss = torch.nn.functional.cross_entropy(module(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        theirs.append(loss.item())
    print("theirs:", *[f"{loss:.4f}" for loss in theirs])

# %% [markdown]
# In a longer run the two drift apart: a difference in the last digit decides at some place whether
# a ReLU passes or not, and from there on the weights differ a little more. The two networks are
# then not equal, and neither is the better one for it.
#
# ## Several processes, several machines
#
# `train.fit` deals each batch to several processes: each works out the gradients of its part, and
# they are added up. PyTorch has the same for many processes on many machines, under the name
# *distributed data-parallel*: each process has a copy of the network, takes its part of each batch,
# and while gradients go back through the network they are averaged over all processes. So all
# copies take the same step. The module `cnncourse.torch_training` has the loop from above with
# these few lines added; here it runs with one process and with two.

# %% tags=["nbval-ignore-output"]
from cnncourse import torch_training

if installed("torch"):
    for processes in (1, 2):
        print(torch_training.launch(processes, "--images=640"))

# %% [markdown]
# The losses agree. (Ten steps are too short a run for two processes to be worth their start.) What
# changes when one machine is not enough:
#
# - **More machines.** The same script is started on each, `torchrun --nnodes=2
#   --rdzv-endpoint=HOST`. The engine called *gloo* works on processors; on GPUs *nccl* takes its
#   place. Each step waits for the slowest machine and for the network between them.
# - **Larger batches.** Each process needs enough images to be busy, so the batch grows with their
#   number. The learning rate usually has to be chosen anew.
# - **A GPU.** Network and batches are moved there, `module.to("cuda")`. It works on thousands of
#   numbers at a time; small batches leave it idle.

# %% [markdown]
# ## A file that many programs read
#
# ONNX is a file format for networks. Programs in a telephone, in a browser or in a camera can run
# such a file without Python. PyTorch's exporter writes it, and onnxruntime runs it here.

# %% tags=["nbval-ignore-output"]
import tempfile

trained = storage.load(data.bundled("course_cnn.npz"))
if installed("torch", "onnx", "onnxscript", "onnxruntime"):
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        elsewhere.to_onnx(trained, f"{folder}/digits.onnx", (28, 28, 1))
        session = onnxruntime.InferenceSession(f"{folder}/digits.onnx")
    (logits,) = session.run(["logits"], {"x": images.transpose(0, 3, 1, 2)})
    print(f"largest difference {abs(logits - trained(images)).max():.1e}")

# %% [markdown]
# ## Five building blocks of newer networks
#
# Networks since 2015 are deeper than ours. They are still made of convolutions, ReLU and pooling,
# with five more ideas. For each we ask what it does to shapes, parameters and work.

# %%
predict("bottleneck_weights")

# %% [markdown]
# ### Batch normalisation
#
# In a deep network, the maps of a layer can become very large or very small while the layers before
# learn. Batch normalisation (Ioffe and Szegedy, 2015) takes each map, over all images of the batch,
# to mean 0 and standard deviation 1; then a factor gamma and a number beta, learned for each map,
# give it the size that serves. The shape stays. Two parameters a map.
#
# **Exercise 3: batch normalisation.** Mind the axes: one mean for each map.

# %% tags=["exercise"]
def batch_norm(x, gamma, beta):
    """Each map with mean 0 and standard deviation 1 over the batch, times gamma, plus beta."""
    ...  # your code here


check("batch_norm", batch_norm)

# %% tags=["solution"]
hints("batch_norm")

# %% [markdown]
# When the network is used, there may be a single image and no batch. Then a running mean and a
# running variance, kept while learning, take the batch's place. So an image's answer depends on the
# other images of its batch while the network learns, and no longer when it is used.
#
# What is it good for? Ten layers of a random network, with weights that are a little too small, and
# with batch normalisation after each:

# %%
def normalised(x):
    return (x - x.mean(axis=(0, 1, 2))) / np.sqrt(x.var(axis=(0, 1, 2)) + 1e-5)


rng = np.random.default_rng(0)
plain = steady = rng.normal(size=(8, 14, 14, 16)).astype(np.float32)
for depth in range(1, 11):
    block = layers.Sequential(layers.Conv2D(16, 16, 3, pad=1, rng=rng), layers.ReLU())
    plain, steady = block(plain), normalised(block(steady))
    if depth in (1, 5, 10):
        print(f"after {depth:2} layers: spread {plain.std():.6f}, normalised {steady.std():.3f}")

# %% [markdown]
# ### Residual connection
#
# A block adds what it computes to what it was given: y = x + f(x) (He and others, 2016). Both have
# to have the same shape. No parameters of its own. The way back follows from lesson 08: a sum
# passes its gradient to both terms, and x is one of them. So dx = dy + what f passes back: however
# little that is, dy itself comes through.

# %%
class Residual(layers.Layer):
    """x + f(x). What f has learned stays in f: `fit` would not see its parameters."""

    def __init__(self, f):
        super().__init__()
        self.f = f

    def apply(self, x):
        return x + self.f.forward(x), lambda dy: dy + self.f.backward(dy)


# %%
def gradient_at_x(residual, blocks=20):
    """The mean size of the gradient of x where it is 1 at the end, after so many blocks."""
    rng, stack = np.random.default_rng(0), []
    for _ in range(blocks):
        f = layers.Sequential(layers.Conv2D(8, 8, 3, pad=1, rng=rng), layers.ReLU())
        stack += [Residual(f)] if residual else f.layers
    net = layers.Sequential(*stack)
    y = net.forward(rng.normal(size=(4, 10, 10, 8)).astype(np.float32))
    return abs(net.backward(np.ones_like(y))).mean()

# %%
print(f"20 blocks: {gradient_at_x(False):.1e}; 20 residual blocks: {gradient_at_x(True):.1e}")

# %% [markdown]
# Through twenty plain blocks hardly anything of the gradient is left. Through residual blocks it
# does not vanish; here it even grows, since each block adds to it. In practice f also holds a batch
# normalisation, which keeps its part in bounds.

# %% [markdown]
# ### Global average pooling
#
# You know it from lessons 05 and 07: the mean of each whole map, in place of Flatten. The dense
# layer behind it then has as many inputs as there are maps, whatever the size of the image.

# %%
for end in (layers.Flatten(), layers.GlobalAvgPool2D()):
    inputs = 7 * 7 * 32 if isinstance(end, layers.Flatten) else 32
    head = layers.Sequential(end, layers.Dense(inputs, 10, rng=np.random.default_rng(0)))
    rows = summary(head, (7, 7, 32))
    print(f"{type(end).__name__:16} {rows.parameters:6,} parameters")

# %% [markdown]
# ### Bottleneck of 1 × 1 convolutions
#
# A 1 × 1 convolution mixes the maps of each pixel and looks at no neighbour. A bottleneck first
# mixes 64 maps down to 16, looks around with a 3 × 3 kernel there, where it is cheap, and mixes up
# to 64 again.

# %%
rng = np.random.default_rng(0)
direct = layers.Sequential(layers.Conv2D(64, 64, 3, pad=1, rng=rng))
bottleneck = layers.Sequential(
    layers.Conv2D(64, 16, 1, rng=rng),
    layers.Conv2D(16, 16, 3, pad=1, rng=rng),
    layers.Conv2D(16, 64, 1, rng=rng),
)
for name, block in (("direct", direct), ("bottleneck", bottleneck)):
    rows = summary(block, (14, 14, 64))
    work = sum(row.multiply_adds for row in rows)
    print(f"{name:10} {rows.parameters:6,} parameters, {work:9,} multiply-adds")

# %% [markdown]
# (Between the three belongs a ReLU, and usually a batch normalisation. Without them the three would
# be one convolution again, lesson 04.)
#
# ### Depthwise convolution
#
# An ordinary kernel adds up over all maps. A depthwise convolution has one flat kernel for each
# map, and the maps stay apart. A 1 × 1 convolution mixes them afterwards. Networks for telephones
# are made of these (MobileNet; Howard and others, 2017).
#
# **Exercise 4: depthwise convolution.**

# %% tags=["exercise"]
def depthwise(x, w):
    """Each map with the kernel of its own.   (h, w, c), (kh, kw, c) -> (oh, ow, c)"""
    ...  # your code here


check("depthwise", depthwise)

# %% tags=["solution"]
hints("depthwise")

# %%
maps, filters = 64, 64
ordinary = 3 * 3 * maps * filters + filters
separate = 3 * 3 * maps + maps + maps * filters + filters
print(f"ordinary 3 x 3: {ordinary:,} parameters; depthwise, then 1 x 1: {separate:,}")

# %% [markdown]
# ## What goes wrong in practice
#
# - *"The shapes fit, so the weights are right."* Not so: in exercise 2 the shapes fit as well.
# - *"PyTorch's numbers differ from mine, so one of us is wrong."* In the last digits they always
#   may; compare the largest difference with the size of the numbers.
# - *"`model(x)` gives another answer each time."* Then Dropout is still dropping: `model.eval()`.
# - *"One image alone gets another answer than in its batch."* Then batch normalisation is still
#   learning.
#
# ## What to remember
#
# - A network is its layers and its weights; it can be carried to any framework that has the same
#   operations, if you know the order of every axis.
# - The same first weights, batches and rules give the same losses, until rounding drives them
#   apart.
# - Data-parallel training: parts of a batch, gradients averaged, one step. The same for two
#   processes and for a hundred machines.
# - Newer building blocks are made of what you have written yourself.
#
# ## Where to go on
#
# - *Deep Learning* by Goodfellow, Bengio and Courville (2016): the mathematics, with care.
# - *Dive into Deep Learning* by Zhang, Lipton, Li and Smola: each chapter is code that runs, in
#   PyTorch among others.
# - Stanford's course CS231n, *Deep Learning for Computer Vision*: its notes on convolution and on
#   backpropagation go over the ground of this course once more, and then much further.
# - *Deep Residual Learning for Image Recognition* by He and others (2016): a paper that you can now
#   read from the first to the last page.
# - PyTorch's tutorials: the same loop as above, on GPUs and on your own pictures.
#
# Build something with it that matters to you.
