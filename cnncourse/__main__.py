"""The course at the command line.

    python -m cnncourse train --recipe quick                 train a network and save it
    python -m cnncourse train --resume model.npz --epochs 4  go on with it, or train it for longer
    python -m cnncourse predict --model model.npz IMAGE.png  name the digit in each picture file
    python -m cnncourse progress                             which exercises you have right
    python -m cnncourse progress FOLDER                      the same for all files in a folder
    python -m cnncourse report FOLDER                        a table of report cards (lesson 13)
    python -m cnncourse doctor                               is this computer ready for the course?
    python -m cnncourse notebooks FOLDER                     put the lessons into a folder
    python -m cnncourse lab                                  open your copy of them in JupyterLab

Add --help for all options.
"""

import argparse
import os
import shlex
import subprocess
import sys
from pathlib import Path

from tqdm import tqdm

from . import browser, data, desk, files, handed_in, ops, room, room_page, storage, train
from .exercises import EXERCISES, progress
from .recipes import RECIPES
from .shapes import check_int, sizes


def main(words: list[str] | None = None) -> int:
    """Do what the words of the command line say; 0 if it went well."""
    browser.refuse("python -m cnncourse")
    parser = argparse.ArgumentParser(prog="python -m cnncourse", description=course_title())
    commands = parser.add_subparsers(dest="command", required=True)

    learn = commands.add_parser(
        "train",
        help="train a network on the digits and save it",
        epilog="recipes:\n" + "\n".join(f"  {name:8}{r.about}" for name, r in RECIPES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    learn.add_argument("--recipe", choices=RECIPES, help="see below (default: quick)")
    learn.add_argument("--dataset", help="what to learn (default: mnist)")
    learn.add_argument(
        "--epochs",
        type=int,
        help="passes over the images, with those done before --resume (default: the recipe's)",
    )
    learn.add_argument("--seed", type=int, help="where chance begins (default: 0)")
    learn.add_argument("--out", help="the file to save to (default: model.npz, or the next free)")
    learn.add_argument("--resume", metavar="FILE", help="go on with a run, to its end or longer")
    learn.set_defaults(do=train_command)

    name = commands.add_parser("predict", help="name the digit in each picture file")
    name.add_argument("--model", required=True, help="a file saved by train")
    name.add_argument(
        "images", nargs="+", metavar="image", help="a picture of one digit, dark on light or not"
    )
    name.set_defaults(do=predict_command)

    done = commands.add_parser("progress", help="show which exercises are right, of one or of many")
    done.add_argument(
        "path",
        nargs="?",
        help=f"a file with results, or a folder of such files, one for each learner "
        f"(default: {progress.NAME}, here, in my-lessons or in notebooks)",
    )
    done.add_argument("--page", metavar="FILE.html", help="write a page for the instructor")
    done.add_argument("--names", action="store_true", help="on the page, say who is where")
    done.add_argument(
        "--watch",
        nargs="?",
        type=int,
        const=10,
        metavar="SECONDS",
        help="write the page again and again (default: every 10 seconds)",
    )
    done.set_defaults(do=progress_command)

    cards = commands.add_parser("report", help="a table of all report cards in a folder")
    cards.add_argument("folder", help="with the .html files that report_card(...).save wrote")
    cards.set_defaults(do=report_command)

    look = commands.add_parser("doctor", help="is this computer ready for the course?")
    look.add_argument("folder", nargs="?", default=".", help="where you work (default: here)")
    look.set_defaults(do=doctor_command)

    put = commands.add_parser("notebooks", help="put the lessons into a folder, or newer ones")
    put.add_argument("folder", help="where you will work; nothing of yours is written over")
    put.set_defaults(do=lambda options: desk.notebooks_command(Path(options.folder).expanduser()))

    work = commands.add_parser(
        "lab",
        help="open the lessons in JupyterLab",
        epilog="All further words go to JupyterLab, such as --no-browser or --port=9999.",
    )
    work.add_argument("folder", nargs="?", default="my-lessons", help="default: my-lessons, here")
    work.set_defaults(do=lambda o: desk.lab_command(Path(o.folder).expanduser(), further))

    options, further = parser.parse_known_args(words)
    if further and options.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(further)}")
    try:
        code = options.do(options)
        sys.stdout.flush()  # if the program that reads it has ended, this raises
        return code
    except BrokenPipeError:
        # Python writes what is left when it ends, and would raise once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print("The program that was to read this has ended before the end.", file=sys.stderr)
        return 2
    except (ValueError, OSError) as problem:
        print(in_words(problem), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def in_words(problem: Exception) -> str:
    """What went wrong, as one sentence; an error of the computer's without its number."""
    if not isinstance(problem, OSError) or problem.errno is None:
        return str(problem)
    where = f"{problem.filename!r} cannot be used" if problem.filename else "This cannot be done"
    return f"{where}: {files.reason(problem)}."


def command_line(*words) -> str:
    """A command as one can paste it into a terminal: with the Python that runs now."""
    words = [sys.executable, "-m", "cnncourse", *map(str, words)]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def course_title() -> str:
    return "Building a Convolutional Neural Network: the course at the command line."


def report_command(options) -> int:
    """Print a table of the report cards in a folder."""
    from .report import table_of_cards  # here, for it draws: the others need no matplotlib

    print(table_of_cards(options.folder))
    return 0


def doctor_command(options) -> int:
    """Print what is fine and what is not; 1 if something is not."""
    from . import doctor  # here, for it needs the network's modules: the others do not

    print(doctor.versions())
    findings = doctor.examine(Path(options.folder).expanduser().resolve())
    print(doctor.checkup.report(findings))
    print(doctor.LAST_LOOK)
    return int(not all(finding.fine for finding in findings))


def train_command(options) -> int:
    """Train, with a progress bar; Ctrl-C saves, and --resume goes on from there."""
    if options.resume is not None:
        net, optimizer, notes = started(options)
        out = Path(options.resume if options.out is None else options.out)
    else:
        net = optimizer = None
        out = free_name("model.npz") if options.out is None else Path(options.out)
        recipe = options.recipe or "quick"
        notes = {
            "recipe": recipe,
            "dataset": "mnist" if options.dataset is None else options.dataset,
            "epochs": RECIPES[recipe].epochs,
            "seed": 0 if options.seed is None else options.seed,
        }
    planned = notes["epochs"]
    if options.epochs is not None:
        notes["epochs"] = options.epochs

    check_int(notes["epochs"], "--epochs", 1)
    check_int(notes["seed"], "--seed", 0)
    if notes["recipe"] not in list(RECIPES):
        known = ", ".join(RECIPES)
        raise ValueError(f"--recipe should be one of {known}, but is {notes['recipe']!r}.")
    digits = data.load(notes["dataset"])
    recipe = RECIPES[notes["recipe"]]._replace(epochs=notes["epochs"])
    steps = recipe.steps(len(digits.x_train))
    if net is None:
        net, optimizer = recipe.begin(len(digits.x_train), notes["seed"])
    elif notes["epochs"] != planned:
        if steps <= optimizer.steps:
            raise ValueError(
                f"--epochs should be more than what this run has done, {optimizer.steps} steps, "
                f"but {recipe.epochs} epochs have {steps}."
            )
        recipe.longer(optimizer, len(digits.x_train))
    if optimizer.steps < steps or out != Path(options.resume):
        storage.save(net, out, optimizer=optimizer, **notes)  # better to fail now than at the end
        stopped = not learn(recipe, net, digits, optimizer, notes, out)
        storage.save(net, out, optimizer=optimizer, **notes)
        if stopped:
            print(f"stopped after {optimizer.steps} steps and saved {out}; to go on:")
            print(command_line("train", "--resume", out.resolve()))
            return 130
        print(f"saved {out}")
    else:
        print(f"{options.resume} has taken all of its {steps} steps already; for more, for example")
        print(command_line("train", "--resume", out.resolve(), "--epochs", 2 * notes["epochs"]))
    print(f"test accuracy {train.accuracy(net, digits.x_test, digits.y_test):.2%}")
    return 0


def started(options):
    """The network, the optimizer and the notes of the run that --resume names."""
    net, optimizer, notes = storage.load_training(options.resume)
    if optimizer is None or not {"dataset", "epochs", "seed"} <= set(notes):
        raise ValueError(
            f"--resume should name a run of train, but {options.resume} holds a network alone."
        )
    notes = {"recipe": "quick", **notes}
    for name in ("recipe", "dataset", "seed"):
        given = getattr(options, name)
        if given not in (None, notes[name]):
            raise ValueError(
                f"--{name} should stay {notes[name]} when a run goes on, but is {given}; "
                "leave it out."
            )
    return net, optimizer, notes


def learn(recipe, net, digits, optimizer, notes, out) -> bool:
    """Run the rest of the steps, saving after each epoch; False if Ctrl-C came first."""
    x, y = digits.x_train, digits.y_train
    records = recipe.records(net, optimizer, x, y, notes["seed"])
    loss, epoch = None, None
    try:
        with tqdm(total=recipe.steps(len(x)), initial=optimizer.steps, unit="step") as bar:
            for record in records:
                if epoch not in (None, record.epoch):
                    storage.save(net, out, optimizer=optimizer, **notes)
                epoch = record.epoch
                loss = record.loss if loss is None else 0.98 * loss + 0.02 * record.loss
                bar.set_description(f"epoch {epoch + 1} of {recipe.epochs}", refresh=False)
                bar.set_postfix_str(f"loss {loss:.3f}", refresh=False)
                bar.update()
    except KeyboardInterrupt:
        return False
    return True


def predict_command(options) -> int:
    """Name the digit in each picture file, and how sure the network is."""
    net = storage.load(options.model)
    code = 0
    for path in options.images:
        name = f"{path}: " if len(options.images) > 1 else ""
        try:
            image = data.digit_from_picture(data.read_picture(path))
        except (ValueError, OSError) as problem:
            print(name + in_words(problem), file=sys.stderr)
            code = 2
        else:
            print(name + named(net, options.model, image))
    return code


def named(net, model: str, image) -> str:
    """The digit in an image, how sure the network is, and what comes second."""
    try:
        probabilities, _ = ops.softmax(net(image[None, :, :, None]))
        sizes(probabilities, "n f", "the output", f=10)
    except ValueError as problem:
        raise ValueError(
            "--model should be a network that gives 10 scores to an image of 28 x 28 x 1, but "
            f"{model} is not: {problem}"
        ) from None
    first, second = probabilities[0].argsort()[:-3:-1]
    sure, next_sure = probabilities[0, [first, second]]
    return f"{first}   ({sure:.1%}; then {second}, {next_sure:.1%})"


def progress_command(options) -> int:
    """One learner's table; for a folder with the files of several, an instructor's."""
    if options.path is None:
        kept = progress.file() or Path(progress.NAME)
        places = (kept, *(Path(folder, progress.NAME) for folder in ("my-lessons", "notebooks")))
        path = next((place for place in places if place.is_file()), kept)
        if not path.is_file():
            print(f"No results yet: {path} is written by the first check of an exercise.")
            return 0
    else:
        path = Path(options.path).expanduser()
        if files.may_read(path) and not os.path.exists(path):
            raise ValueError(f"progress: path should be a file or a folder, but {path} is neither.")
    if options.page and not os.path.isdir(path):
        raise ValueError(f"progress: path should be a folder for --page, but {path} is a file.")
    if not os.path.isdir(path):
        standings, damaged = progress.read(path)
        if damaged:
            print(f"{path}: {handed_in.lines(damaged)} could not be read", file=sys.stderr)
        print(progress.table(standings, EXERCISES.values()))
        return 0
    return room_command(options, path)


def room_command(options, folder: Path) -> int:
    """The tables of all files in a folder, or the page made of them, once or again and again."""
    if not any(folder.rglob("*.jsonl")) and options.watch is None:
        raise ValueError(
            f"progress: path should be a folder with files of results, but {folder} has no file "
            f"whose name ends in .jsonl, such as {progress.NAME}."
        )
    if options.page:
        page = files.check_target(options.page, ".html", "progress: --page")
        return room_page.keep(folder, page, options.watch, options.names)
    if options.watch is not None or options.names:
        raise ValueError("progress: --watch and --names should come with --page FILE.html.")
    read = handed_in.read_room(folder)
    for problem in read.problems:
        print(f"{files.printable(str(problem.path))}: {problem.says}", file=sys.stderr)
    if len(read.learners) == 1:
        print(progress.table(read.learners[0].standings, EXERCISES.values()))
    else:
        print(room.tables(read))
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
