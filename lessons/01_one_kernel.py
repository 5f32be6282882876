# %% [markdown]
# # A kernel looks for its own pattern
#
# To a computer a photograph is a grid of numbers. In this lesson you slide a second, tiny grid of
# numbers over it, called a *kernel*. What comes out shows where the photograph looks like the
# kernel: here an edge, there a line, there nothing at all. A convolutional neural network, the kind
# of program that recognises what is in a picture, is built around this one idea. So it is worth an
# evening.
#
# | What you will do | minutes |
# |---|---|
# | look at the numbers of a photograph | 5 |
# | compute one number by hand, then by code (exercise 1) | 16 |
# | slide on until a grid is full (exercise 2) | 19 |
# | see what a kernel looks for (exercise 3) | 16 |
# | meet kernels with names | 6 |
# | play in the lab, with your own code in it | 18 |
# | test three beliefs, and be the computer yourself (exercise 4) | 14 |
# | see what to remember, and what goes wrong in practice | 6 |
#
# That is more than one sitting. A good place for a break is before the kernels with names.
#
# **What you need.** A little Python: lists, `for` loops, functions. No machine learning, and no
# mathematics beyond multiplying, adding and, once, a square root. NumPy, which calculates with
# grids of numbers, is explained where it appears. Each new word stands in **bold** where it is
# explained, and once more in the glossary at the end.
#
# **How to use this page.** First choose *Edit*, *Clear Outputs of All Cells* in the menu: what
# stands below the cells now comes from our own run. Then click on the first grey cell and press
# Shift+Enter: the cell runs, and you are in the next one. Go on like that from top to bottom.
# Change whatever you like and run it again. If things get muddled, click on the cell where you are
# and choose *Kernel*, *Restart Kernel and Run up to Selected Cell*. (That "kernel" is the Python
# behind the page. It has nothing to do with the kernels of this lesson.)

# %% [markdown]
# ## An image is a grid of numbers
#
# Here is a photograph that comes with the course. What you see below a cell is computed when you
# run it, by code that you can read. `display` shows something there, `print` writes there. (`:g`
# and `:.2f` behind a name only say how many digits `print` writes.)

# %%
from IPython.display import display

from cnncourse import data, figures

photograph = data.photograph("camera")
display(figures.pictures([photograph], ["a man behind a camera"], side=2.8))
rows, columns = photograph.shape
print(f"The photograph has {rows} rows with {columns} numbers in each.")
print(f"Its darkest number is {photograph.min():g}, its brightest {photograph.max():g}.")

# %% [markdown]
# `photograph` is a NumPy **array**: a grid of numbers that you can calculate with as a whole. Each
# of its numbers is a **pixel** and says how bright one small square is: 0 is black, 1 is white, and
# the greys lie between. The **shape** of the array says how many rows and how many columns it has,
# in this order.
#
# You reach a pixel by its row and its column, `photograph[row, column]`. Both are counted from 0,
# and row 0 is at the *top*. A *slice* such as `photograph[142:152, 316:326]` cuts out a part: rows
# 142 up to, but not including, 152, and columns 316 up to, but not including, 326.
#
# Let us look at a few pixels on the end of the camera. On the left, the orange square shows where
# they are; on the right, they are enlarged, each with its number on it. (`PixelGrid` shows an array
# as squares; `Row` puts pictures side by side.)

# %%
from cnncourse.pixels import PixelGrid, Row

row, column = 142, 316
part = photograph[row : row + 10, column : column + 10]
where = PixelGrid(photograph, size=380, windows=[(row, column, 10, 10)], label="the photograph")
near = PixelGrid(
    part, size=380, limits=(0, 1), numbers=True, format="{:.2f}", label="ten by ten of its pixels"
)
display(Row(where, near))
print(f"Row {row}: " + "  ".join(f"{pixel:.2f}" for pixel in part[0]))

# %% [markdown]
# Try another `row` and `column` in the cell above: the white collar (near row 170, column 172), the
# sky, the grass. Then come back.
#
# (A photograph in colour is three such grids, for red, green and blue. It comes in lesson 03.)

# %% [markdown]
# ## One window gives one number
#
# To see each step, we now take a much smaller image: 7 by 7 pixels, black (0) with a white letter
# on it. To make calculating easy, white is 9 here, not 1. (`np` is everybody's short name for
# NumPy.)

