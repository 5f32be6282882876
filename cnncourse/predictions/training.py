"""What the lesson asks before it tells."""

import numpy as np

from .. import data, layers, networks, ops, optim, train
from .core import Prediction

HELD_OUT = 2000  # as in the lesson: the last of the 60,000 training images


def new_network() -> layers.Sequential:
    return networks.course_cnn(np.random.default_rng(0))


def split_digits() -> data.Split:
    mnist = data.load("mnist")
    return data.split(mnist.x_train, mnist.y_train, held_out=HELD_OUT)


def trained(net, images, labels, *, steps: int, batch_size: int = 64, rate: float = 0.05):
    """Train as the lesson does; the records."""
    records = train.fit(
        net,
        images,
        labels,
        epochs=steps,
        batch_size=batch_size,
        optimizer=optim.SGD(lr=rate, momentum=0.9),
        rng=np.random.default_rng(1),
    )
    return [record for _, record in zip(range(steps), records)]


def nearest(value: float, choices: dict[float, str]) -> str:
    """The choice whose number is nearest to a value."""
    return choices[min(choices, key=lambda number: abs(number - value))]


def walk(rate: float, steps: int) -> float:
    """Where SGD takes one weight from 1, with a loss of (2 w - 6)²."""
    w, optimizer = np.array([1.0]), optim.SGD(lr=rate)
    for _ in range(steps):
        optimizer.update([w], [2 * (2 * w - 6) * 2])
    return round(float(w[0]), 9)


def final_velocity() -> float:
    """What the velocity comes to with a momentum of 0.8 and a gradient that stays 1."""
    optimizer = optim.SGD(lr=0.0, momentum=0.8)
    for _ in range(200):
        optimizer.update([np.zeros(1)], [np.ones(1)])
    return round(float(optimizer.state[0][0][0]), 9)


def first_adam_step() -> float:
    w = np.array([1.0])
    optim.Adam(lr=0.1).update([w], [np.array([8.0])])
    return round(1 - float(w[0]), 6)


FIRST = {0: "near 0", 1: "near 1", float(np.log(10)): "near 2.3", 6: "6 or more"}


def first_loss() -> str:
    mnist = data.load("mnist")
    loss, _ = ops.softmax_cross_entropy(new_network()(mnist.x_train[:2000]), mnist.y_train[:2000])
    return nearest(float(loss), FIRST)


OTHERS = {10: "about 10", 40: "about 40", 75: "about 75", 100: "all 100"}


def right_among_others() -> str:
    (x, y, *others), net = split_digits(), new_network()
    trained(net, x[:50], y[:50], steps=40, batch_size=50)
    return nearest(100 * train.accuracy(net, *others), OTHERS)


SEEN = {size: f"about {size:,}" for size in (500, 5_000, 50_000, 500_000)}


def images_until_nine_in_ten() -> str:
    from .. import figures  # here: it loads Matplotlib, and that what a browser does not have

    x, y, *_ = split_digits()
    records = trained(new_network(), x, y, steps=240)
    recent = figures.smooth([record.accuracy for record in records], 10)
    images = 64 * (1 + int(np.argmax(recent > 0.9)))
    logs = {float(np.log(size)): text for size, text in SEEN.items()}
    return nearest(float(np.log(images)), logs)


FAULTS = ("zero weights", "no ReLU", "rate x 100", "shuffled labels")


def unseen_fault() -> str:
    """The fault whose loss after 60 steps is nearest to that of a healthy network."""
    x, y, *_ = split_digits()

    def end(fault=""):
        net, rate = new_network(), 5.0 if fault == "rate x 100" else 0.05
        labels = np.random.default_rng(3).permutation(y) if fault == "shuffled labels" else y
        if fault == "no ReLU":
            kept = [layer for layer in net.layers if not isinstance(layer, layers.ReLU)]
            net = layers.Sequential(*kept)
        if fault == "zero weights":
            for param in net.params():
                param[...] = 0
        records = trained(net, x, labels, steps=60, batch_size=32, rate=rate)
        return np.mean([record.loss for record in records[-15:]])

    healthy = end()
    return min(FAULTS, key=lambda fault: abs(end(fault) - healthy))


TAKEN = {
    "a 4 was taken for a 9": ([4] * 12, [9] * 12),
    "a 9 was taken for a 4": ([9] * 12, [4] * 12),
    "one of both": ([4] * 6 + [9] * 6, [9] * 6 + [4] * 6),
}


def read_from_the_table() -> str:
    """What makes a table with 12 in row 4, column 9."""
    tables = {
        text: train.confusion(np.eye(10)[said], np.array(labels))
        for text, (labels, said) in TAKEN.items()
    }
    return next(text for text, table in tables.items() if table[4, 9] == 12)


