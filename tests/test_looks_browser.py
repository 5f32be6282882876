"""How the labs' controls look: in the dark theme, and with their names beside them."""

from controls import notebook

POOLING = "from cnncourse.explorers import pooling_lab\npooling_lab()"
QUESTION = "from cnncourse.explorers import predict\npredict('places')"
DARK = "jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })"
BRIGHTNESS = """node => {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  context.fillStyle = getComputedStyle(node).borderLeftColor;
  context.fillRect(0, 0, 1, 1);
  return Math.max(...context.getImageData(0, 0, 1, 1).data.slice(0, 3));
}"""


def test_in_the_dark_theme_arrows_and_the_edge_of_a_prediction_are_bright(open_notebook):
    page = open_notebook(notebook(POOLING, QUESTION))
    page.evaluate(DARK)
    page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
    dropdown = page.get_by_role("combobox", name="picture")
    assert "e0e0e0" in dropdown.evaluate("node => getComputedStyle(node).backgroundImage")
    prediction = page.locator(".cnncourse-lab").last.element_handle()
    page.wait_for_function(f"node => ({BRIGHTNESS})(node) > 200", arg=prediction)


def test_the_name_of_toggle_buttons_stands_beside_them(open_notebook):
    page = open_notebook(notebook(POOLING))
    group = page.get_by_role("group", name="keep")
    parts = group.locator(".widget-label"), group.locator("button").last
    name, button = (part.bounding_box() for part in parts)
    assert abs(name["y"] + name["height"] / 2 - button["y"] - button["height"] / 2) < 6
    assert group.evaluate(
        "group => [...group.querySelectorAll('label, button')].every("
        "each => each.scrollWidth <= each.clientWidth)"
    )
