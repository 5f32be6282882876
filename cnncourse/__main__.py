"""The course at the command line.

    python -m cnncourse train --dataset mnist --epochs 3     train a network and save it
    python -m cnncourse predict --model model.npz IMAGE.png  name the digit in a picture file
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

from . import data, layers, optim, ops, storage, train


def main(words: list[str] | None = None) -> int:
    """Do what the words of the command line say; 0 if it went well."""
    parser = argparse.ArgumentParser(prog="python -m cnncourse", description=course_title())
    commands = parser.add_subparsers(dest="command", required=True)

    learn = commands.add_parser("train", help="train the lessons' network and save it")
    learn.add_argument("--dataset", default="mnist", help="what to learn (default: mnist)")
    learn.add_argument("--epochs", type=int, help="passes over the images (default: 3)")
    learn.add_argument("--seed", type=int, default=0, help="where chance begins (default: 0)")
    learn.add_argument("--out", help="the file to save to (default: model.npz, or the next free)")
    learn.add_argument("--resume", metavar="FILE", help="go on with a run that was stopped")
    learn.set_defaults(do=train_command)

    name = commands.add_parser("predict", help="name the digit in a picture file")
    name.add_argument("--model", required=True, help="a file saved by train")
    name.add_argument("image", help="a picture of one digit: any size, dark on light or light on dark")
    name.set_defaults(do=predict_command)

    options = parser.parse_args(words)
    try:
        return options.do(options)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 2


def course_title() -> str:
    return "Building a Convolutional Neural Network: the course at the command line."


def train_command(options) -> int:
    """Train, with a progress bar; Ctrl-C saves, and --resume goes on from there."""
    if options.resume:
        net, optimizer, notes = storage.load_training(options.resume)
        if optimizer is None or "epochs" not in notes:
            raise ValueError(
                f"--resume should name a training run that was stopped, but {options.resume} holds "
                "a network alone."
            )
        if options.epochs not in (None, notes["epochs"]):
            raise ValueError(
                f"--epochs should stay {notes['epochs']} when a run goes on, but is {options.epochs}; "
                "leave it out."
            )
        out = Path(options.out or options.resume)
        digits = data.load(notes["dataset"])
    else:
        out = Path(options.out) if options.out else free_name("model.npz")
        notes = {
            "dataset": options.dataset,
            "epochs": 3 if options.epochs is None else options.epochs,
            "seed": options.seed,
        }
        if notes["epochs"] < 1:
            raise ValueError(f"--epochs should be at least 1, but is {notes['epochs']}.")
        if notes["seed"] < 0:
            raise ValueError(f"--seed should be at least 0, but is {notes['seed']}.")
        digits = data.load(options.dataset)
        net = layers.course_cnn(np.random.default_rng(notes["seed"]))
        steps = train.steps_in(len(digits.x_train), 64, notes["epochs"])
        optimizer = optim.SGD(lr=optim.OneCycle(peak=0.05, steps=steps), momentum=0.9)
        storage.save(net, out, optimizer=optimizer, **notes)  # better to fail now than at the end

    stopped = not learn(net, digits, optimizer, notes, out)
    storage.save(net, out, optimizer=optimizer, **notes)
    if stopped:
        print(f"stopped after {optimizer.steps} steps and saved {out}; to go on:")
        print(f"python -m cnncourse train --resume {out}")
        return 130
    print(f"saved {out}")
    print(f"test accuracy {train.accuracy(net, digits.x_test, digits.y_test):.2%}")
    return 0


def learn(net, digits, optimizer, notes, out) -> bool:
    """Run the remaining steps, saving after each epoch; False if Ctrl-C came first."""
    steps = train.steps_in(len(digits.x_train), 64, notes["epochs"])
    records = train.fit(
        net,
        digits.x_train,
        digits.y_train,
        epochs=notes["epochs"],
        optimizer=optimizer,
        rng=np.random.default_rng(notes["seed"]),
        start=optimizer.steps,
    )
    loss, epoch = None, None
    try:
        with tqdm(total=steps, initial=optimizer.steps, unit="step") as bar:
            for record in records:
                if epoch not in (None, record.epoch):
                    storage.save(net, out, optimizer=optimizer, **notes)
                epoch = record.epoch
                loss = record.loss if loss is None else 0.98 * loss + 0.02 * record.loss
                bar.set_description(f"epoch {epoch + 1} of {notes['epochs']}", refresh=False)
                bar.set_postfix_str(f"loss {loss:.3f}", refresh=False)
                bar.update()
    except KeyboardInterrupt:
        return False
    return True


def predict_command(options) -> int:
    """Name the digit in a picture file, and how sure the network is."""
    net = storage.load(options.model)
    image = data.digit_from_picture(data.read_picture(options.image))
    try:
        logits = net(image[None, :, :, None])
    except ValueError as problem:
        raise ValueError(
            f"--model should be a network for images of 28 x 28 x 1, but {options.model} is not: "
            f"{problem}"
        ) from None
    shares, _ = ops.softmax(logits)
    best = shares[0].argsort()[::-1]
    print(f"{best[0]}   ({shares[0, best[0]]:.1%}; then {best[1]}, {shares[0, best[1]]:.1%})")
    return 0


def free_name(name: str) -> Path:
    """`name`, or the first of name-2, name-3, ... that does not exist yet."""
    path, number = Path(name), 1
    while path.exists():
        number += 1
        path = Path(name).with_stem(f"{Path(name).stem}-{number}")
    return path


if __name__ == "__main__":
    sys.exit(main())