# %%
import numpy as np

letter = np.array([
    [0, 0, 0, 0, 0, 0, 0],
    [0, 9, 9, 9, 9, 9, 0],
    [0, 0, 0, 0, 9, 0, 0],
    [0, 0, 0, 9, 0, 0, 0],
    [0, 0, 9, 0, 0, 0, 0],
    [0, 9, 9, 9, 9, 9, 0],
    [0, 0, 0, 0, 0, 0, 0],
])

# %% [markdown]
# And here is our first **kernel**: a small grid of numbers, which are called **weights**. This one
# has weights of 2 in its middle row, and −1 above and below.

# %%
kernel = np.array([
    [-1, -1, -1],
    [2, 2, 2],
    [-1, -1, -1],
])

# %% [markdown]
# Lay the kernel on the image. The pixels that lie under it are called the **window**. Now do this:
#
# 1. multiply each pixel of the window by the weight that lies on it;
# 2. add up the products.
#
# The sum is *one* number, the kernel's answer to this window. Here it is for the window that begins
# in row 0, column 1. In NumPy, `window * kernel` multiplies pair by pair, and `.sum()` adds up.

# %%
window = letter[0:3, 1:4]
print(window)
print(window * kernel)
print("The sum is", (window * kernel).sum())

# %% [markdown]
# The same as pictures. Their colours mean the same throughout the course:
#
# - **black, grey, white**: the brightness of a picture. Black is 0; white is 1, or 9 for our
#   letter.
# - **blue, white, red**: numbers that can be below zero. White is 0, blue is below, red above.
# - **dark blue to yellow**: numbers that cannot be below zero, such as counts. Dark blue is 0.
# - **hatched**: not computed yet.
#
# (In lesson 03 pictures have a red and a blue of their own; there, purple and orange take the place
# of blue and red.)

# %%
from cnncourse.explorers import predict, show_window

show_window(letter, kernel, 0, 1)

# %% [markdown]
# **Predict:** now the window moves one row down. Which pixels lie under the weights of 2, which
# under the −1s? Work out the sum on paper and type it in. (`predict` answers to your guess; a wrong
# one is worth as much as a right one.)

# %%
predict("next_window")

# %%
show_window(letter, kernel, 1, 1)

# %% [markdown]
# ## Exercise 1: the sum of one window
#
# Now you. An exercise is a cell to fill in: put your own lines in place of the three dots and run
# the cell. `check` answers at once; if something is wrong it says what it probably is. Below, three
# hints and the solution are folded away: click on one to open it. Nothing later depends on your
# answers, so you may skip an exercise and come back.
#
# You have seen `(window * kernel).sum()`. Write it with two loops, so that you have done each
# multiplication yourself. `kernel.shape[0]` is the number of rows, `kernel.shape[1]` the number of
# columns; the window has the same shape. They are not 3 and 3 in all tests, and the numbers need
# not be whole.

# %% tags=["exercise"]
from cnncourse.exercises import check, hints


def window_sum(window, kernel):
    """Multiply each pixel of the window by the weight that lies on it, and add up."""
    ...


check("window_sum", window_sum)

# %% tags=["solution"]
hints("window_sum")

# %% [markdown]
# ## Sliding the window fills a grid
#
# The kernel slides over the image, one pixel at a time, from left to right and from top to bottom.
# Each position gives one number, and these numbers form a new grid, the **output**, also called a
# **feature map**: a map of where the image has the feature that the kernel answers to.
#
# **Predict:** how many rows and columns will the output have? The letter has 7 rows and 7 columns,
# the kernel 3 and 3. Type something like `3 x 4`.

# %%
predict("places")

# %% [markdown]
# The kernel may go only where all of it lies on the image. So there are (columns of the image) −
# (columns of the kernel) + 1 positions in a row, and likewise for the rows. We make an output of
# that size and compute its first row. `np.full((rows, columns), np.nan)` makes a grid of that many
# rows and columns, filled with `nan`, "not a number": not computed yet.


# %%
def coloured(grid, title, size=130):
    """A grid of numbers in blue, white and red."""
    return PixelGrid(grid, palette="diverging", numbers=True, size=size, title=title)


rows = letter.shape[0] - kernel.shape[0] + 1
columns = letter.shape[1] - kernel.shape[1] + 1
output = np.full((rows, columns), np.nan)
for column in range(columns):
    window = letter[0:3, column : column + 3]
    output[0, column] = (window * kernel).sum()

