"""No public function of the package is forgotten in tests/hostile.py, and none fails its calls.

A part of the calls, another one for each argument; `python tests/hostile.py` makes all of them.
"""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest
from hostile import ENTRIES, GOOD, INSIDE, bounded, called, fails, outcome, outcomes, prepare

import cnncourse
from cnncourse import explorers

EVERY = 5
# Each with tests of its own; those of the second row are parts of commands.
ELSEWHERE = "exercises", "predictions", "explorers"
ELSEWHERE += "__main__", "browser", "checkup", "desk", "doctor", "handed_in", "room", "room_page"
MODULES = [
    importlib.import_module(f"cnncourse.{module.name}")
    for module in pkgutil.iter_modules(cnncourse.__path__)
    if module.name not in ELSEWHERE
]
OURS = {"seed", "crew"}  # which train.fit gives to train.gradients
LONG = {
    "to_onnx",
    "load",
    "measured",
    "trained",
    "unfair",
    "report_card",
    "training_lab",
    "side_by_side",
    "explain_lab",
    "PixelGrid",
}  # seconds each, and tested elsewhere


def name_of(module):
    return module.__name__.removeprefix("cnncourse.")


def public(module):
    """The functions and classes that a module defines, but those that begin with _."""
    return {
        name
        for name, thing in vars(module).items()
        if (inspect.isfunction(thing) or inspect.isclass(thing))
        and thing.__module__ == module.__name__
        and not name.startswith("_")
    }


@pytest.fixture(autouse=True, scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    prepare(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_every_public_function_is_in_the_table(module):
    tried = {name.split(".")[0] for name in GOOD.get(module, {})}
    inside = set(INSIDE.get(name_of(module), "").split())
    assert public(module) - tried - inside == set()
    assert inside - set(vars(module)) == set()
    assert tried & inside == set()


def test_every_lab_is_in_the_table():
    labs = {name for name, thing in vars(explorers).items() if inspect.isfunction(thing)}
    assert set(GOOD[explorers]) == labs


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry[1])
def test_every_parameter_is_in_the_table(entry):
    module, name = entry
    function = getattr(module, name, None)  # methods, and what is called otherwise, have none
    if not inspect.isfunction(function):
        return
    kinds = inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL
    parameters = inspect.signature(function).parameters.values()
    named = {each.name for each in parameters if each.kind not in kinds}
    assert named - set(GOOD[module][name]) - OURS == set()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry[1])
def test_what_does_not_fit_is_said_in_one_sentence(entry):
    every = 25 if entry[1] in LONG else EVERY
    bare = [each for each in outcomes(*entry, every) if each[2] == "FAULT"]
    assert bare == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry[1])
def test_the_good_calls_work(entry):
    module, name = entry
    if name not in LONG:
        called(module, name)(**GOOD[module][name])


def test_a_fault_is_seen(capsys):
    assert outcome(fails, {}) == ("FAULT", "KeyError: 'its own'")
    assert outcome(endless, {}) == ("FAULT", "takes too long")
    with bounded():
        assert outcome(lambda: np.ones(10**10), {})[1].startswith("MemoryError")


def endless():
    while True:
        pass
