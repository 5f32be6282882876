# %% [markdown]
# # The finished thing first
#
# Draw a digit with your mouse, and a small network says which one it is. In this course you build
# that network, from the first multiplication to the last, and look inside it. Today you only play
# with the finished thing, and learn how the lessons work.
#
# | What you will do | minutes |
# |---|---|
# | check that everything is in its place | 2 |
# | draw, turn and spoil digits in the lab | 13 |
# | make two guesses, and see how sure a network can be | 6 |
# | solve a first exercise | 7 |
# | look at the map of the course, and see what to remember | 2 |
#
# **What you need.** A little Python: you have seen a variable, a function and `print`. No machine
# learning, and no mathematics beyond school. Today you need not follow the code, except in the
# exercise; the lessons explain it bit by bit. Each new word stands in **bold** where it is
# explained, and once more in the glossary at the end.
#
# **How to use this page.** First choose *Edit*, *Clear Outputs of All Cells* in the menu: what
# stands below the cells now comes from our own run. Then click on the first grey cell and press
# Shift+Enter: the cell runs, and you are in the next one. Go on like that from top to bottom. While
# a cell runs, there is a `*` in the brackets beside it; a number says that it has run. Change
# whatever you like and run it again; *Edit*, *Undo Cell Operation* and the last section help if
# something gets muddled.

# %% [markdown]
# ## One cell checks that everything is in its place
#
# Run it first. It looks at Python, its packages and the files of the course, and changes nothing.

# %%
from cnncourse.checkup import checkup

checkup()

# %% [markdown]
# A line that begins with PROBLEM is followed by what to do about it.
#
# If the cell stops with *ModuleNotFoundError* instead, this page runs in another Python than the
# one in which the course is installed. Choose *Kernel*, *Change Kernel* in the menu, or close
# JupyterLab and open the course with its own command: in a terminal, in the folder of the course,
# type `python3 start.py` (on Windows: `py start.py`).

# %% [markdown]
# ## A trained network reads digits
#
# The program behind the next cell is a **convolutional neural network**, or CNN. It is given a
# picture, which to a computer is a grid of numbers, one for the brightness of each little square
# (0 is black, 1 is white). It calculates with them in several steps, called **layers**, and ends
# with ten numbers, one for each **label**, that is, for each answer that it can give: 0 to 9. The
# largest wins.
#
# Nobody wrote rules such as "an 8 has two loops". The network multiplies with numbers of its own,
# its **parameters**, and it found them itself, from many pictures that came with the right label.
# That is called **training**.

# %%
from cnncourse import data, storage

net = storage.load(data.bundled("course_cnn.npz"))
digits = data.load("mnist")
parameters = sum(array.size for array in net.params())
rows, columns = digits.x_train.shape[1:3]
print(f"The network has {parameters:,} parameters.")
print(f"It was trained with {len(digits.x_train):,} pictures of {rows} by {columns} numbers each.")

# %% [markdown]
# The pictures are **MNIST**, a famous collection of handwritten digits. The network has never
# seen yours. In the lab below, press *Clear* and draw a digit with the mouse, a pen or a finger, as
# large as the black square allows. Or take a sample, a digit from MNIST that was not used in
# training; the two buttons beside it go through more of the same label. The sliders move, turn and
# thicken whatever is on the pad. (With the keyboard: Tab goes from one control to the next; on the
# pad, the arrow keys move, the space bar paints, x erases.)
#
# What you see in it:
#
# - **What the network is given.** Your drawing is scaled to the size of the digits of MNIST and
#   moved to the middle, as they were. Then the sliders change it.
# - **The bars.** From the ten numbers at the end the network makes ten **probabilities**, which
#   add up to 100 %. The label with the largest one is its answer.
# - **The maps.** Two of its layers are *convolutions*: each slides many small grids of numbers over
#   what it is given and notes, in one **feature map** for each grid, where that looks like the
#   grid. Bright yellow is a strong answer, dark blue is none. The first convolution looks at the
#   picture, the second at the maps of the first, made smaller by *pooling*. All maps change while
#   you draw. Click on one: it opens large, with its grid. Lesson 01 begins with a single one.
#
# **Things to try.** Say what you expect before you touch anything; the answers fold open.
#
# 1. Draw your own digits. Which of them does it read wrongly?
#    <details><summary>An answer</summary>
#    That depends on your hand. Where it errs, look at what it is given: is that still a digit like
#    the samples?</details>
# 2. Choose `a sample 2`, and move it down, pixel by pixel. How far can it go?
#    <details><summary>An answer</summary>
#    A few pixels do no harm. Then the probability falls, and another label wins, although you and I
#    still see a 2. The first cell below the lab prints it.</details>
# 3. Choose `a sample 3`, and make its strokes half a pixel thicker. What does it say now?
#    <details><summary>An answer</summary> Another digit: this 3 was a close call, and a change that
#    hardly shows is enough. See the second cell below the lab.</details>
# 4. Choose `your drawing` and draw nothing, then a cat. What does the network say?
#    <details><summary>An answer</summary>
#    A digit, both times. It has ten answers, and "nothing" and "cat" are not among them.</details>

