# %% [markdown]
# # Simple features first, parts later
#
# A trained network is thousands of numbers that nobody chose. What did they become? People say:
# *early layers find simple features, such as edges and colours; later layers find larger parts,
# and at last whole things.* Today you look inside a network, and test that sentence instead of
# believing it. You also ask why the network says what it says, and you fool it.
#
# | What you will do | minutes |
# |---|---|
# | meet coloured shapes and the network that knows them | 10 |
# | sort its first kernels, beside kernels that have learned nothing | 20 |
# | find what a unit sees, by hand and by nudging; exercises 1 and 2 | 25 |
# | look at the patches that a unit answers to most | 8 |
# | test the sentence: four measures, layer by layer | 15 |
# | ask which pixels hold an answer up; exercise 3 | 18 |
# | find a unit's preferred image; exercise 4 | 12 |
# | fool the network; exercise 5 | 14 |
# | put it all together in the lab | 15 |
# | see what to remember, and what goes wrong in practice | 8 |
#
# That is almost two and a half hours with all exercises. A good place for a break is before the
# four measures.
#
# **What you need.** Lesson 07: receptive fields. Lesson 08: slopes, and one walk back through a
# network. Lesson 10: seeds, and fair comparisons. Choose *Edit*, *Clear Outputs of All Cells*, then
# press Shift+Enter in one cell after the other.

# %%
import numpy as np
from IPython.display import display

from cnncourse import data, figures, interpret, layers, networks, ops, selectivity, storage
from cnncourse.exercises import check, hints
from cnncourse.explorers import explain_lab, predict
from cnncourse.pixels import PixelGrid, Row
from cnncourse.summary import summary

# %% [markdown]
# ## Colour alone does not tell what a thing is
#
# `data.shapes` draws images by chance, as many as you like: eight kinds of shapes, filled or
# outlined, of any colour, at any place, turned by any angle, on striped paper in uneven light. In
# half of them the shape is *as bright as its background* and differs in hue alone.

# %%
x, y = data.shapes(2048, rng=np.random.default_rng([0, 21]))
new_x, new_y = data.shapes(1024, rng=np.random.default_rng([0, 23]))
names = data.SHAPES
display(figures.pictures(x[:16], [names[label] for label in y[:16]], columns=8, side=1.1))
print(f"{len(x):,} images of {x.shape[1:]}, from {x.min():.0f} to {x.max():.0f}")
print(*(f"{name}: {(y == label).sum()}" for label, name in enumerate(names)), sep=", ")

# %%
predict("linear_shapes")

# %%
for name, accuracies in selectivity.others().items():
    print(f"{name:20} {np.mean(accuracies):.1%} of new images right")

# %% [markdown]
# (*Softmax regression* is flatten and one dense layer; *nearest image* takes the label of the most
# similar image of 5,000. Both figures are the mean of several runs of `data/make_shapes_nets.py`,
# where all figures of this lesson that take long were made.)
#
# And a CNN? This one has three convolutions:

# %%
net = storage.load(data.bundled("shapes_cnn.npz"))
summary(net, (32, 32, 3))

# %%
scores = net(new_x)
said = scores.argmax(axis=1)
print(f"{(said == new_y).mean():.0%} of {len(new_y):,} new images right")

# %% [markdown]
# ### Its worst mistakes
#
# Where it is wrong and most sure of it. Would you have got them right?

# %%
probabilities = ops.softmax(scores)[0]
sure = probabilities.max(axis=1)
worst = sorted(np.flatnonzero(said != new_y), key=lambda i: -sure[i])[:8]
told = [f"{names[new_y[i]]}\ncalled {names[said[i]]}" for i in worst]
display(figures.pictures(new_x[worst], told, columns=8, side=1.1))
print(f"{(said != new_y).sum()} mistakes; of the worst {len(worst)} it is at least", end=" ")
print(f"{sure[worst].min():.0%} sure")

# %% [markdown]
# ## The first kernels, beside kernels that learned nothing
#
# A first kernel is 5 x 5 numbers for each colour, so it can be shown as a small coloured picture:
# grey for weights of 0. Above, the network as it began; below, the same kernels after learning.

