"""The course as a website: lessons with what they show, reference, guide for instructors, search.

    python -m publish.website FOLDER          a lesson that runs in the browser is linked where
                                              FOLDER/lite holds one, made by publish.lite
    python -m publish.website FOLDER --lite   makes that, too

Open FOLDER/index.html as a file, or put FOLDER on a server: no page loads what is elsewhere. The
first run installs what makes the pages, into a virtual environment of its own.
"""

import argparse
import base64
import html
import json
import re
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

import nbformat
import numpy as np
from PIL import Image

from benchmarks.lines import parts
from cnncourse import data, kernels, pixels
from cnncourse.course import LESSONS, Lesson

from . import lite

ROOT = Path(__file__).resolve().parent.parent
SITE = Path(__file__).with_name("site")
NEEDS = Path(__file__).with_name("website.txt")
PAGES = ["README.md", "INSTRUCTORS.md", "CONTRIBUTING.md", "LICENSE", "LICENSE-lessons"]
LISTED = {"data/README.md", "benchmarks/results.md", *PAGES}  # in the list of pages at the side
LINK = re.compile(r"\[([^\]]*)\]\(([^)#:\s]+)([^)\s]*)\)")
SEEN_AS_THEY_ARE = re.compile(r"(Plot|Row|PixelGrid|accuracy)\b")  # of pictures; others are labs
PHOTOGRAPH, SIDE = "camera", 128


def prepare(folder: Path, has_lite: bool) -> None:
    """Put into `folder` what Sphinx makes the pages from."""
    shutil.copytree(SITE, folder, dirs_exist_ok=True)
    packages = [ROOT, *dict.fromkeys(sysconfig.get_path(p) for p in ("purelib", "platlib"))]
    (folder / "packages.txt").write_text("\n".join(map(str, packages)), encoding="utf-8")
    for name in PAGES:
        copy(name, folder)
    (folder / "notebooks").mkdir(exist_ok=True)
    for lesson in LESSONS:
        nbformat.write(page_of(lesson, has_lite), folder / "notebooks" / f"{lesson.name}.ipynb")
    reference(folder / "reference")
    front(folder, has_lite)


def copy(name: str, folder: Path) -> None:
    """Copy a file of the course, and those that it links to; a link to no file becomes text."""
    source, target = ROOT / name, folder / name
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
    if source.suffix != ".md":
        return

    def followed(found):
        linked = (source.parent / found[2]).resolve()
        if not linked.is_file() or not linked.is_relative_to(ROOT):
            return found[1]
        if linked.suffix != ".ipynb":  # lessons are made in page_of
            copy(linked.relative_to(ROOT).as_posix(), folder)
        return found[0]

    text = LINK.sub(followed, source.read_text(encoding="utf-8"))
    orphan = "" if name in LISTED else "---\norphan: true\n---\n\n"
    target.write_text(orphan + text, encoding="utf-8")


# ---- lessons ----