# %%
from cnncourse.explorers import draw_and_classify

lab = draw_and_classify()
lab

# %% [markdown]
# If you see a still picture here, or words such as `DrawAndClassify(...)`, and nothing moves: run
# the cell, and wait until the `*` beside it is gone. If that does not help, run `checkup()` again.
#
# What you do with the controls of a lab can also be done by code. These cells move them, as in 2, 3
# and 4, and print the sentence of the lab. (Scroll up: the lab follows.)

# %%
lab.digit.value = "a sample 2"
for pixels in range(0, 9, 2):
    lab.down.value = pixels
    print(f"{pixels} pixels down.", lab.sentence.split(";")[0])
lab.down.value = 0
print(lab.sentence)

# %%
lab.digit.value = "a sample 3"
for pixels in (0, 0.5):
    lab.thicker.value = pixels
    print(f"{pixels} pixels thicker.", lab.sentence.split(";")[0])
lab.thicker.value = 0
lab.digit.value = "your drawing"
print(lab.sentence)
lab.digit.value = "a sample 6"
print(lab.sentence)

# %% [markdown]
# ## Guess before you run
#
# Lessons ask before they tell, because a guess makes you see more. Nobody marks it, and nothing
# that follows depends on it. On the pad of the lab there is now a 6. Suppose you turn it upside
# down, by half a turn. What will the network say, and how sure will it be?
#
# Choose an answer, press *Check*, then look what the lab says.

# %%
from cnncourse.explorers import predict

predict("half_a_turn")

# %%
lab.turn.value = 180
print(lab.sentence)
lab.turn.value = 0

# %% [markdown]
# ## The network's probability is not the chance of being right
#
# The upside-down 6 got a large probability for 9. That is fair: it *is* a 9, to anyone who did not
# see us turn it. But how far can one trust it where it is sure? Let us count. We show it 2,000
# sample digits, first upright, then with a quarter turn to the left, and keep those where the
# largest probability is at least 99 %: of these answers it is sure. Of the turned digits, how many
# of its sure answers are right?

# %%
predict("right_when_sure")

# %% [markdown]
# In the next cell, `ops.softmax` makes probabilities of the ten numbers at the end.

# %%
from cnncourse import ops, variations

x, y = digits.x_test[:2000], digits.y_test[:2000]
for name, images in (("upright", x), ("turned", variations.turned(x, 90))):
    probabilities, _ = ops.softmax(net(images))
    sure = probabilities.max(axis=1) >= 0.99
    right = probabilities.argmax(axis=1) == y
    print(f"{len(y)} digits {name}: {right.mean():.1%} of the answers are right.")
    print(f"    Sure of {sure.sum()} answers; {right[sure].mean():.1%} of these are right.")

# %% [markdown]
# The network is less often sure of turned digits, and that is good. But where it is sure of them,
# it is mostly wrong. On pictures like those of its training, a large probability goes with a
# right answer; on others it need not, because nothing taught it to doubt. Keep that in mind
# whenever a program tells you how sure it is. (Lesson 06 shows where the probabilities come from.)