# %%
start = networks.shapes_cnn(np.random.default_rng([0, 20]))


def as_pictures(kernels):
    most = np.abs(kernels).max(axis=(0, 1, 2))
    return list(np.moveaxis(0.5 + kernels / (2 * most), 3, 0))


both = [as_pictures(one.layers[0].params["w"]) for one in (start, net)]
display(figures.pictures(both[0] + both[1], columns=16, side=0.55))
print(f"{len(both[0])} kernels before learning, and the same {len(both[1])} after it")

# %% [markdown]
# "Look, edges!" is easily said. People see patterns in noise as well. So we *measure*, and we
# measure the untrained kernels too.
#
# **Angle.** Show each kernel bars of every angle, and note its largest answer to each. Here are
# the bars, and what two of the trained kernels answer. (An angle of 0 is a level bar, 45 rises like
# "/", 90 is upright.)

# %%
bars = selectivity.gratings(32, [0, 45, 90, 135], lengths=[9], phases=[0])[:, 0]
display(figures.pictures(0.5 + bars / 2, ["0°", "45°", "90°", "135°"], side=1))
tuning = selectivity.angle_tuning(net, count=1)  # one layer: the first convolution
selective, preferred = selectivity.orientation(tuning)
most, least = int(selective.argmax()), int(selective.argmin())
curves = {f"unit {unit}": tuning[:, unit] for unit in (most, least)}
display(figures.lines(selectivity.ANGLES, curves, "angle of the bars", "largest answer"))
print(f"unit {most} prefers {preferred[most]:.0f}°")

# %% [markdown]
# One number says how unlike the answers are. Give each angle an arrow as long as the answer to it,
# pointing to *twice* the angle (half a turn changes no bar), and add the arrows up. The length of
# the sum, divided by the sum of the lengths, is the **selectivity for angles**: 0 if all angles are
# answered alike, 1 if one alone is. Where the sum points is the **preferred angle**.

# %%
answers = tuning[:, most].astype(float)
turned = np.radians(2 * selectivity.ANGLES)
east, north = (answers * np.cos(turned)).sum(), (answers * np.sin(turned)).sum()
print(f"by hand: {np.hypot(east, north) / answers.sum():.2f}, ", end="")
print(f"preferred {np.degrees(np.arctan2(north, east)) / 2 % 180:.0f}°; ", end="")
print(f"by the package: {selective[most]:.2f}")

# %%
predict("first_kernels")

# %%
order = np.argsort(-selective)
display(figures.pictures([both[1][unit] for unit in order], columns=16, side=0.55))
print("after learning: ", *(f"{selective[unit]:.2f}" for unit in order))
untrained, _ = selectivity.orientation(selectivity.angle_tuning(start, count=1))
print("before learning:", *(f"{value:.2f}" for value in sorted(untrained)[::-1]))

# %% [markdown]
# One network is one draw. So ask for several seeds, each network beside its own start:

# %%
after, before = (selectivity.medians("angle", trained)[:, 0] for trained in (True, False))
for seed, (one, other) in enumerate(zip(before, after)):
    print(f"seed {seed}: median selectivity {one:.2f} before learning, {other:.2f} after")

# %% [markdown]
# **Colour.** Now show bars of a hue and its opposite, equally bright, and grey bars of the same
# contrast. With C the largest answer to coloured bars and B the largest to grey ones, (C − B) /
# (C + B) is 1 for a unit that answers to colour alone, −1 for brightness alone, and 0 if both do
# alike.

# %%
hues = selectivity.hue_tuning(net, count=1)
colour, hue = selectivity.opponency(hues, tuning)
kinds = {"angle": selective > 0.2, "colour more than brightness": colour > 0.2}
kinds["neither"] = ~kinds["angle"] & ~kinds["colour more than brightness"]
for kind, which in kinds.items():
    print(f"{kind:28} {which.sum():2} of {len(which)}: units", *np.flatnonzero(which))