PREDICTIONS = [
    Prediction(
        name="one_step",
        question="The weight after one step with learning rate 0.1:",
        answer=lambda: walk(0.1, 1),
        wrong={
            -0.6: "The step goes the wrong way: against the gradient, not with it.",
            17: "The gradient is right. Only a tenth of it is the step.",
            -15: "The step goes the wrong way, and it is ten times too long.",
            1.6: "That is how far the weight moves. Where does it come from?",
            1.8: "The gradient has two factors of 2.",
            1.4: "The gradient has two factors of 2.",
        },
        because="The gradient is 2 · (2 · 1 − 6) · 2 = −16, and 1 − 0.1 · (−16) = 2.6.",
    ),
    Prediction(
        name="to_and_fro",
        question="With a rate of 0.25, the weight after ten steps from 1 (the lowest point is 3):",
        answer=lambda: walk(0.25, 10),
        wrong={
            3: "It never comes to rest there: each step goes past it.",
            5: "That is where it is after one step, after three, and after nine.",
        },
        because="The gradient is 8 · (w − 3), so a step with this rate is 2 · (w − 3): from 1 to "
        "5, and from 5 to 1 again. Ten steps are five times there and back.",
    ),
    Prediction(
        name="final_velocity",
        question="With momentum 0.8 and a gradient that stays 1, the velocity grows towards:",
        answer=final_velocity,
        wrong={
            1: "The old velocity is added to the gradient, so it grows beyond 1.",
            0.8: "0.8 is the share that is kept.",
            10: "That is with 0.9.",
            8: "8 becomes 0.8 · 8 + 1 = 7.4, so there it falls.",
            1.25: "Divide 1 by what is lost from step to step, 0.2, not by what is kept.",
            1.8: "That is the velocity after two steps; it goes on growing.",
        },
        because="At rest it has to be v = 0.8 · v + 1, so 0.2 · v = 1.",
    ),
    Prediction(
        name="first_step_of_adam",
        question="With a gradient of 8 and a learning rate of 0.1, Adam's first step is this long:",
        answer=first_adam_step,
        wrong={
            0.8: "That is the step of SGD. Adam divides by the root of the average square.",
            0.08: "Not a tenth of the gradient: the average is corrected.",
            8: "That is the gradient.",
            1: "8 divided by the root of 64 is 1. And then comes the learning rate.",
        },
        because="The corrected averages are 8 and 64; 8 divided by the root of 64 is 1, times 0.1. "
        "A gradient of 800 or of 0.008 would give the same first step.",
    ),
    Prediction(
        name="first_loss",
        question="The loss of a network that has learned nothing yet, the mean of 2,000 digits:",
        choices=tuple(FIRST.values()),
        answer=first_loss,
        wrong={
            "near 0": "A loss of 0 is that of a network which is sure and right each time.",
            "near 1": "A loss of 1 is that of a network which gives the true label 37%.",
            "6 or more": "A loss of 6 is that of a network which gives the true label 0.25%: it is "
            "sure of something wrong.",
        },
        because="Softmax has ten probabilities to give. A network that knows nothing gives each "
        "label about 1/10, and −ln(1/10) = ln 10 = 2.3.",
    ),
    Prediction(
        name="right_among_others",
        question="After it has learned fifty digits by heart, so many of 100 others are right:",
        choices=tuple(OTHERS.values()),
        answer=right_among_others,
        wrong={
            "about 10": "That would be guessing, as if the fifty had taught it nothing.",
            "about 40": "Digits are more alike than that.",
            "all 100": "Fifty digits do not show all the ways in which people write.",
        },
        because="What helps with these fifty helps with others too, though not as well.",
    ),
    Prediction(
        name="images_until_nine_in_ten",
        question="Until nine in ten digits are right, the network has to see so many images:",
        choices=tuple(SEEN.values()),
        answer=images_until_nine_in_ten,
        wrong={
            "about 500": "Those are eight batches: about as many steps.",
            "about 50,000": "That would be nearly all of them.",
            "about 500,000": "That would be all of them, nine times.",
        },
        because="Most digits are written plainly, and each batch moves nearly all of the 20,490 "
        "numbers a little. From there on further percents take longer and longer.",
    ),
    Prediction(
        name="row_and_column",
        question="Row 4, column 9 of the table holds 12. So 12 times:",
        choices=tuple(TAKEN),
        answer=read_from_the_table,
        wrong={
            "a 9 was taken for a 4": "That stands in row 9, column 4.",
            "one of both": "They stand in two places: row 4, column 9, and row 9, column 4.",
        },
        because="The row is the true label, the column what the network says.",
    ),
    Prediction(
        name="unseen_fault",
        question="Which fault will you NOT see in the loss of the first sixty steps?",
        choices=FAULTS,
        answer=unseen_fault,
        wrong={
            "zero weights": "All features are 0, so it stays at ln 10.",
            "rate x 100": "Its loss leaps up at once.",
            "shuffled labels": "What one batch teaches does not help with the next: it stays at "
            "ln 10.",
        },
        because="So short a training on plain pictures does not need what ReLU adds, and max "
        "pooling is a nonlinearity, too.",
    ),
]