def page_of(lesson: Lesson, has_lite: bool):
    """A lesson as its reader on the web finds it: links, pictures with names, no `hints(...)`."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{lesson.name}.ipynb", as_version=4)
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"(\]: |\]\()#([^)\s]+)", anchor, cell.source)
        if "solution" in cell.metadata.get("tags", []):
            cell.metadata.tags.append("remove-input")
        pictures = [o.data for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
        names = [" ".join(picture["text/plain"].split()) for picture in pictures]
        if names:
            cell.metadata["mystnb"] = {"image": {"alt": "; ".join(names)}}
        if not all(map(SEEN_AS_THEY_ARE.match, names)):
            cells.append(nbformat.v4.new_markdown_cell(still(lesson, names, has_lite)))
    title, _, text = cells[0].source.partition("\n")
    cells[0].source = f"{title}\n\n{ways(lesson, has_lite)}\n{text}"
    notebook.cells = cells
    return notebook


def anchor(found) -> str:
    """A link to a heading as JupyterLab names it, with the name that it has in the site."""
    name = re.sub(r"[^\w-]", "", found[2].lower())
    return f"{found[1]}#{name}"


def ways(lesson: Lesson, has_lite: bool) -> str:
    """Where the lesson can be worked in."""
    links = [f'<a href="{lesson.name}.ipynb" download>Download the notebook</a>']
    if has_lite:
        address = html.escape(f"../lite/{lite.address(lesson.name)}")
        links.insert(0, f'<a class="first" href="{address}">Open in the browser</a>')
    links.append('<a href="../README.html#two-commands">Install the course</a>')
    return (
        f'<p class="ways"><span>Lesson {lesson.number}, about {lesson.minutes} minutes. Here you '
        f"read it; to run and change it:</span> {' '.join(links)}</p>\n"
    )


def still(lesson: Lesson, names: list[str], has_lite: bool) -> str:
    """What to do with a lab or a question that is only a picture here."""
    what = "the question" if names[0].startswith("A question") else "the lab"
    act = "Answer" if what == "the question" else "Use"
    place = html.escape(f"../lite/{lite.address(lesson.name)}")
    link = f'<a href="{place}">{act} it in the browser</a>'
    how = link if has_lite else f"{act} it in JupyterLab"
    return f'<p class="still">A picture of {what}. {how}.</p>'


# ---- reference ----


def reference(folder: Path) -> None:
    """A page for each module, in the reading order of the package."""
    folder.mkdir()
    index = ["# The package", "", "Made from its docstrings, in the order of reading."]
    import cnncourse

    about = dict(re.findall(r"^    (\S+) +(.+)$", cnncourse.__doc__, re.MULTILINE))
    for part, modules in parts().items():
        index += ["", f"## {part}", ""]
        names = [name for name in modules if name != "__main__"]
        index += [f"- [`{name}`]({name}.md): {about[name]}" for name in names]
        index += ["", "```{toctree}", ":hidden:", *names, "```"]
        for name in names:
            # What a module only passes on stands where it is defined; `explorers` is all passed on.
            own = "imported-members" if name == "explorers" else "ignore-module-all"
            made = f".. automodule:: cnncourse.{name}\n   :{own}:\n"
            text = f"# {name}\n\n```{{eval-rst}}\n{made}```\n"
            (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / "index.md").write_text("\n".join(index) + "\n", encoding="utf-8")


# ---- front page ----


def front(folder: Path, has_lite: bool) -> None:
    """The first page, and the script of its lab: the canvas of the labs and plain JavaScript."""
    first = LESSONS[1]
    where = f"lite/{lite.address(first.name)}" if has_lite else f"notebooks/{first.name}.html"
    text = (SITE / "index.md").read_text(encoding="utf-8")
    text = text.replace("LESSON_ADDRESS", html.escape(where))
    text = text.replace("LESSON_WORDS", "Start in the browser" if has_lite else "Read lesson 01")
    lessons = [
        f"| {each.number} | [{each.title}](notebooks/{each.name}.ipynb) | {each.about} "
        f"| {each.minutes} |"
        for each in LESSONS
    ]
    tree = [f"{each.number} {each.title} <notebooks/{each.name}>" for each in LESSONS]
    text = text.replace("LESSON_TABLE", "\n".join(lessons))
    text = text.replace("LESSON_TREE", "\n".join(tree))
    (folder / "index.md").write_text(text, encoding="utf-8")
    (folder / "_static" / "front.js").write_text(front_script(), encoding="utf-8")


def front_script() -> str:
    """pixels.js, data and front.js as one plain script, which a page opened as a file runs, too."""
    canvas = (ROOT / "cnncourse" / "pixels.js").read_text(encoding="utf-8")
    begin, export, end = canvas.rpartition("export default { render };")
    if not export or end.strip():
        raise ValueError("pixels.js should end in 'export default { render };', but does not.")
    parts = [
        "(() => {\nconst { render } = (() => {",
        f"{begin}return {{ render }};\n}})();",
        f"const DATA = {json.dumps(front_data())};",
        (SITE / "front.js").read_text(encoding="utf-8"),
        "})();\n",
    ]
    return "\n".join(parts)


def front_data() -> dict:
    """The photograph as bytes, the tables of colours, and the kernels that the slider mixes."""
    photograph = Image.fromarray(np.round(255 * data.photograph(PHOTOGRAPH)).astype(np.uint8))
    small = np.asarray(photograph.resize((SIDE, SIDE), Image.Resampling.BOX))
    named = ("sobel_x", "sobel_y", "gaussian_blur", "sharpen", "outline")
    return {
        "photograph": base64.b64encode(small.tobytes()).decode(),
        "side": SIDE,
        "colours": {
            name: base64.b64encode(pixels.colours(name).tobytes()).decode()
            for name in ("grey", "diverging")
        },
        "kernels": {name: kernels.KERNELS[name].ravel().tolist() for name in named},
    }


# ---- the command ----


def build(folder: Path, with_lite: bool = False) -> list[str]:
    """Make the site in `folder`, in place of an older one; return what Sphinx warned of."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "objects.inv").exists():
        only = [path.name for path in folder.iterdir()]
        if only != ["lite"]:
            raise ValueError(f"FOLDER should be new or empty, but {folder} holds something else.")
    if with_lite:
        lite.build(folder / "lite")
    python = lite.tools(NEEDS)
    with tempfile.TemporaryDirectory() as work:
        source, made = Path(work) / "source", Path(work) / "made"
        prepare(source, (folder / "lite").exists())
        warnings = Path(work) / "warnings"
        lite.run(python, "-m", "sphinx", "-q", "-w", warnings, source, made)
        for lesson in LESSONS:
            shutil.copy(ROOT / "notebooks" / f"{lesson.name}.ipynb", made / "notebooks")
        shutil.rmtree(made / ".doctrees", ignore_errors=True)
        replace(folder, made)
        return warnings.read_text(encoding="utf-8").splitlines()


def replace(folder: Path, made: Path) -> None:
    """Put what was made in place of all that is in the folder, except the browser version."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name == "lite":
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    shutil.copytree(made, folder, dirs_exist_ok=True)


def main():
    parser = argparse.ArgumentParser(
        prog="python -m publish.website", description=__doc__.splitlines()[0]
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the site is made")
    parser.add_argument("--lite", action="store_true", help="make the browser version, too")
    wanted = parser.parse_args()
    try:
        warnings = build(wanted.folder.resolve(), wanted.lite)
    except (ValueError, RuntimeError, OSError) as problem:
        return str(problem)
    print("\n".join(warnings), file=sys.stderr)
    print(f"made: {wanted.folder / 'index.html'}")
    return bool(warnings)


if __name__ == "__main__":
    sys.exit(main())