# %% [markdown]
# (The limits of 0.2 are our choice, nothing more. A unit can be in the first two rows at once.)
#
# **Belief 1: "Each learned kernel has become something that one can name."** Look at the row
# "neither", and at those kernels in the picture. Did they learn at all? See how far each kernel is
# from where it began, and how large its weights are now:

# %%
w, w_before = net.layers[0].params["w"], start.layers[0].params["w"]
size = np.sqrt((w**2).sum(axis=(0, 1, 2)))
alike = (w * w_before).sum(axis=(0, 1, 2)) / size / np.sqrt((w_before**2).sum(axis=(0, 1, 2)))
for unit in np.argsort(-alike)[:4]:
    print(f"unit {unit:2}: correlation with its start {alike[unit]:.2f}, ", end="")
    print(f"selectivity for angles {selective[unit]:.2f}")
print(f"median of all: {np.median(alike):.2f}")

# %% [markdown]
# Some kernels are still much like their random start: the network works without them, and training
# left them almost alone. A picture of the best eight kernels would not have shown that.

# %% [markdown]
# ## What a unit sees is a part of the image
#
# A **unit** is one map of a layer. Each of its numbers sees a part of the image: its **receptive
# field**. Lesson 02 counted how many rows. Now find out *which* rows: go from the number back to
# the image, layer by layer.
#
# **Exercise 1: by hand.** Take the number in row 3, column 5 of a map of the *second* convolution.
# On the way back lie: its 3 x 3 kernel (padding 1), the pooling of 2 x 2, and the first kernel, 5 x
# 5 (padding 2). Which rows and columns of the image can change it, counted from 0?

# %% tags=["exercise"]
field_by_hand = {"first row": ..., "last row": ..., "first column": ..., "last column": ...}
check("field_by_hand", field_by_hand)

# %% tags=["solution"]
hints("field_by_hand")

# %% [markdown]
# **Exercise 2: by nudging.** There is a way that needs no thought: make one pixel brighter, and see
# whether the number changes. `unit` is a function from an image (h, w) to one number.


# %% tags=["exercise"]
def seen_pixels(unit, image):
    """1 for each pixel that changes the unit when it is nudged, 0 for the others."""
    ...


check("seen_pixels", seen_pixels)

# %% tags=["solution"]
hints("seen_pixels")

# %% [markdown]
# The package's `interpret.field` does the first, and a slope does the second for all pixels at
# once. Here for a number of the third convolution, in one image:

# %%
image = x[0]
field = interpret.field(net.layers[:7], row=4, column=4)
trace = layers.Sequential(*net.layers[:7]).trace(image[None])
blame = np.zeros_like(trace.outputs[-1])
blame[0, 4, 4, 0] = 1
slopes = np.abs(trace.back(blame)[0][0][0]).max(axis=2)
rows, columns = np.nonzero(slopes)
print(field)
print(f"rows {rows.min()} to {rows.max()}, columns {columns.min()} to {columns.max()};", end=" ")
print(f"{np.count_nonzero(slopes)} of {slopes.size} pixels have a slope")

# %% [markdown]
# Slopes and the count along the layers agree. (An image in which a ReLU sleeps or max pooling
# listens elsewhere can leave out a pixel of the field; none lies outside.)
#
# **Belief 2: "A unit sees all of its receptive field alike."** How much of all the slopes lies in
# the middle of the field, in a quarter of its pixels? And how many pixels hold half of it?

# %%
strong = np.sort(slopes.ravel())[::-1]
half = int(np.searchsorted(np.cumsum(strong), strong.sum() / 2)) + 1
seen = slopes[field.row : field.row + field.rows, field.column : field.column + field.columns]
print(f"in the middle quarter: {seen[5:15, 5:15].sum() / seen.sum():.0%} of the slopes; ", end="")
print(f"half of the slopes in {half} of {seen.size} pixels")

# %% [markdown]
# Pixels in the middle lie in more of the windows on the way, and so they have more to say (Luo and
# others, 2016, call the part that counts the *effective* receptive field).

