"""The website: made whole, every link leads somewhere, and nothing is asked of another address."""

import html.parser
import json
import re
import urllib.parse
from pathlib import Path

import numpy as np
import pytest

from benchmarks.lines import parts
from cnncourse.course import LESSONS
from publish import lite, website

ROOT = Path(__file__).resolve().parent.parent


class Page(html.parser.HTMLParser):
    """What a page points at, and which places in it can be pointed at."""

    def __init__(self, path):
        super().__init__()
        self.links, self.loaded, self.ids = [], [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        self.ids |= {has[name] for name in ("id", "name") if has.get(name)}
        if tag == "a" and has.get("href"):
            self.links.append(has["href"])
        elif tag == "link" and has.get("rel") in ("stylesheet", "icon", "preload"):
            self.loaded.append(has["href"])
        elif tag in ("img", "script", "iframe", "source") and has.get("src"):
            self.loaded.append(has["src"])


# For the session: pytest runs the tests with a browser before the others, the site is made once.
@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The folder of the whole website without the browser version, and what Sphinx warned of."""
    folder = tmp_path_factory.mktemp("website") / "site"
    return folder, website.build(folder)


@pytest.fixture(scope="session")
def site(made):
    return made[0]


@pytest.fixture(scope="session")
def pages(site):
    return {path: Page(path) for path in site.rglob("*.html")}


def lead_nowhere(pages):
    """The links within the site that lead to no file, or to no place in a page."""
    for path, page in pages.items():
        for link in page.links + page.loaded:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / urllib.parse.unquote(parts.path)).resolve()
            target = path if not parts.path else target
            anchor = urllib.parse.unquote(parts.fragment)
            known = pages[target].ids if target in pages else set()
            if not target.exists() or (anchor and anchor not in known):
                yield f"{path.name}: {link}"


def test_it_is_made_without_a_warning(made):
    assert "\n".join(made[1]) == ""


def test_all_links_and_anchors_lead_somewhere(pages):
    assert list(lead_nowhere(pages)) == []
    assert sum(len(page.links) for page in pages.values()) > 2000


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    page = tmp_path / "a.html"
    page.write_text('<p id="here"></p><a href="#here"></a><a href="#away"></a><img src="b.png">')
    assert list(lead_nowhere({page: Page(page)})) == ["a.html: #away", "a.html: b.png"]


def test_nothing_is_loaded_from_another_address(pages):
    loaded = {link for page in pages.values() for link in page.loaded}
    assert not [link for link in loaded if re.match(r"(\w+:)?//", link)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_a_lesson_has_its_pictures_folds_and_notebook(site, lesson):
    notebook = json.loads((ROOT / "notebooks" / f"{lesson.name}.ipynb").read_text("utf-8"))
    outputs = [o.get("data", {}) for cell in notebook["cells"] for o in cell.get("outputs", [])]
    text = (site / "notebooks" / f"{lesson.name}.html").read_text(encoding="utf-8")
    images = re.findall(r"<img\b[^>]*\.png[^>]*>", text)
    assert len(images) == sum("image/png" in data for data in outputs)
    assert all(re.search(r'alt="[^"]*[a-z]{3}', image) for image in images)
    assert not [image for image in images if "_images/" in re.search('alt="([^"]*)"', image)[1]]
    exercises = sum("exercise" in c["metadata"].get("tags", []) for c in notebook["cells"])
    assert text.count("<summary>Solution</summary>") == exercises
    assert text.count("tag_exercise") == exercises
    assert 'class="n">hints</span><span class="p">(' not in text  # the folds, not the call
    assert (site / "notebooks" / f"{lesson.name}.ipynb").read_bytes() == (
        ROOT / "notebooks" / f"{lesson.name}.ipynb"
    ).read_bytes()


def test_every_module_of_the_reading_order_is_in_the_reference(site):
    modules = {name for part in parts().values() for name in part} - {"__main__"}
    assert modules <= {path.stem for path in (site / "reference").glob("*.html")}
    text = (site / "reference" / "convolution.html").read_text(encoding="utf-8")
    assert 'id="cnncourse.convolution.correlate2d"' in text
    assert "Slide one kernel over one grey image." in text
    text = (site / "reference" / "explorers.html").read_text(encoding="utf-8")
    assert 'id="cnncourse.explorers.kernel_lab"' in text


def test_with_the_browser_version_beside_it_each_lesson_and_lab_leads_there():
    for lesson in LESSONS:
        address = f'href="../lite/{lite.address(lesson.name)}"'
        cells = website.page_of(lesson, True).cells
        assert address in cells[0].source
        stills = [cell.source for cell in cells if cell.source.startswith('<p class="still">')]
        assert stills and all(address in text for text in stills)
        assert "lite/" not in "".join(cell.source for cell in website.page_of(lesson, False).cells)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ValueError, match="FOLDER should be new or empty"):
        website.build(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_new_site_replaces_the_old_one_and_keeps_the_browser_version(tmp_path):
    folder, made = tmp_path / "site", tmp_path / "made"
    for path in (folder / "old.html", folder / "lite" / "index.html", made / "new.html"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    website.replace(folder, made)
    assert {path.name for path in folder.iterdir()} == {"lite", "new.html"}
    assert (folder / "lite" / "index.html").exists()


# ---- in a browser ----


@pytest.fixture
def visit(site, page):
    """visit("index", dark=True) -> the page, opened from its file; what went wrong is collected."""
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda m: m.type in ("error", "warning") and page.wrong.append(m.text))
    page.on("request", lambda r: r.url.startswith("http") and page.wrong.append(r.url))

    def go(name, width=1366, dark=False):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.goto((site / name).as_uri())
        return page

    return go


CORRELATE = """([image, kernel]) => {
  const made = document.getElementById("front-lab").correlate2d(image, kernel);
  return { ...made, values: [...made.values] };
}"""


@pytest.mark.parametrize("sizes", [((5, 7), (3, 3)), ((9, 4), (2, 4)), ((1, 1), (1, 1))], ids=str)
def test_the_front_page_computes_what_the_package_computes(visit, sizes):
    from cnncourse import ops

    rng = np.random.default_rng(0)
    image, kernel = (rng.standard_normal(size) for size in sizes)
    given = [dict(rows=a.shape[0], columns=a.shape[1], values=a.ravel().tolist())
             for a in (image, kernel)]  # fmt: skip
    made = visit("index.html").evaluate(CORRELATE, given)
    values = np.reshape(made["values"], (made["rows"], made["columns"]))
    np.testing.assert_allclose(values, ops.correlate2d(image, kernel), rtol=1e-5, atol=1e-6)


def test_the_slider_of_the_front_page_turns_the_kernel(visit):
    page = visit("index.html")
    slider = page.get_by_role("slider", name="Direction")
    sentence = page.locator("#front-sentence")
    kernel = page.get_by_role("img", name="the kernel, nine numbers")
    result = page.get_by_role("img", name="what the kernel makes of the photograph")
    assert "brighter towards the right" in sentence.inner_text()
    before = result.evaluate("canvas => canvas.toDataURL()")
    for _ in range(18):  # by 5 degrees each
        slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "90 degrees, towards the top"
    assert "towards the top" in sentence.inner_text()
    page.wait_for_timeout(50)
    assert result.evaluate("canvas => canvas.toDataURL()") != before
    result.focus()
    result.press("ArrowDown")
    assert "In the frame, nine pixels times the nine numbers" in sentence.inner_text()
    kernel.focus()
    kernel.press("+")
    assert sentence.inner_text().startswith("A kernel of your own")
    page.get_by_role("button", name="blur").click()
    assert "mean of nine pixels" in page.locator("#front-lab").inner_text()
    assert page.wrong == []


def test_the_front_page_answers_before_the_next_picture_of_the_screen(visit):
    page = visit("index.html")
    spent = page.evaluate("""async () => {
      const [slider, times] = [document.getElementById("front-slider"), []];
      for (let i = 0; i < 41; i++) {
        slider.value = 5 * i;
        const begin = performance.now();
        const drawing = new Promise((done) => requestAnimationFrame(() => done(performance.now())));
        slider.dispatchEvent(new Event("input"));
        const spent = performance.now() - begin;
        const drawn = new Promise((done) => requestAnimationFrame(() => done(performance.now())));
        times.push(spent + (await drawn) - (await drawing));  // frames are drawn between the two
      }
      return times.sort((a, b) => a - b)[20];
    }""")
    assert spent < 16, f"{spent:.1f} ms"


def test_search_finds_a_lesson_in_a_site_that_was_opened_as_a_file(visit):
    page = visit("search.html")
    page.goto(page.url + "?q=pooling")
    found = page.locator("#search-results li a")  # which come one after the other
    found.filter(has_text="Keep the strongest, or the average").first.wait_for()
    assert "/notebooks/" in found.first.evaluate("link => link.href")  # not the reference
    assert page.wrong == []


LOOKED_AT = ["index", "notebooks/05_pooling", "reference/convolution", "INSTRUCTORS", "README"]
LOOKED_AT += ["search"]


@pytest.mark.parametrize(
    "width, dark", [(390, False), (390, True), (1366, False)], ids=["phone", "dark", "desktop"]
)
@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_page_fits_and_has_no_serious_barrier(visit, barriers, name, width, dark):
    page = visit(f"{name}.html", width, dark)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert barriers(page) == []
    assert page.wrong == []
