"""Time cnncourse beside PyTorch and others, in one run, and write down what came out.

    python -m benchmarks.compare                  everything: about twelve minutes
    python -m benchmarks.compare --only training  rows whose name contains this
    python -m benchmarks.compare --rounds 15

Each peer runs in a process of its own and waits for its turn; the peers take turns within each
round, so that whatever else the machine does meets all of them. A ratio is the median, over the
rounds, of the ratio within a round; below 1 means that cnncourse is faster. The smallest time of
each is shown too, because it is what a quiet machine would show.

Writes benchmarks/results.md, .json and .png. Until then each row is kept in unfinished.json as it
comes: an interrupted run goes on where it was, within a day.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from tqdm import tqdm

from cnncourse.layers import MICRO_BATCH
from cnncourse.workers import one_blas_thread

from . import tasks

HERE = Path(__file__).resolve().parent
UNFINISHED = HERE / "unfinished.json"
DAY = 24 * 3600
SAMPLE_SECONDS = 0.25  # a sample repeats a task for at least so long, and reports the mean


class Peer:
    """A process that times tasks when it is asked to."""

    def __init__(self, name: str):
        command = [sys.executable, "-m", "benchmarks.compare", "--peer", name]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parent
        )

    def time(self, task: str) -> float | None:
        """Seconds for one run of the task; None where this peer does not do it."""
        self.process.stdin.write(task + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> dict:
        """End it; what it used."""
        self.process.stdin.close()
        used = json.loads(self.process.stdout.readline())
        self.process.wait()
        return used


def serve(name: str) -> None:
    """Be a peer: read the names of tasks, answer with seconds; in the end, say what was used."""
    peer = tasks.PEERS[name]()
    ready = {}
    for line in sys.stdin:
        task = line.strip()
        if task not in ready:
            ready[task] = peer.prepare(task)
            if ready[task]:
                ready[task]()  # the first run is slower, and not timed
        print(json.dumps(sample(ready[task]) if ready[task] else None), flush=True)
    print(json.dumps(used()), flush=True)


def sample(run) -> float:
    """The mean time of one run, over at least SAMPLE_SECONDS."""
    count, begun = 0, time.perf_counter()
    while (seconds := time.perf_counter() - begun) < SAMPLE_SECONDS:
        run()
        count += 1
    return seconds / count * getattr(run, "times", 1)


def used() -> dict:
    """Most memory held, in MB: of this process, and of the largest it started."""
    try:
        import resource
    except ImportError:  # Windows
        return {}
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return {"self": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit}


def compare(names, peers, rounds, found, keep) -> None:
    """Add to `found` each task that it has not: {task: {peer: [seconds of each round]}}

    keep: is called after each of them.
    """
    for name in tqdm([name for name in names if name not in found], unit="row"):
        times = {peer: [] for peer in peers}
        processes = {peer: Peer(peer) for peer in peers}  # new for each row: caches are empty
        absent = {peer for peer, process in processes.items() if process.time(name) is None}
        for _ in range(rounds):
            for peer, process in processes.items():
                if peer not in absent:
                    times[peer].append(process.time(name))
        for process in processes.values():
            process.close()
        found[name] = times
        keep(found)


def keep(found) -> None:
    UNFINISHED.write_text(json.dumps(found))


def unfinished() -> dict:
    """The rows of a run that was interrupted, if it was today."""
    if UNFINISHED.exists() and time.time() - UNFINISHED.stat().st_mtime < DAY:
        return json.loads(UNFINISHED.read_text())
    return {}


def peak() -> float:
    """Floating-point operations a second of this machine's own float32 matrix product."""
    a = np.random.default_rng(0).random((2048, 2048), np.float32)
    a @ a
    best = min(timed(lambda: a @ a) for _ in range(7))
    return 2 * 2048**3 / best