# %%
display(coloured(output, "output, first row", size=200))
print(f"The output has {rows} rows and {columns} columns; its first row is {output[0]}")

# %% [markdown]
# One more loop around it, over the rows, and the output is complete. Point at one of its numbers:
# the window that made it lights up, and the sum is written out below. Point at a pixel of the
# letter, and all the outputs light up that it takes part in. (`linked` joins the pictures.)

# %%
from cnncourse.linked import linked

for row in range(rows):
    for column in range(columns):
        window = letter[row : row + 3, column : column + 3]
        output[row, column] = (window * kernel).sum()
image = PixelGrid(letter, numbers=True, size=240, title="letter")
grids = image, coloured(kernel, "kernel"), coloured(output, "output", size=200)
display(Row(*grids, linked(*grids)))
for row in range(rows):
    print(f"Row {row}: from {output[row].min():g} to {output[row].max():g}.")

# %% [markdown]
# Look where the output is reddest: at the two level strokes of the letter. Just below the upper
# one, and just above the lower, it is blue: there the white pixels lie under weights of −1. The
# slanted stroke in the middle gives small answers. This kernel looks for level lines, and it *is* a
# picture of one: high weights in a level row, low ones beside it.
#
# ## Exercise 2: slide it
#
# Write the whole thing, for an image and a kernel of any size, square or not: neither the 3 nor the
# 5 from above will do. Your function makes an output of the right size with
# `np.zeros((rows, columns))`, a grid full of zeros (mind the double brackets), fills it, and
# returns it. If exercise 1 is right, you may use your `window_sum`.

# %% tags=["exercise"]
def correlate2d(image, kernel):
    """Slide the kernel over the image; return the output."""
    ...


check("correlate2d", correlate2d)

# %% tags=["solution"]
hints("correlate2d")

# %% [markdown]
# ## The package does the same in one line
#
# `cnncourse`, the package of this course, does it twice. `reference.correlate2d` takes pixel after
# pixel and weight after weight, in plain loops. `ops.correlate2d` adds up the same products in
# another order, and so fast that a whole photograph takes next to no time. (Lesson 12 shows how.)
# To read the plain loops, make a cell of your own, type `reference??` and run it.

# %%
from cnncourse import ops, reference

print("ops equals our loops:      ", np.array_equal(ops.correlate2d(letter, kernel), output))
print("reference equals our loops:", np.array_equal(reference.correlate2d(letter, kernel), output))
loops, fast = reference.correlate2d(part, kernel / 3), ops.correlate2d(part, kernel / 3)
print("with fractions, up to rounding:", np.allclose(loops, fast))

# %% [markdown]
# With these whole numbers all three agree exactly. Fractions are rounded by the computer, and in
# another order they are rounded differently, so the last of many digits may differ.
# (`np.array_equal` says whether two arrays are exactly equal, `np.allclose` whether they are but
# for rounding.)
#
# What is it called? Sliding a kernel as it stands, multiplying and adding, is
# **cross-correlation**; hence the name `correlate2d`. In mathematics, **convolution** is almost the
# same, except that the kernel is first rotated by 180 degrees: upside down and left to right. In
# neural networks people say "convolution" and compute cross-correlation: *nothing is flipped*. So
# does this course, and so do PyTorch and TensorFlow. What a network can do is not changed by that:
# it finds its weights by itself, from examples, and would simply find them the other way round.

# %% [markdown]
# ## The best window looks like the kernel
#
# Is it a coincidence that the kernel which finds level lines looks like one? Let us try all windows
# whose pixels are either black (0) or white (1). Nine pixels with two choices each, that is two to
# the power of nine, 512 windows: a computer goes through them at once.
#
# **Predict:** how many of the 512 give the largest answer of all?
#
# (In the cell after it, `answers` is a list of 512 numbers; `answers.index(6)` says at which place
# in it there is a 6, and `answers.count(6)` how many there are.)

# %%
predict("best_windows")

# %%
from cnncourse.kernels import black_and_white_windows

windows = black_and_white_windows()
answers = [(window * kernel).sum() for window in windows]
best, worst = windows[answers.index(max(answers))], windows[answers.index(min(answers))]
shown = [coloured(kernel, "kernel")]
for window, title in ((best, "best window"), (worst, "worst window")):
    shown.append(PixelGrid(window, limits=(0, 1), numbers=True, size=130, title=title))
