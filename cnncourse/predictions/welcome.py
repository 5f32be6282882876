"""What the lesson asks before it tells."""

from .. import data, ops, single, storage, variations
from .core import Prediction

SIX = 11  # the number of a test image that shows a 6
NEARLY_ALL, MOST, FEW = "more than 9 in 10", "between 5 and 9 in 10", "fewer than 5 in 10"


def half_a_turn() -> str:
    """What the network says to a 6 turned by half a turn."""
    net, digits = storage.load(data.bundled("course_cnn.npz")), data.load("mnist")
    turned = variations.moved(digits.x_test[SIX, :, :, 0], turn=180)
    label = str(single.run(net, turned).argmax())
    return label if label in "69" else "another digit"


def right_when_sure() -> str:
    """How many of the answers to turned digits that the network is sure of are right."""
    net, digits = storage.load(data.bundled("course_cnn.npz")), data.load("mnist")
    x, y = digits.x_test[:2000], digits.y_test[:2000]
    probabilities, _ = ops.softmax(net(variations.turned(x, 90)))
    sure = probabilities.max(axis=1) >= 0.99
    right = (probabilities.argmax(axis=1) == y)[sure].mean()
    return NEARLY_ALL if right > 0.9 else MOST if right > 0.5 else FEW


PREDICTIONS = [
    Prediction(
        name="half_a_turn",
        question="A 6 is turned by half a turn. The network says:",
        answer=half_a_turn,
        choices=("6", "9", "another digit"),
        wrong={
            "6": "It sees the picture as it is now, not what it was before.",
            "another digit": "Turn your head and look what the picture shows now.",
        },
        because="Half a turn makes a 9 of a 6, and the network knows nothing of who wrote it or "
        "how.",
    ),
    Prediction(
        name="right_when_sure",
        question="Digits with a quarter turn: of the answers with a probability of 99 % or more, "
        "how many are right?",
        answer=right_when_sure,
        choices=(NEARLY_ALL, MOST, FEW),
        wrong={
            NEARLY_ALL: "So it is with upright digits, which the network was trained with.",
            MOST: "That would be better than it is.",
        },
        because="It was never shown turned digits, so nothing taught it to doubt there.",
    ),
]
