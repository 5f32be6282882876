"""Train networks that differ in their pooling, or in having seen moved digits; print shifts' cost.

    python data/make_shift_nets.py

Writes pool_max.npz, pool_average.npz and pool_none.npz (recipe quick, seed 0, after the last epoch)
and the same with _moved in the name, whose training images moved by up to one pixel; and
shift_nets.md, a table of all seeds. Nothing is chosen by it.
"""

import argparse
from pathlib import Path

from cnncourse import data, invariance, storage, train
from cnncourse.recipes import RECIPES

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--seeds", type=int, default=3, help="networks of each kind (default: 3)")
parser.add_argument("--out", default=Path(__file__).parent, type=Path, help="folder to write into")
options = parser.parse_args()

digits = data.load("mnist")
room = invariance.with_room(digits.x_test, 3)
lines = [
    "# Networks that differ in their pooling",
    "",
    "Made by `python data/make_shift_nets.py`, which says more. How often the answer stays the",
    "same after a move of 1, 2 or 3 pixels, in four directions, is counted on those",
    f"{room.sum():,} of {len(room):,} test images that have three empty pixels on every side.",
    "",
    "| pooling | trained on digits | seed | test accuracy | by 1 | by 2 | by 3 |",
    "|---|---|--:|--:|--:|--:|--:|",
]
print("\n".join(lines))
for pooling in invariance.POOLING:
    for moved in (0, 1):

        def make_net(rng, pooling=pooling):
            return invariance.cnn_with(pooling, rng)

        recipe = RECIPES["quick"]._replace(make_net=make_net, shift=moved)
        for seed in range(options.seeds):
            net, optimizer = recipe.begin(len(digits.x_train), seed)
            for _ in recipe.records(net, optimizer, digits.x_train, digits.y_train, seed):
                pass
            right = train.accuracy(net, digits.x_test, digits.y_test)
            same = [invariance.same_answers(net, digits.x_test[room], by) for by in (1, 2, 3)]
            shares = " | ".join(f"{share:.2%}" for share in (right, *same))
            digits_were = "moved" if moved else "as they are"
            lines.append(f"| {pooling} | {digits_were} | {seed} | {shares} |")
            print(lines[-1], flush=True)
            if seed == 0:
                path = options.out / f"pool_{pooling}{'_moved' if moved else ''}.npz"
                notes = {"recipe": "quick", "shift": moved, "pooling": pooling}
                storage.save(net, path, **notes, epochs=recipe.epochs, seed=0)

(options.out / "shift_nets.md").write_text("\n".join(lines) + "\n")