def calls() -> int:
    """Functions of Python and of C that are called for a micro-batch of the lessons' network.

    As sys.setprofile counts them, which does not see NumPy's own loops (`np.maximum`, `matmul`).
    """
    from cnncourse import networks, train

    x, y = tasks.digits(tasks.BATCH)
    net, count = networks.course_cnn(np.random.default_rng(0)), 0

    def note(frame, event, what):
        nonlocal count
        count += event in {"call", "c_call"}

    train.micro_gradients(net, x, y, 0, (0,))  # binds
    sys.setprofile(note)
    train.micro_gradients(net, x, y, 0, (0,))
    sys.setprofile(None)
    return count - 1  # the last is setprofile itself


def timed(run) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def memory() -> dict:
    """Peak memory in MB of a training run, with all its processes, and page faults of a step."""
    found = {}
    for peer in ("cnncourse", "PyTorch", "PyTorch channels last"):
        command = [sys.executable, "-m", "benchmarks.compare", "--train", peer]
        out = subprocess.run(command, capture_output=True, text=True, cwd=HERE.parent, check=True)
        found[peer] = json.loads(out.stdout)
    return found


def train_once(name: str) -> None:
    """Train for 300 steps; print the peak memory and the page faults of a later step."""
    import resource

    step = tasks.PEERS[name]().prepare("training step")
    for _ in range(100):
        step()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(200):
        step()
    faults = (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / 200
    megabytes = sum(peak_of(pid) for pid in [os.getpid(), *children()])
    print(json.dumps({"megabytes": megabytes, "faults": faults}))


def children() -> list[int]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(pid) for pid in listed.read_bytes().split()] if listed.exists() else []


def peak_of(pid: int) -> float:
    """The most memory that a process has held, in MB."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(text.partition("VmHWM:")[2].split()[0]) / 1e3


def seconds(command: str) -> float:
    """The smallest of five times of some code in a new interpreter, its start taken off."""
    code = f"import time; t = time.perf_counter(); {command}; print(time.perf_counter() - t)"
    runs = (
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            cwd=HERE.parent,
            check=True,
        )
        for _ in range(5)
    )
    return min(float(run.stdout) for run in runs)


def main():
    parser = argparse.ArgumentParser(description="Time cnncourse beside PyTorch and others.")
    parser.add_argument("--rounds", type=int, default=9, help="turns of each peer (default: 9)")
    parser.add_argument("--only", default="", help="rows whose name contains this; writes nothing")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    parser.add_argument("--train", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        return serve(options.peer)
    if options.train:
        return train_once(options.train)
    names = [name for name in [*tasks.rows(), *tasks.curves()] if options.only in name]
    peers = [*tasks.PEERS]
    plain = {"plain loops", "SciPy"}
    found, noted = ({}, lambda found: None) if options.only else (unfinished(), keep)
    compare([n for n in names if n in tasks.rows()], peers, options.rounds, found, noted)
    others = [peer for peer in peers if peer not in plain]
    few_rounds = min(options.rounds, 5)
    compare([n for n in names if n not in tasks.rows()], others, few_rounds, found, noted)
    with one_blas_thread():
        one_thread = peak()
    results = {
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
        "versions": versions(),
        "peak": peak(),
        "peak of one thread": one_thread,
        "calls": calls(),
        "micro-batch": MICRO_BATCH,
        "rows": {name: found[name] for name in names},
    }
    if options.only:
        print(table(results))
        return None
    results |= {
        "memory": memory(),
        "import": seconds("import cnncourse"),
        "load": seconds("from cnncourse import data; data.load('mnist')"),
    }
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    (HERE / "results.md").write_text(report(results), encoding="utf-8")
    plot(results).savefig(HERE / "results.png", dpi=150)
    UNFINISHED.unlink()
    print(report(results))
    return None


def versions() -> dict:
    from importlib.metadata import version

    return {name: version(name) for name in ("numpy", "torch", "scipy")} | {
        "python": platform.python_version()
    }


def middle(mine, theirs) -> float:
    """The median of the ratios within each round."""
    return statistics.median(a / b for a, b in zip(mine, theirs))


def ratio(mine, theirs) -> str:
    """The median of the ratios within each round, and the ratio of the smallest times."""
    return f"{middle(mine, theirs):.2f} ({min(mine) / min(theirs):.2f})" if theirs else "–"


def table(results) -> str:
    """A row for each task: time, ratios, share of the machine's peak."""
    lines = [
        "| | cnncourse | to PyTorch | to PyTorch channels last | to SciPy | to plain loops | "
        "of peak |",
        "|---|---|---|---|---|---|---|",
    ]
    flops = tasks.rows()
    for name, times in results["rows"].items():
        mine = times["cnncourse"]
        if name not in flops:
            continue
        columns = [
            ratio(mine, times.get(peer)) for peer in ("PyTorch", "PyTorch channels last", "SciPy")
        ]
        loops = times.get("plain loops")
        middle = statistics.median(mine)
        columns.append(f"1 / {statistics.median(loops) / middle:,.0f}" if loops else "–")
        most = "peak of one thread" if name.endswith(tasks.ONE_THREAD) else "peak"
        share = flops[name] / middle / results[most]
        columns.append(f"{share:.0%}" if flops[name] else "–")
        milliseconds = f"{statistics.median(mine) * 1e3:.2f} ms ({min(mine) * 1e3:.2f})"
        lines.append(f"| {name} | {milliseconds} | {' | '.join(columns)} |")
    return "\n".join(lines)


