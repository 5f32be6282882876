"""Count the lines of the package, part by part, as cnncourse/__init__.py lists them.

python -m benchmarks.lines

All lines count, with docstrings, comments and empty ones: they are what is read.
"""

import re
from pathlib import Path

import cnncourse

PACKAGE = Path(cnncourse.__file__).parent


def parts() -> dict[str, list[str]]:
    """The modules of each part, in reading order."""
    found = re.findall(r"^(\S.+):\n\n((?: {4}.+\n)+)", cnncourse.__doc__, re.MULTILINE)
    return {part: [line.split()[0] for line in text.splitlines()] for part, text in found}


def lines(module: str) -> int:
    """The lines of a module or a folder of modules, with the scripts that belong to it."""
    files = [*PACKAGE.glob(f"{module}.*"), *PACKAGE.glob(f"{module}/**/*.*")]
    sources = [path for path in files if path.suffix in {".py", ".js", ".css"}]
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in sources)


def counts() -> dict[str, int]:
    return {part: sum(map(lines, modules)) for part, modules in parts().items()}


def section() -> str:
    """The table of the README: rounded up to hundreds, so that not every change changes it."""
    rows = [
        f"| {part} | {rounded_up(count):,} | {', '.join(f'`{name}`' for name in parts()[part])} |"
        for part, count in counts().items()
    ]
    return "\n".join(
        [
            "",
            f"The module `convolution`, forward and back, has at most "
            f"{rounded_up(lines('convolution')):,} lines.",
            "",
            "| part | lines, at most | modules |",
            "|---|--:|---|",
            *rows,
            "",
        ]
    )


def rounded_up(count: int) -> int:
    return -(-count // 100) * 100


if __name__ == "__main__":
    for part, count in counts().items():
        print(f"{part:20}{count:6}  {', '.join(f'{name} {lines(name)}' for name in parts()[part])}")
    print(f"{'in all':20}{sum(counts().values()):6}")