display(Row(*shown))
print(f"{len(windows)} windows give answers from {min(answers)} to {max(answers)}.")
print("Windows that give the largest:", answers.count(max(answers)))

# %% [markdown]
# Exactly one window gives the largest answer: white wherever the weight is above zero, black
# wherever it is below. Grey pixels cannot beat it, because under a weight above zero a grey pixel
# adds less than a white one, and under a weight below zero it takes something away, which a black
# one does not. (Under a weight of zero, the pixel does not matter.) The negative of that window,
# black for white, gives the smallest answer.
#
# As long as pixels only go from black to white, the best window shows the *signs* of the weights
# and not how large they are:

# %%
lopsided = np.array([
    [-7, -0.1, -1],
    [0.2, 5, 1],
    [-3, -1, -1],
])
answers = [(window * lopsided).sum() for window in windows]
print(windows[answers.index(max(answers))])

# %% [markdown]
# So in which sense does a kernel look for *its own* pattern, sizes and all? Give each grid of
# numbers the same strength, which is to say the same sum of squares, and let it hold any numbers,
# also below zero. Then nothing gives a larger answer than the kernel itself. Ten thousand grids at
# random try. (`default_rng(0)` makes random numbers, the same ones whenever you begin with 0.)

# %%
rng = np.random.default_rng(0)
strength = (kernel * kernel).sum()
largest = 0
for _ in range(10_000):
    grid = rng.normal(size=(3, 3))  # nine random numbers
    grid = grid * (strength / (grid * grid).sum()) ** 0.5
    largest = max(largest, (grid * kernel).sum())
print(f"The best of the random grids: {largest:.1f}. The kernel itself: {strength}")

# %% [markdown]
# (That it holds for *all* grids is proved in mathematics, as the Cauchy-Schwarz inequality.) In
# this precise sense, **a kernel looks for its own pattern**.
#
# One warning: an answer mixes likeness with strength. A pale copy of the pattern gives a weaker
# answer than a bright one; a very pale one even loses to a bright window that has only a part of
# the pattern.

# %%
for brightness in (1, 0.5, 0.1):
    print(f"pattern of brightness {brightness}: answer {(brightness * best * kernel).sum():.1f}")
part_of_it = np.array([[0, 0, 0], [1, 0, 0], [0, 0, 0]])
print(f"a single white pixel of it:  answer {(part_of_it * kernel).sum():.1f}")

# %% [markdown]
# ## Exercise 3: find one diagonal and not the other
#
# Make a kernel that gives a number above 0 on a white line that falls to the right, like `\`, but 0
# or less on one that rises, like `/`, and on a flat white area. Many kernels do that. Remember what
# the best window looks like.

# %% tags=["exercise"]
diagonal_kernel = np.array([
    [..., ..., ...],
    [..., ..., ...],
    [..., ..., ...],
])
check("diagonal_kernel", diagonal_kernel)

# %% tags=["solution"]
hints("diagonal_kernel")

# %% [markdown]
# ## Kernels with names find edges
#
# Now back to the photograph. Here is a recipe for turning it into a new picture. Go to each pixel
# in turn. Take the brightness of its neighbour on the right, and subtract the brightness of its
# neighbour on the left. That difference is the pixel's new value.
#
# What becomes of a plain sky? An **edge** is where the brightness changes sharply: what becomes of
# an upright edge, such as the side of a tower? And of a level one, such as a flat roof against the
# sky?

# %%
predict("farthest_from_zero")

# %% [markdown]
# "Right neighbour minus left neighbour" is a kernel too, with one row of three weights: −1, 0, 1.

# %%
right_minus_left = np.array([[-1, 0, 1]])
output = ops.correlate2d(photograph, right_minus_left)
display(figures.pictures([output[50:210, 140:340]], ["right minus left"], side=3, signed=True))
places = {
    "plain sky": output[60:70, 300:310],
    "upright edge": output[142:152, 320:328],
    "level edge": output[174:184, 288:298],
}
for place, values in places.items():
    print(f"{place}: on average {abs(values).mean():.3f} away from 0")

