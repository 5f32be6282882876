"""A chart in a lab: SVG that follows the colours of the page, dark or light."""

import html
import io
import math

import ipywidgets as widgets


class Chart(widgets.HTML):
    """Each kind calls `paint`, says it in words in `alternative`, and as a figure in `plot`."""

    def paint(self, parts, box: str, letters: int = 11, width: str = "380px") -> None:
        """Show parts of SVG.   box: their viewBox   letters: their size   width: on the page"""
        words = html.escape(self.alternative, quote=True)
        self.value = (
            f'<svg role="img" aria-label="{words}" viewBox="{box}" font-size="{letters}" '
            f'fill="currentColor" style="width: {width}; max-width: 100%; display: block; '
            'color: var(--jp-ui-font-color1, #222); font-family: var(--jp-ui-font-family)">'
            f"{''.join(parts)}</svg>"
        )

    @property
    def alternative(self) -> str:
        raise TypeError(f"{type(self).__name__} should say in `alternative` what it shows.")

    def plot(self):
        """A figure of `figures` with the same contents."""
        raise TypeError(f"{type(self).__name__} should draw in `plot` what it shows.")

    def still(self):
        """The chart as a Pillow image, for pages where widgets cannot run."""
        from PIL import Image

        return Image.open(io.BytesIO(self.plot().png())).convert("RGB")


def round_numbers(low: float, high: float, most: int = 6) -> list[float]:
    """1, 2 or 5 times a power of ten apart, at most so many of them between low and high."""
    gaps = (digit * 10.0**power for power in range(-4, 9) for digit in (1, 2, 5))
    gap = next(gap for gap in gaps if high - low <= (most - 1) * gap)
    return [gap * place for place in range(math.ceil(low / gap), math.floor(high / gap) + 1)]


def note(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(text)}</text>'


def dot(x: float, y: float, colour: str, hollow: bool = False) -> str:
    fill = "none" if hollow else colour
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}" stroke="{colour}" '
        'stroke-width="1.5"/>'
    )
