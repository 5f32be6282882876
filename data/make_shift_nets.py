"""Train three networks that differ in their pooling alone; print what shifts do to them.

    python data/make_shift_nets.py

Writes pool_max.npz, pool_average.npz and pool_none.npz: recipe quick, seed 0, after the last epoch.
The table is for all seeds; nothing is chosen by it.
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
print(f"{room.sum():,} of {len(room):,} test images have three empty pixels on every side")
print("pooling   seed   test accuracy   same answer after a shift of 1, 2, 3 pixels")
for pooling in invariance.POOLING:

    def make_net(rng, pooling=pooling):
        return invariance.cnn_with(pooling, rng)

    recipe = RECIPES["quick"]._replace(make_net=make_net)
    for seed in range(options.seeds):
        net, optimizer = recipe.begin(len(digits.x_train), seed)
        for _ in recipe.records(net, optimizer, digits.x_train, digits.y_train, seed):
            pass
        right = train.accuracy(net, digits.x_test, digits.y_test)
        same = [invariance.same_answers(net, digits.x_test[room], pixels) for pixels in (1, 2, 3)]
        print(f"{pooling:9} {seed:4}   {right:12.2%}    ", *(f"{share:7.2%}" for share in same))
        if seed == 0:
            path = options.out / f"pool_{pooling}.npz"
            storage.save(net, path, recipe="quick", pooling=pooling, epochs=recipe.epochs, seed=0)