# %% [markdown]
# The sky is flat: right and left are nearly equal, the difference is nearly zero. Across an upright
# edge the difference is large, red where it gets brighter to the right, blue where it gets darker.
# Along a level edge left and right are alike again, so little is left of it. (Not nothing: an edge
# in a photograph is hardly ever quite level.)
#
# Kernels that are often needed have names. `KERNELS` holds them, `ABOUT` says what each one does.
# Two that find edges:

# %%
from cnncourse.kernels import ABOUT, KERNELS

head = photograph[50:210, 140:340]
names = ["sobel_x", "sobel_y"]
outputs = [ops.correlate2d(head, KERNELS[name]) for name in names]
display(figures.pictures(outputs, names, side=3, signed=True))
for name, output in zip(names, outputs):
    print(f"{name}: from {output.min():.2f} to {output.max():.2f}. {ABOUT[name]}")
    print(KERNELS[name])

# %% [markdown]
# ## Others blur or sharpen or emboss
#
# Some kernels do not look for something but change a picture as a whole. What they make is a
# picture again, so it is shown in grey: 0 is black and 1 is white.

# %%
names = ["box_blur", "sharpen", "emboss"]
outputs = [ops.correlate2d(head, KERNELS[name]) for name in names]
display(figures.pictures([head, *outputs], ["part of the photograph", *names], side=2.2))
for name, output in zip(names, outputs):
    print(f"{name}: from {output.min():.2f} to {output.max():.2f}. {ABOUT[name]}")
    print(KERNELS[name].round(2))

# %% [markdown]
# What does a kernel do to a flat area, where all nine pixels are equal? Each weight meets the same
# brightness, so the answer is the brightness times the *sum of the weights*. A sum of 1 leaves flat
# areas as they are; a sum of 0 wipes them out.

# %%
flat = np.full((3, 3), 0.5)
for name in ("box_blur", "sharpen", "emboss", "sobel_x", "sobel_y"):
    total, answer = KERNELS[name].sum(), ops.correlate2d(flat, KERNELS[name])[0, 0]
    print(f"{name}: the weights sum to {total:.0f}, so brightness 0.5 becomes {answer:.1f}")

# %% [markdown]
# ## The lab puts nine weights under your fingers
#
# Four controls of the lab are new. Each gets a lesson later; for now, one sentence is enough:
#
# - **bias**: one number that is added to each number of the output.
# - **ReLU** (*rectified linear unit*): puts zero in place of each number below zero.
# - **stride**: how many pixels the window moves on at a time. With 2 it skips every other position
#   in a row, and every other row of positions.
# - **padding**: how many rings of zeros are laid around the image before sliding, so that the
#   kernel also reaches the border.
#
# All of them act at once on the photograph and on our letter (the *grid of numbers*). Play slides
# the window over the letter; the sum of the present window is written out beside it. A weight is
# changed in the *kernel* itself (drag it, turn the mouse wheel over it after a click, or type) or
# with its slider: there, the left and right arrow keys change it, and up and down go to the next
# slider. A blur has weights such as 1/9; the lab shows them as 1, *divided by* 9. On the photograph
# the strongest answer is framed, with its window. *Your photograph* shows a picture file of yours.
#
# The colours are those of the whole course, on a fixed scale: what lies beyond its ends gets the
# last colour. *Stretch contrast* fits the scale to the numbers of the output instead; that shows
# faint answers, but hides how large they are.
#
# **Things to try.** Predict each before you touch anything; five words on paper will do.
#
# 1. Press play and watch the window slide. Pause somewhere, and check the sum by hand.
#    <details><summary>An answer</summary>
#    The sum in the lab is right; if yours is another, look which pixel lies under which weight. The
#    number it gives stands at the orange square of the output.</details>
# 2. Choose `identity`, then pull its middle weight (1, 1) from 1 down to 0.5 and 0.1. What becomes
#    of the picture? And with *stretch contrast*?
#    <details><summary>An answer</summary>
#    Each number is multiplied by the weight, so the picture gets darker. Stretched, all three look
#    alike, and only the numbers in the sentence tell them apart.</details>
# 3. Pull the middle weight on to −1. Which bias turns that into a proper negative of the
#    photograph, black for white?
#    <details><summary>An answer</summary>
#    A bias of 1: each pixel becomes 1 minus itself. (The letter, whose white is 9, would need a
#    bias of 9.)</details>
# 4. Choose `sobel_x`, then tick ReLU. Which half of the edges goes, and why?
#    <details><summary>An answer</summary>
#    Those where it gets darker to the right: there the answers lie below zero, and ReLU puts zero
#    in their place.</details>
# 5. Choose `sharpen`, then pull its middle weight from 5 down to 4. What is left?
#    <details><summary>An answer</summary> Only the differences that <code>sharpen</code> adds to
#    the picture. The weights now sum to 0, so flat areas vanish.</details>
# 6. Choose `box_blur`. How large is the letter's output with stride 2? With padding 1? With both?
#    <details><summary>An answer</summary>
#    The output in the lab shows it, and the cells below the lab print it. The sizes follow a
#    formula, which is the subject of lesson 02.</details>
# 7. Make a kernel of your own that finds something in the photograph: the tripod, the grass, the
#    tower. And type in your kernel of exercise 3: the slanted stroke of the letter rises. Does the
#    kernel leave it alone?
#    <details><summary>An answer</summary> There is no one answer to the first. The window in row 2,
#    column 2 of the output holds the three pixels of the slanted stroke and nothing else; there, a
#    kernel that passed the check gives 0 or less.</details>

