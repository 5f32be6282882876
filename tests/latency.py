"""How long a learner waits between moving a slider and seeing other pixels."""

import statistics

# A stopwatch inside the page. It starts when a key goes down and stops whenever the canvas has been
# drawn again, which pixels.js says by counting up `data-frame`.
START_STOPWATCH = """(canvas) => {
  const watch = window.cnncourseWatch = { pressed: 0, drawn: 0 };
  const press = (event) => { watch.pressed = event.timeStamp; watch.drawn = 0; };
  const drawn = () => { watch.drawn = performance.now(); };
  const observer = new MutationObserver(drawn);
  observer.observe(canvas, { attributes: true, attributeFilter: ['data-frame'] });
  window.addEventListener('keydown', press, true);
  watch.stop = () => { observer.disconnect(); window.removeEventListener('keydown', press, true); };
}"""

# True once the canvas has been drawn and then left alone: a lab that draws twice is not done at
# the first time.
IS_DRAWN = """(quiet) => {
  const { drawn } = window.cnncourseWatch;
  return drawn > 0 && performance.now() - drawn > quiet;
}"""

QUIET_MS = 50


def slider_latency(page, slider_locator, canvas_locator, moves=30):
    """Move a slider by keyboard; return, for each move, the milliseconds until the canvas follows.

    slider_locator: the element that takes the focus (role slider); it goes up to its end and back.
    canvas_locator: the canvas of the PixelGrid that should change with every move.
    Times out where the canvas does not change.
    """
    canvas_locator.evaluate(START_STOPWATCH)
    slider_locator.focus()
    key, times = "ArrowRight", []
    for _ in range(moves):
        now, low, high = (
            float(slider_locator.get_attribute(f"aria-value{name}"))
            for name in ("now", "min", "max")
        )
        key = "ArrowLeft" if now >= high else "ArrowRight" if now <= low else key
        page.keyboard.press(key)
        page.wait_for_function(IS_DRAWN, arg=QUIET_MS)
        times.append(page.evaluate("cnncourseWatch.drawn - cnncourseWatch.pressed"))
    page.evaluate("cnncourseWatch.stop()")
    return times


def describe(times):
    """The median and the slowest of some times, as one line."""
    return f"median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms, n={len(times)}"