# %% [markdown]
# ## The patches that a unit answers to most
#
# What does a unit look for? Show it many images, and cut out the part that it sees where it answers
# most. Each row below is one unit: its nine strongest patches among 2,048 images.

# %%
for count, units in ((2, range(3)), (5, range(3)), (8, range(4))):
    best = interpret.strongest(net, x, count)
    patches = []
    for unit in units:
        for i, row, column in zip(best.image[:, unit], best.row[:, unit], best.column[:, unit]):
            part = interpret.field(net.layers[:count], int(row), int(column))
            patches.append(interpret.patch(x[i], part))
    display(figures.pictures(patches, columns=9, side=0.6))
    side = patches[0].shape[0]
    print(f"convolution {count // 3 + 1}: {len(units)} units, patches of {side} x {side} pixels")

# %% [markdown]
# Grey stands for what lies beyond the border, where the layer gets zeros from its padding. To a
# unit, these zeros are as dark as black: some answer most to the step from there into a bright
# image, an edge that is in no image at all.
#
# The patches get larger, since the receptive fields do. That alone says nothing about learning: an
# untrained network has the same fields. And nine patches chosen as the *best* of thousands will
# look alike, whatever the unit does with the others. So again: measure, and compare.

# %% [markdown]
# ## Four measures, layer by layer
#
# For each unit of each convolution, with several seeds, trained and untrained:
#
# 1. **angle**: the selectivity for angles from above;
# 2. **part**: of a strongest patch, how large a square about its middle (all else grey) is enough
#    for 80% of the answer, in pixels;
# 3. **class**: with M the mean answer to the kind of shape that drives the unit most, and R to all
#    other kinds, (M − R) / (M + R): 0 if all kinds do alike, 1 if one alone does;
# 4. **read-out**: what a *linear* map of the layer's numbers can tell: the angle of an edge (how
#    many degrees it is off, 45 is guessing), and the kind of shape (how many are right, 12.5% is
#    guessing).

# %%
predict("most_selective")

# %%
for name in ("angle", "part", "class"):
    for trained in (False, True):
        found = selectivity.medians(name, trained)
        cells = [f"{c.mean():6.2f} ({c.min():.2f} to {c.max():.2f})" for c in found.T]
        print(f"{name:6} {'trained  ' if trained else 'untrained'}", *cells, sep="  ")

# %%
for name in ("angle off", "class right"):
    for trained in (False, True):
        found = np.array(selectivity.stored_values(name, trained))
        cells = [f"{c.mean():6.3g} ({c.min():.3g} to {c.max():.3g})" for c in found.T]
        print(f"{name:11} {'trained  ' if trained else 'untrained'}", *cells, sep="  ")
print("the first column: the pixels themselves")

# %%
groups = {
    f"{'trained' if trained else 'untrained'}, convolution {place + 1}": values
    for trained in (True, False)
    for place, values in enumerate(selectivity.medians("class", trained).T)
}
display(figures.runs(groups, "selectivity for classes (each dot: one seed)"))
rise = selectivity.medians("class", True)
print("larger from layer to layer, for every seed:", bool((np.diff(rise, axis=1) > 0).all()))

# %% [markdown]
# Read it slowly; it is not quite what people say.
#
# - *Parts get larger.* True, but just as true without any training: it comes from the receptive
#   field. Training hardly changes the size of the part.
# - *Simple features first.* The angle of an edge can be read from the first convolution, from an
#   untrained one as well, if less exactly. But trained units are *not* most selective for angles
#   there: that grows further on. An edge is not something that later layers leave behind.
# - *Things at last.* Here training makes all the difference. How much a unit cares for one kind of
#   shape, and how well a linear map can read the kind, grow from layer to layer in trained
#   networks, and hardly at all in untrained ones.
#
# So the sentence that these figures allow: **from layer to layer, training makes the kind of shape
# easier to read. That the parts get larger is a matter of construction. Selectivity for angles does
# not stop at the first layer; it rises.** For this network, these images and these measures. Below
# you can measure a network of your own: `selectivity.measured`.