# %%
from cnncourse.explorers import kernel_lab

lab = kernel_lab()
lab

# %% [markdown]
# All that the controls do can also be done by code. The next cells try 2 to 6 in this way: they
# move the controls of another lab, so that yours stays as you left it, and print its sentence.

# %%
another = kernel_lab()
another.preset.value = "identity"
for weight in (1, 0.5, 0.1):
    another.weights[4].value = weight
    print(f"2, weight {weight}: {another.sentence}")
another.weights[4].value = -1
another.bias.value = 1
print("3:", another.sentence)
another.bias.value = 0

# %%
another.preset.value = "sobel_x"
another.relu.value = True
print("4:", another.sentence)
another.relu.value = False
another.preset.value = "sharpen"
another.weights[4].value = 4
print("5:", another.sentence)

# %%
another.preset.value = "box_blur"
for stride, padding in ((2, 0), (1, 1), (2, 1)):
    another.stride.value = stride
    another.pad.value = padding
    rows, columns = another.view.grid.shape
    print(f"6: stride {stride}, padding {padding}: the letter's output is {rows} by {columns}")

# %% [markdown]
# Now put *your* function from exercise 2 into the lab. The outputs then come from your code. (The
# photograph is smaller here, because Python's loops take their time.) If something is wrong, the
# last grid shows where: the difference between your output and the course's, white where they
# agree. After each change of your function, run this cell again, too.

# %%
own_lab = kernel_lab(conv=correlate2d)
own_lab

# %%
own_lab.preset.value = "emboss"
print(own_lab.sentence)
own_lab.preset.value = "sobel_x"

# %% [markdown]
# ## Three beliefs do not survive a test
#
# Each of them sounds sensible. The cells decide.
#
# **Belief 1: "Convolution here flips the kernel."** Take nine pixels that are all different, and a
# kernel that is not symmetric: its only weight other than 0 sits in the middle of the right-hand
# column. Slid as it stands, it picks the pixel on the right. Flipped, it would pick the one on the
# left. (`[::-1, ::-1]` turns a grid upside down and left to right.) `single.convolve` is the
# convolution that the networks of this course are made of, for one picture. It wants to know how
# many channels deep a kernel is and how many there are: here one and one, which `reshape` writes
# behind the rows and columns. Lessons 03 and 04 explain both.

# %%
from cnncourse import single

window = np.arange(1, 10).reshape(3, 3)  # 1 to 9 in three rows
picks_right = np.array([[0, 0, 0], [0, 0, 1], [0, 0, 0]])
numbered = PixelGrid(window, limits=(0, 9), numbers=True, size=130, title="window")
display(Row(numbered, coloured(picks_right, "kernel")))
print("as it stands:   ", (window * picks_right).sum())
print("flipped:        ", (window * picks_right[::-1, ::-1]).sum())
print("ops.correlate2d:", ops.correlate2d(window, picks_right))
print("single.convolve:", single.convolve(window, picks_right.reshape(3, 3, 1, 1)))

# %% [markdown]
# NumPy has both operations for single rows of numbers, each under its mathematical name. There you
# can see the flip. (`mode="valid"`: only where the kernel fits.)

