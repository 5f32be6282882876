"""The course's network, trained by PyTorch in one process or several: the loop of lesson 14.

One process:      python -m cnncourse.torch_training
Two processes:    python -m torch.distributed.run --standalone --nproc-per-node 2 \\
                      -m cnncourse.torch_training

With several, each works on its part of each batch, and PyTorch's DistributedDataParallel averages
their gradients while they go back through the network: all have the same weights after each step.
"""

import argparse
import os
import subprocess
import sys
import time

import numpy as np

from . import browser, data, elsewhere, networks, storage, train
from .shapes import check_int


def fit(module, x, y, *, epochs, batch_size=64, optimizer, seed=0, rank=0, processes=1):
    """Train a PyTorch module one step for each loss that you take: the mean loss of the batch.

    x: (n, c, h, w) and y: (n,), tensors. Each of the processes takes every `processes`-th example
    of a batch and has to call this with the same arguments, but for its rank.
    """
    torch = elsewhere.package("torch", "torch_training.fit")
    module.train()
    for epoch in range(epochs):
        for chosen in train.batches(len(x), batch_size, np.random.default_rng([seed, epoch])):
            mine = torch.from_numpy(chosen[rank::processes])
            optimizer.zero_grad()
            # The engine averages the processes' gradients. The mean over a batch is the sum over
            # all parts, divided by the whole; a part's own mean would weigh unequal parts wrongly.
            total = torch.nn.functional.cross_entropy(module(x[mine]), y[mine], reduction="sum")
            loss = total * processes / len(chosen)
            loss.backward()
            optimizer.step()
            loss = loss.detach()
            if processes > 1:
                torch.distributed.all_reduce(loss)
            yield float(loss) / processes


def launch(processes: int, *options: str) -> str:
    """Run this module in so many processes, with these options; what it prints."""
    browser.refuse("torch_training.launch")
    elsewhere.package("torch", "torch_training.launch")
    check_int(processes, "launch: processes", 1)
    one = [sys.executable, "-m"]
    launcher = ["torch.distributed.run", "--standalone", f"--nproc-per-node={processes}", "-m"]
    command = [*one, *(launcher if processes > 1 else []), "cnncourse.torch_training", *options]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}  # each process has a core of its own
    for _ in range(1 if processes == 1 else 2):  # a port that was free may be taken a moment later
        run = subprocess.run(command, capture_output=True, text=True, env=environment)
        if not run.returncode:
            break
    else:
        raise ValueError(f"launch: the processes should have trained, but said: {run.stderr}")
    return run.stdout


def main(arguments=None):
    """Train on the first `--images` digits, print how it went, and save the network."""
    parser = argparse.ArgumentParser(prog="python -m cnncourse.torch_training")
    parser.add_argument("--images", type=int, default=6_400, help="training images (6400)")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch", type=int, default=64, help="images in a batch, all processes")
    parser.add_argument("--out", help="where to save the trained network, say model.npz")
    options = parser.parse_args(arguments)
    torch = elsewhere.package("torch", "torch_training")
    # the launcher tells each process which one it is, and how many there are
    rank, processes = (int(os.environ.get(name, d)) for name, d in (("RANK", 0), ("WORLD_SIZE", 1)))

    mnist = data.load("mnist")
    # copied, so that strides are fresh: where c is 1, PyTorch would take the old for channels last
    images = mnist.x_train[: options.images].transpose(0, 3, 1, 2).copy()
    x, y = torch.from_numpy(images), torch.from_numpy(mnist.y_train[: options.images])
    module = own = elsewhere.to_torch(networks.course_cnn(np.random.default_rng(0)))
    if processes > 1:
        torch.distributed.init_process_group("gloo")
        module = torch.nn.parallel.DistributedDataParallel(own)
    optimizer = torch.optim.SGD(own.parameters(), lr=0.05, momentum=0.9)
    settings = dict(epochs=options.epochs, batch_size=options.batch, optimizer=optimizer)
    begun = time.perf_counter()
    losses = list(fit(module, x, y, **settings, rank=rank, processes=processes))
    seconds = time.perf_counter() - begun
    if processes > 1:
        torch.distributed.destroy_process_group()
    if rank:
        return  # the first one speaks for all: their weights are the same
    net = elsewhere.from_torch(own)
    accuracy = train.accuracy(net, mnist.x_test, mnist.y_test)
    many = "process" if processes == 1 else "processes"
    print(f"{processes} {many}, {len(losses)} steps, {seconds:.1f} s")
    print(f"loss {losses[0]:.6f} at first, {losses[-1]:.6f} at last; test accuracy {accuracy:.2%}")
    if options.out:
        storage.save(net, options.out)


if __name__ == "__main__":
    main()