# %% tags=["nbval-ignore-output"]
live = selectivity.measured(net, (x[:256], y[:256]), (new_x[:256], new_y[:256]))
for name in ("angle", "part", "class"):
    print(f"{name:6}", *(f"{np.nanmedian(units):.2f}" for units in live[name]))

# %% [markdown]
# (A few images only, so the last digits differ from those above.)

# %% [markdown]
# ## Which pixels hold the answer up?
#
# The network says "star". *Why?* One way to ask is to cover a part of the image with a grey square,
# and see how much of the score is lost: **occlusion** (Zeiler and Fergus, 2014).
#
# **Exercise 3: an occlusion map.** `score` is a function from an image (h, w) to one number.


# %% tags=["exercise"]
def occlusion_map(score, image, k):
    """How much of the score is lost where a grey square of k by k lies."""
    ...


check("occlusion_map", occlusion_map)

# %% tags=["solution"]
hints("occlusion_map")

# %% [markdown]
# Another way takes one walk back instead of hundreds of walks forward. The slope of the score with
# respect to each pixel says how much a small change there matters: **saliency** (Simonyan and
# others, 2014). Both for one image:

# %%
i = int(np.flatnonzero((new_y == names.index("star")) & (said == new_y))[0])
image, label = new_x[i], int(new_y[i])
lost = interpret.occlusion(net, image, label, k=8, stride=3)
steep = interpret.saliency(net, image, label)
grids = [PixelGrid(image, size=190, title="the image")]
reach = float(np.abs(lost).max())
signed = {"palette": "diverging", "limits": (-reach, reach)}
grids.append(PixelGrid(lost, size=190, title="occlusion: score lost", **signed))
grids.append(PixelGrid(steep, size=190, title="saliency: steepness", palette="cividis"))
display(Row(*grids))

# %%
row, column = (3 * at for at in np.unravel_index(lost.argmax(), lost.shape))
print(f"most is lost, {lost.max():.1f} of {net(image[None])[0, label]:.1f}, ", end="")
print(f"with a square at rows {row} to {row + 7}, columns {column} to {column + 7}")

# %% [markdown]
# **Belief 3: "The map shows the outline of the star, so it explains the network."** Here is a map
# that shows the outline, too. It is made of the image alone, by brightness and colour steps between
# neighbours, and has never heard of a network:

# %%
down, right = np.diff(image, axis=0)[:, :-1], np.diff(image, axis=1)[:-1]
outline = np.sqrt((down**2 + right**2).sum(axis=2))
look = {"size": 190, "palette": "cividis"}
display(Row(grids[0], grids[2], PixelGrid(outline, title="steps between neighbours", **look)))
print(f"the largest step: {outline.max():.2f}")

# %% [markdown]
# So there is a **check that each such method has to pass** (Adebayo and others, 2018): shuffle the
# weights of the network, so that it knows nothing any more. A map that explains *the network* must
# change. The outline cannot. How alike are the maps before and after? The **rank correlation** is 1
# if they put all pixels in the same order, and 0 if their orders have nothing in common.

# %%
found = {"occlusion": [], "saliency": [], "outline": []}
for seed in range(6):
    mixed = interpret.shuffled(net, rng=np.random.default_rng(seed))
    other = interpret.occlusion(mixed, image, label, 8, 3)
    found["occlusion"].append(interpret.rank_correlation(lost, other))
    other = interpret.saliency(mixed, image, label)
    found["saliency"].append(interpret.rank_correlation(steep, other))
    found["outline"].append(interpret.rank_correlation(outline, outline))
for name, values in found.items():
    print(f"{name:10}", *(f"{value:5.2f}" for value in values))

# %% [markdown]
# Occlusion and saliency pass, the outline fails. To pass is not yet to be right: it only means that
# the map has to do with the weights.

# %% [markdown]
# ## An image that a unit prefers
#
# Strongest patches come from images that there are. One can also *make* an image: begin with noise,
# ask for the slopes of the unit, and step **uphill**. It is training with two things exchanged: the
# image changes instead of the weights, and the number grows instead of falling.
#
# **Exercise 4: uphill.** `slope` is a function from an image to its slopes.