def report(results) -> str:
    """results.md"""
    used = results["memory"]
    packages = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    rows = "\n".join(
        f"| {peer} | {u['megabytes']:.0f} MB | "
        f"{u['megabytes'] / used['PyTorch']['megabytes']:.2f} | {u['faults']:.1f} |"
        for peer, u in used.items()
    )
    return f"""# Timings

Made by `python -m benchmarks.compare` on {results["machine"]}; {packages}. A ratio below 1 means
that cnncourse takes less time. Each is the median of the ratios within {rounds_of(results)} rounds,
in brackets the ratio of the smallest times. A training step is one batch of {tasks.BATCH} digits
through the course's network and back, and the update; PyTorch uses as many threads as there are
cores. The last column is the share of the floating-point operations a second that this machine
reaches in a large matrix product: {results["peak"] / 1e9:.0f} billion, with one thread
{results["peak of one thread"] / 1e9:.0f} billion.

{table(results)}

| training run | peak memory, all processes | to PyTorch | page faults a step |
|---|---|---|---|
{rows}

For a micro-batch of {results["micro-batch"]} images, {results["calls"]} functions of Python and C
are called, as `sys.setprofile` counts them; it does not see NumPy's own loops.

`import cnncourse` takes {results["import"]:.2f} s and `data.load("mnist")`, with its import,
{results["load"]:.2f} s (the smallest of five).

![Time for one image against the size of the batch, and for a convolution against the size of the \
image](results.png)
"""


def rounds_of(results) -> int:
    return len(results["rows"]["training step"]["cnncourse"])


def plot(results):
    """Cost against batch size and image size."""
    from matplotlib.figure import Figure

    looks = {
        "cnncourse": ("#1f4e79", "o-"),
        "PyTorch": ("#c8641e", "s--"),
        "PyTorch channels last": ("#7a7a7a", "^:"),
    }
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for peer, (colour, style) in looks.items():
        look = dict(color=colour, label=peer, lw=1.8, ms=5)
        times = [median(results, f"training step, batch {n}", peer) / n for n in tasks.BATCHES]
        left.loglog(tasks.BATCHES, np.array(times) * 1e6, style, **look)
        times = [median(results, f"conv2d, size {size}", peer) for size in tasks.SIZES]
        right.loglog(tasks.SIZES, np.array(times) * 1e3, style, **look)
    left.set(title="training step", xlabel="images in a batch", ylabel="µs for each image")
    right.set(
        title="conv2d forward + backward, 8 images, 16 → 32, 3×3",
        xlabel="rows and columns of an image",
        ylabel="ms",
    )
    for ax, ticks in ((left, tasks.BATCHES), (right, tasks.SIZES)):
        ax.set_xticks(ticks, [str(tick) for tick in ticks])
        ax.minorticks_off()
        ax.grid(alpha=0.3)
        ax.spines[["top", "right"]].set_visible(False)
    left.legend(frameon=False)
    return figure


def median(results, name, peer) -> float:
    return statistics.median(results["rows"][name][peer])


if __name__ == "__main__":
    main()