# %%
print("np.correlate:", np.correlate([4, 5, 6], [0, 0, 1], mode="valid"), "nothing flipped")
print("np.convolve: ", np.convolve([4, 5, 6], [0, 0, 1], mode="valid"), "kernel flipped")

# %% [markdown]
# **Belief 2: "A kernel whose weights sum to 0 always gives black."** On flat areas it does give 0;
# elsewhere, in general, it does not. And whether 0 *looks* black depends on how numbers are turned
# into shades. Here is the same output, three times: with 0 as black (and everything below 0 black
# as well), with 0 as middle grey, and with 0 as white.

# %%
edges = ops.correlate2d(head, KERNELS["sobel_x"])
reach = abs(edges).max()
as_grey = edges / (2 * reach) + 0.5
display(figures.pictures([edges, as_grey], ["0 is black", "0 is grey"], side=2.6))
display(figures.pictures([edges], ["0 is white"], side=2.6, signed=True))
total = KERNELS["sobel_x"].sum()
print(f"The weights sum to {total:g}; the output runs from {edges.min():.2f} to {edges.max():.2f}.")
print(f"{(edges < -0.05).mean():.0%} of it is below -0.05, {(edges > 0.05).mean():.0%} above 0.05.")

# %% [markdown]
# **Belief 3: "A bigger kernel is a stronger filter."** Let us measure by how much some kernels
# change the pixels of our picture, on average. Two of them are 7 by 7. (`pad="same"` is as much
# padding as keeps the picture's size. Three rows and columns at each border, which the padding may
# touch, are left out, so that all kernels are judged by the same pixels.)

# %%
big_identity = np.zeros((7, 7))
big_identity[3, 3] = 1
tried = {"7 by 7, a single 1 in the middle": big_identity, "7 by 7, blur": np.full((7, 7), 1 / 49)}
for name in ("box_blur", "sharpen", "sobel_x"):
    tried[f"3 by 3, {name}"] = KERNELS[name]
tried["3 by 3, sobel_x times 2"] = 2 * KERNELS["sobel_x"]
for name, weights in tried.items():
    new = ops.correlate2d(head, weights, pad="same")[3:-3, 3:-3]
    change = abs(new - head[3:-3, 3:-3]).mean()
    print(f"{name:33} changes a pixel by {change:.3f}; largest answer {new.max():.2f}")

# %% [markdown]
# A kernel of 7 by 7 can change nothing at all, and doubling the weights of a small one doubles its
# answers. The *weights* decide what a kernel does and how strongly. Its size only sets a limit to
# how far it can see: the blur of 7 by 7 mixes more pixels than the one of 3 by 3, and so it melts
# larger details.

# %% [markdown]
# ## Exercise 4: be the computer
#
# This time there is no code to write. Work out with pencil and paper what the kernel makes of the
# image, and type in the output, row by row. (Nothing is flipped, nothing is padded.)

# %%
from cnncourse.exercises.one_kernel.predict_output import IMAGE, KERNEL

grid = PixelGrid(IMAGE, numbers=True, size=240, title="image")
display(Row(grid, coloured(KERNEL, "kernel")))
print(IMAGE)
print(KERNEL)

# %% tags=["exercise"]
predict_output = ...  # rows of numbers, written like this: [[1, 2], [3, 4]]
check("predict_output", predict_output)

# %% tags=["solution"]
hints("predict_output")

# %% [markdown]
# ## What you should remember
#
# - An image is a grid of numbers: `image[row, column]`, with row 0 at the top.
# - One number of the output is a sum: each pixel of a window times the weight that lies on it.
#   Sliding the window gives the whole output, a map of where the image looks like the kernel.
# - Of all windows with pixels from 0 to 1, the one that is white where the weights are above zero
#   and black where they are below gives the largest answer.
# - Where the window moves by one pixel and nothing is padded, the output has (rows of the image) −
#   (rows of the kernel) + 1 rows, and likewise columns.
# - In networks, "convolution" flips nothing. Mathematicians call this operation cross-correlation.
# - The weights decide what a kernel does. Their sum says what becomes of flat areas; the size sets
#   a limit to how far the kernel sees.
#
# And one thing to look forward to: in a network nobody types in the weights. The network finds
# kernels that are useful for its task; you will watch it do that in lesson 09.