# %% tags=["exercise"]
def preferred_image(slope, image, steps, rate):
    """The image after so many steps uphill."""
    ...


check("preferred_image", preferred_image)

# %% tags=["solution"]
hints("preferred_image")

# %% [markdown]
# The steps alone lead to colourful noise. `interpret.preferred` adds two things after each step,
# and they are a choice, not a discovery: all pixels fade a little towards grey, and each takes a
# little from its neighbours. Above with them, below without:

# %%
units = [int(unit) for unit in np.argsort(-np.array(live["class"][2]))[:6]]
shape = (32, 32, 3)
for fade, blur in ((0.02, 0.15), (0, 0)):
    made = [
        interpret.preferred(net, 7, u, shape, rng=np.random.default_rng(0), fade=fade, blur=blur)
        for u in units
    ]
    display(figures.pictures(made, [f"unit {u}" for u in units], side=1.2))
    top = layers.Sequential(*net.layers[:7])(np.stack(made))[range(6), 4, 4, units]
    print("their answers:", *(f"{value:.0f}" for value in top))
seen = interpret.strongest(net, x, 7, n=1).value[0, units]
print("the most in 2,048 images:", *(f"{value:.0f}" for value in seen))

# %% [markdown]
# **Belief 4: "This is what the unit looks for."** It is what drives it *most*, far more than any
# image of a shape does, and no shape looks like that. A unit that answers to the points of stars
# need not have the picture of a star in it.

# %% [markdown]
# ## A picture that fools the network
#
# Now go *downhill* with the score of the right label, in steps so small that nobody sees them. No
# number may change by more than a **budget** of 0.02 (of 1, the whole way from black to white).

# %%
predict("fooled_of_twenty")

# %%
image, label = new_x[i], int(new_y[i])
fooled = interpret.fooled(net, image, label, budget=0.02)
signs = np.random.default_rng(0).choice([-1, 1], image.shape)
noisy = np.clip(image + 0.02 * signs, 0, 1).astype(np.float32)
stack = np.stack([image, noisy, fooled])
told = [names[k] for k in net(stack).argmax(axis=1)]
times = [0.5 + 15 * (one - image) for one in (noisy, fooled)]
titles = [f"says {told[0]}", f"noise: {told[1]}", f"slopes: {told[2]}"]
display(figures.pictures([*stack, *times], [*titles, "noise x 15", "slopes x 15"], side=1.4))
print(f"largest change {np.abs(fooled - image).max():.3f}; ", end="")
print(f"the network says {told[0]}, after noise {told[1]}, after the steps {told[2]}")

# %% [markdown]
# The same for a hundred images: chance against the worst direction.

# %%
hundred, right = new_x[:100], new_y[:100]
signs = np.random.default_rng(0).choice([-1, 1], hundred.shape)
for budget in (0.005, 0.01, 0.02):
    noisy = np.clip(hundred + budget * signs, 0, 1).astype(np.float32)
    bent = np.stack(
        [interpret.fooled(net, one, int(k), budget, steps=5) for one, k in zip(hundred[:40], right)]
    )
    kept = (net(noisy).argmax(axis=1) == right).mean()
    left = (net(bent).argmax(axis=1) == right[:40]).mean()
    print(f"budget {budget:5}: right after noise {kept:.0%}, after steps {left:.0%}")

# %% [markdown]
# **Exercise 5: fool it yourself.** `given` is an image, `true_label` its label. Make an image that
# differs from it by at most 0.02 in each number, and that the network calls something else.

# %% tags=["exercise"]
from cnncourse.exercises.what_it_sees.fooling_image import given, true_label

uphill = interpret.slope(net, given, true_label)  # of the right label's score
fooling_image = ...

check("fooling_image", fooling_image)

# %% tags=["solution"]
hints("fooling_image")