# %% [markdown]
# ## Exercises answer at once
#
# Each lesson has exercises. An exercise is a cell to fill in: put your own lines in place of the
# three dots, and run the cell. `check` at its end says one of three things: *Right*, *Not attempted
# yet*, or *Not yet*, with a case that goes wrong and, often, the mistake that you probably made.
# Below are three hints, from a small one to a large one, and the solution. They are folded away:
# click on one to open it. Nothing later depends on your answers, so you may skip an exercise and
# come back.
#
# **A first exercise: the negative of a picture.** Write a function that is given an image, a grid
# of brightnesses from 0 (black) to 1 (white), and returns its negative: 1 where there was 0, 0
# where there was 1, 0.75 where there was 0.25. `image` is a NumPy array: `image + 5` adds 5 to each
# of its numbers at once, and `image * 2` doubles each. What you need is just as short: one line
# that begins with `return`.
#
# First run the cell as it is. Then write something wrong on purpose, such as `return -image`, and
# see what `check` makes of it. Then get it right.

# %% tags=["exercise"]
from cnncourse.exercises import check, hints


def negative(image):
    """Black becomes white, white becomes black, dark grey becomes light grey."""
    ...


check("negative", negative)

# %% tags=["solution"]
hints("negative")

# %% [markdown]
# The course has a `negative` of its own. To you and me, a digit in black on white is the same digit
# as before. And to a network that has only ever seen white ink on black?

# %%
from IPython.display import display

from cnncourse import figures

negatives = variations.negative(x)
answers = net(negatives).argmax(axis=1)
display(figures.pictures(negatives[:5, :, :, 0], answers[:5]))
print("Above each: what the network says. The labels are", *y[:5])
print(f"Of {len(y)} negatives it names {(answers == y).mean():.1%} rightly.")

# %% [markdown]
# Most of them it does not read: to the network this is something new altogether. It has learned
# *numbers in places*, not the idea of a digit. What it does recognise, what it does not, and what
# one can do about it: that is what the course is about.

# %% [markdown]
# ## The map of the course
#
# The lessons build on each other, but each says at its beginning what you need; if you know that,
# you can start there. The minutes are for one person who works alone. Click on a title to open it.

# %%
from cnncourse.course import course_map

course_map()

# %% [markdown]
# The story in two sentences: convolution and pooling (lessons 01 to 05) turn a picture into feature
# maps, simple ones first; then a fully connected layer (06) decides. Put together (07), trained (08
# to 10), looked into (11) and made fast (12), that is the network you just played with.

# %% [markdown]
# ## What you should remember
#
# - A CNN turns a grid of numbers into one number for each label; the largest wins.
# - It finds its parameters itself, from examples. That is training.
# - It names one of its labels whatever the picture shows, even if there is nothing to name.
# - The network's probability is not the chance of being right, least of all for pictures unlike
#   those of its training.
# - Run cells from top to bottom; guess first; exercises answer at once.

# %% [markdown]
# ## What goes wrong in practice
#
# **Cells are run in any order, and names go missing.** Python only knows what has run. If you see
# *NameError*, click on the cell where you are and choose *Run*, *Run All Above Selected Cell*.
#
# **A lab does nothing, or says *model not found*.** The picture is from an earlier run: Python was
# started afresh since, or it is another day. Click on the lab's cell, choose *Run*, *Run All Above
# Selected Cell*, and then run the cell itself.
#
# **Something got muddled.** Choose *Kernel*, *Restart Kernel and Clear Outputs of All Cells*: this
# starts Python afresh. What you have written stays, what Python had computed is forgotten.
#
# **The pictures it meets are not like those it was trained with.** You saw it: shifted too far,
# turned, negative. A photograph of a digit on paper is often all of these at once: dark ink on
# light paper, off the middle, at some angle. Before it can be read, it must be made like the
# others. The lab does a part of that: it brings your drawing to the usual size and to the middle.

# %% [markdown]
# ## Glossary
#
# Click on a word to see where it is explained.
#
# | word | meaning |
# |---|---|
# | [convolutional neural network, CNN][net] | a program that recognises what is in a picture |
# | [layer][net] | one step of its calculation |
# | [label][net] | one of the answers it can give |
# | [parameter][net] | a number of its own that it multiplies with or adds |
# | [training][net] | finding the parameters from examples |
# | [MNIST][net] | the collection of digits used here |
# | [probability][net] | how much it gives to each label; together 100 % |
# | [feature map][net] | where in the picture a small grid of numbers found what it looks like |
#
# [net]: #A-trained-network-reads-digits
#
# Next: lesson 01, *A kernel looks for its own pattern*.
