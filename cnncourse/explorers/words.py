"""Numbers and sentences as the labs write them."""

import html

import ipywidgets as widgets


def number(value: float, digits: int = 2) -> str:
    """At most `digits` decimals, no trailing zeros, a proper minus sign, never minus zero."""
    text = decimals(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals(value: float, digits: int = 2) -> str:
    """Exactly `digits` decimals, a proper minus sign, never minus zero."""
    return f"{value:z.{digits}f}".replace("-", "\N{MINUS SIGN}")


def percent(probability: float) -> str:
    """A probability in percent; never 0 or 100 for what is only near it."""
    if probability < 0.001:
        return "less than 0.1%"
    return "more than 99.9%" if probability > 0.999 else f"{probability:.1%}"


def product(a: float, b: float) -> str:
    """The product of two numbers, written out; a negative second factor in brackets."""
    second = number(b)
    return f"{number(a)} × {f'({second})' if b < 0 else second}"


class Sentence(widgets.HTML):
    """A line or more of plain text in a lab; there, screen readers read its changes out."""

    def __init__(self, text: str = "", mono: bool = False):
        super().__init__()
        self.add_class("cnncourse-sentence")
        self._mono = mono
        self.text = text

    @property
    def text(self) -> str:
        return self._text

    @text.setter
    def text(self, text: str):
        self._text = text
        font = "font-family: var(--jp-code-font-family, monospace); " if self._mono else ""
        self.value = (
            f'<div style="{font}white-space: pre-wrap; line-height: 1.45">{html.escape(text)}</div>'
        )