# %% [markdown]
# ## The lab: why does it say so?
#
# Choose an image or paint on it. In the first row: the image with the field of the chosen unit, the
# map of what holds the answer up, the probabilities. In the second: the map of the unit, the
# patches that it answers to most among 2,048 images it was trained with, and the mistakes that are
# nearest, by what the last layer gets.
#
# 1. Paint over a part where the occlusion map is red, and over one where it is white. What happens
#    to the probability?
# 2. Choose "an empty sheet". What does the network say, and what holds that up?
# 3. Take the strongest unit of each convolution. Of which do you know what it looks for?
# 4. Choose "a mistake". Does the map tell you what went wrong?
#
# <details><summary>Answer to 1</summary>
# It falls more where it is red: those squares held the score up. Blue parts spoke against the
# answer, and to cover them makes the network surer. Black or white ink is not the grey that the map
# was made with, so it may do something else.
# </details>
#
# <details><summary>Answer to 2</summary>
# It has to say one of the eight. The map is almost all near zero, and its colours are on a scale of
# its own: mind the numbers in the sentence below.
# </details>
#
# <details><summary>Answer to 3</summary>
# Most people name some of the first convolution by an edge and two colours, and some of the third
# by a shape or a corner. Between them it is hard, and the patches of many a unit are not alike.
# </details>
#
# <details><summary>Answer to 4</summary>
# Sometimes: what is red is a part that looks like one of the other kind. Often it does not help. A
# map says where, never why.
# </details>

# %%
lab = explain_lab()
lab

# %%
print(lab.sentence)

# %% [markdown]
# With `explain_lab(net, images, labels)` it shows a network of your own, say that of lesson 09 with
# 2,000 digits.

# %% [markdown]
# ## What you should remember
#
# - A measure of a trained network says little without the same measure of an untrained one.
# - Parts get larger because receptive fields do. What training adds is that, layer by layer, the
#   kind of thing becomes easier to read.
# - Strongest patches show the best of thousands; a preferred image shows an extreme. Neither is
#   what a unit usually answers to.
# - Occlusion and saliency say which pixels matter, not why. A method has to fail when the network
#   is shuffled.
# - Changes too small to see can change the answer, if all of them go in the worst direction.

# %% [markdown]
# ## What goes wrong in practice
#
# **The slope of the probability instead of the score.** Where the network is sure, the probability
# is flat, and its slopes are lost in the rounding:

# %%
trace = net.trace(image[None])
p, pull = ops.softmax(trace.outputs[-1])
one = np.zeros_like(p)
one[0, label] = 1
of_p = np.abs(trace.back(pull(one))[0][0]).max()
print(f"probability {p[0, label]:.4f}; steepest slope of the score {steep.max():.2f}, ", end="")
print(f"less than a tenth of it for the probability: {bool(of_p < steep.max() / 10)}")

# %% [markdown]
# **A square that says something.** Black squares on a bright image are dark things of their own.
# The map then shows also what the *square* looks like to the network. Grey is a choice, too.
#
# **A unit chosen because it is beautiful.** With 112 units, some look like anything one wishes.
# Fix the rule before looking: all units, or those drawn by chance.

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [selectivity][kernels] | how unlike a unit's answers are: to angles, to colours, to classes |
# | [unit][field] | one map of a layer |
# | [receptive field][field] | the part of the image that can change a number |
# | [linear read-out][measures] | what a linear map, fitted to a layer's numbers, can tell |
# | [occlusion][pixels] | how much of a score is lost while a part is covered |
# | [saliency][pixels] | how steep a score is with respect to each pixel |
# | [rank correlation][pixels] | how alike two maps order their pixels |
# | [budget][fool] | by how much each number may change |
#
# [kernels]: #The-first-kernels,-beside-kernels-that-learned-nothing
# [field]: #What-a-unit-sees-is-a-part-of-the-image
# [measures]: #Four-measures,-layer-by-layer
# [pixels]: #Which-pixels-hold-the-answer-up?
# [fool]: #A-picture-that-fools-the-network
#
# Next: lesson 12, *From loops to one matrix product*.