# %% [markdown]
# ## What goes wrong in practice
#
# **Small whole numbers overflow.** Picture files hold pixels as whole numbers from 0 to 255, in
# NumPy the type `uint8`. When two such arrays are added or subtracted, the result is `uint8` again:
# what lies beyond 255 or below 0 starts again from the other end, without a word. Our recipe "right
# minus left" falls into this trap when it is written with two slices: below, `pixels[2:3]` holds
# the third of three pixels, and `pixels[0:1]` the first. So turn pixels into floats (numbers with a
# point) first. The package insists on it; `try` and `except` catch its complaint here, so that the
# page runs on.

# %%
pixels = np.array([200, 100, 50], np.uint8)
print("uint8: right minus left is", pixels[2:3] - pixels[0:1])
pixels = pixels.astype(np.float32)
print("float: right minus left is", pixels[2:3] - pixels[0:1])
try:
    ops.correlate2d(np.array([[200, 100]], np.uint8), np.array([[1, 1]]))
except ValueError as problem:
    print("ValueError:", problem)

# %% [markdown]
# **Rows and columns change places.** Arrays say `[row, column]`. Screens and drawing programs say
# (x, y), and x is the *column*. On a square image the mistake stays silent, on others it sometimes
# raises an error. Here is a cat that is wider than high.

# %%
cat = data.grey(data.photograph("chelsea"))
print("rows and columns:", cat.shape)
x, y = 400, 100
print(f"cat[y, x] = {cat[y, x]:.2f}")
try:
    print(cat[x, y])
except IndexError as problem:
    print("cat[x, y]: IndexError:", problem)

# %% [markdown]
# **Borders get lost.** Without padding, a kernel of 3 by 3 costs two rows and two columns. A
# padding of 1 keeps the size, but its zeros count as black pixels: they darken a blurred border
# that is not black already, and a kernel that looks for edges finds one wherever the border of the
# picture is bright. More of that in lesson 02. (An index of −1 is the last row or column.)

# %%
smaller = head
for times in range(1, 4):
    smaller = ops.correlate2d(smaller, KERNELS["box_blur"])
    print(f"shape after blur number {times}: {smaller.shape}")
same = ops.correlate2d(head, KERNELS["box_blur"], pad=1)
print(f"shape with a padding of 1: {same.shape}")
print(f"its upper right corner, in the sky: {head[0, -1]:.2f} before, {same[0, -1]:.2f} after")

# %% [markdown]
# **Numbers outside 0 to 1 are clipped when they are shown.** A screen has nothing blacker than
# black and nothing whiter than white. So a picture can look fine and hide a lot. Make it a habit to
# look at the smallest and the largest number as well.

# %%
sharp = ops.correlate2d(head, KERNELS["sharpen"])
outside = (sharp < 0) | (sharp > 1)  # the | means "or", pixel by pixel
titles = ["sharpened, as shown", "white: was clipped"]
display(figures.pictures([sharp, outside.astype(float)], titles, side=2.6))
print(f"From {sharp.min():.2f} to {sharp.max():.2f}: {outside.mean():.1%} of it cannot be shown.")

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [array][image], [shape][image] | a grid of numbers; how many rows and columns it has |
# | [pixel][image] | one number of an image: the brightness of one small square |
# | [kernel][window], [weight][window] | a small grid that slides over an image; its numbers |
# | [window][window] | the pixels that lie under the kernel |
# | [output][slide], [feature map][slide] | all answers: where the image has the feature |
# | [cross-correlation][name] | slide the kernel as it stands, multiply, add up |
# | [convolution][name] | in networks the same; in mathematics with the kernel flipped first |
# | [edge][edges] | where the brightness changes sharply |
# | [bias][lab] | a number that is added to each number of the output |
# | [ReLU][lab] | puts zero in place of each number below zero |
# | [stride][lab] | how many pixels the window moves on at a time |
# | [padding][lab] | rings of zeros around the image |
#
# [image]: #An-image-is-a-grid-of-numbers
# [window]: #One-window-gives-one-number
# [slide]: #Sliding-the-window-fills-a-grid
# [name]: #The-package-does-the-same-in-one-line
# [edges]: #Kernels-with-names-find-edges
# [lab]: #The-lab-puts-nine-weights-under-your-fingers
#
# Next: lesson 02, *Stride, padding and what falls off the edge*.
