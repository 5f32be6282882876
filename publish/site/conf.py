"""Sphinx's settings for the website; publish/website.py prepares what it reads."""

import itertools
import re
import sys
from pathlib import Path

# The course and what it imports, behind what the site itself is made with.
sys.path += Path(__file__).with_name("packages.txt").read_text(encoding="utf-8").splitlines()

project = "Building a Convolutional Neural Network"
html_title = "Building a CNN"
language = "en"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
nb_execution_mode = "off"
myst_heading_anchors = 4

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_copy_source = False
html_search_scorer = str(Path(__file__).with_name("scorer.js"))
html_show_sphinx = False
html_show_copyright = False
html_show_search_summary = False  # it would be fetched, which a page opened as a file may not
ACCENTS = {"light": "#1f4e79", "dark": "#8ec7ff"}
html_theme_options = {
    f"{theme}_css_variables": {"color-brand-primary": c, "color-brand-content": c}
    for theme, c in ACCENTS.items()
}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

COLUMNS = re.compile(r"^ |\S {2}")  # a table, shapes side by side, or an example
KEPT = re.compile(r"`[^`]+`|(?<!\w)\*\w+\*(?!\w)|[*_|\\`]")
default_role = "code"
add_module_names = False
# `set` is what matplotlib makes for each class of figures.
autodoc_default_options = {"members": True, "member-order": "bysource", "exclude-members": "set"}
autodoc_inherit_docstrings = False
autodoc_mock_imports = ["torch", "onnx", "onnxscript"]
python_use_unqualified_type_names = True


def as_written(app, what, name, thing, options, lines):
    """Docstrings are plain text: lines laid out in columns stay so, few signs mean anything."""
    first, *others = lines or [""]
    lines[:] = [plain(first)]  # a sentence, and perhaps the shape that comes out
    for in_columns, group in itertools.groupby(others, lambda line: bool(COLUMNS.search(line))):
        if in_columns:
            lines += ["", ".. code-block:: none", "", *(f"   {line}" for line in group), ""]
        else:
            lines += [plain(line) for line in group]


def plain(line: str) -> str:
    """A line in which only `code` and *emphasis* mean something to reStructuredText."""
    return KEPT.sub(lambda found: found[0] if len(found[0]) > 1 else f"\\{found[0]}", line)


def level_of_captions(app, page, template, context, doctree):
    """The captions in the list of pages are headings; the theme leaves out of which level."""
    tree, role = context.get("furo_navigation_tree", ""), 'role="heading"'
    context["furo_navigation_tree"] = tree.replace(role, f'{role} aria-level="2"')


def setup(app):
    app.connect("autodoc-process-docstring", as_written)
    app.connect("html-page-context", level_of_captions, priority=900)  # after the theme
