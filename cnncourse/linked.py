"""Linked: grids that answer together in the page, without a trip to the kernel.

    link = Linked(outputs=[answer], inputs=[picture], kernels=[weights])
    link.show(window("edges", 3, pad=1), image, kernel)     # again after each change

Point at an output, with the mouse or the arrow keys: its window lights up in the picture, the
kernel lights up, and the sum stands in the link's own line, where that is displayed. Point at a
pixel: all outputs that it reaches light up. linked.js computes it; the numbers are sent once.
"""

import pathlib

import anywidget
import numpy as np
import traitlets
from ipywidgets import widget_serialization

from . import stills
from .pixels import PixelGrid
from .shapes import Array, as_array, listed, shown
from .window import Window, window

KEEPS = None, "max", "mean"


class Linked(stills.Still, anywidget.AnyWidget):
    """A line of text, and the link between grids.

    outputs     grids of answers; several lie on each other, as the maps of one layer do
    inputs      grids of the image that the windows lie on; without outputs, pointing at the image
                puts the window there
    kernels     one grid for each filter, or the slices of the only one
    products    a grid that shows the products of the window pointed at
    line        another link, in whose line it is told what this one computes, too
    text        what the line says while nobody points; lines: for how many it keeps room
    """

    _esm = pathlib.Path(__file__).with_name("linked.js")
    _outputs = traitlets.List().tag(sync=True, **widget_serialization)
    _inputs = traitlets.List().tag(sync=True, **widget_serialization)
    _kernels = traitlets.List().tag(sync=True, **widget_serialization)
    _products = traitlets.List().tag(sync=True, **widget_serialization)
    _line = traitlets.List().tag(sync=True, **widget_serialization)
    _scene = traitlets.Dict().tag(sync=True)
    _image = traitlets.Bytes().tag(sync=True)
    _weights = traitlets.Bytes().tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    lines = traitlets.Int(1).tag(sync=True)
    mono = traitlets.Bool(False).tag(sync=True)

    def __init__(self, *, outputs=(), inputs=(), kernels=(), products=None, line=None, **options):
        products = [] if products is None else [products]
        groups = dict(outputs=outputs, inputs=inputs, kernels=kernels, products=products)
        for name, grids in groups.items():
            for grid in grids:
                if not isinstance(grid, PixelGrid):
                    raise ValueError(
                        f"Linked: {name} should be PixelGrids, but one is {shown(grid)}."
                    )
        for grid in (*outputs, *inputs):
            grid.pointable = True
        named = {f"_{name}": list(grids) for name, grids in groups.items()}
        super().__init__(**named, _line=[] if line is None else [line], **options)

    def show(
        self,
        lies: Window,
        image: Array,
        weights: Array | None = None,
        *,
        bias=0.0,
        relu=False,
        keep=None,
        filters=(),
        channels=(),
    ):
        """Take over what is computed now.

        lies: how the window lies on the image, from window.window
        image: (h, w) or (h, w, c)   weights: (kh, kw), (kh, kw, c) or (kh, kw, c, f), or None
        keep: "max" or "mean" where windows are pooled   filters: which one each output belongs to
        channels: their names, where the sum is told channel by channel
        """
        height, width, c = image.shape if image.ndim == 3 else (*image.shape, 1)
        if keep not in KEEPS:
            raise ValueError(f"Linked: keep should be one of {KEEPS}, but is {shown(keep)}.")
        if weights is not None:
            weights = weights.reshape(*weights.shape, *[1] * (4 - weights.ndim))
            if weights.shape[:3] != (*lies.k, c):
                raise ValueError(
                    f"Linked: weights should have shape {(*lies.k, c)}, as the window and the "
                    f"image, but have shape {weights.shape[:3]}."
                )
        computes = weights is not None or keep
        with self.hold_sync():
            self._image = image.astype("<f4").tobytes() if computes else b""
            self._weights = b"" if weights is None else weights.astype("<f4").tobytes()
            self._scene = {
                **lies._asdict(),
                "image": (height, width, c),
                "out": lies.places(height, width, "Linked: window"),
                "filters": 1 if weights is None else weights.shape[3],
                "of_outputs": list(filters),
                "bias": np.ravel(bias).tolist(),
                "relu": bool(relu),
                "keep": keep,
                "channels": list(channels),
            }

    def __repr__(self):
        return "Linked()"

    def clear(self) -> None:
        """Nothing is linked until the next `show`: where no window fits."""
        self._scene = {}

    def still(self):
        """The line, for pages where widgets cannot run."""
        return stills.text(self.text)


class Walk(anywidget.AnyWidget):
    """Play, pause, step and speed of a window that walks over all places of a link.

    Outputs that it has not reached yet are shown as not computed. linked.walk.js is its other half.
    """

    _esm = pathlib.Path(__file__).with_name("linked.walk.js")
    _link = traitlets.Any().tag(sync=True, **widget_serialization)

    def __init__(self, link: Linked):
        super().__init__(_link=link)

    def __repr__(self):
        return "Walk()"


def linked(picture: PixelGrid, kernel, output, *, keep=None, channels=(), **options) -> Linked:
    """The line below a picture, its kernel and its output, which then answer together.

    kernel: a PixelGrid, or just the weights; with keep, "max" or "mean", how large the window is
    output: a PixelGrid or several, as the answers of slices and their sum
    channels: their names, where the sum is told channel by channel
    options: stride, pad and dilation, as in `single.correlate` and `single.pool`
    """
    kernels = [kernel] if isinstance(kernel, PixelGrid) else []
    if not isinstance(picture, PixelGrid):
        raise ValueError(f"linked: picture should be a PixelGrid, but is {shown(picture)}.")
    if keep is not None and (not isinstance(keep, str) or keep not in KEEPS):
        raise ValueError(f"linked: keep should be one of {KEEPS}, but is {shown(keep)}.")
    outputs = [output] if isinstance(output, PixelGrid) else listed(output, "linked: output", 1000)
    channels = [str(name) for name in listed(channels, "linked: channels", 1000)]
    weights = None if keep else as_array(kernel.array if kernels else kernel, "linked: kernel")
    k = kernel if keep else weights.shape[:2]
    lies = window("linked", k, **({"stride": k} if keep else {}) | options)
    link = Linked(
        inputs=[picture],
        kernels=kernels,
        outputs=outputs,
        lines=1 if keep or channels else lies.k[0] + 3,
        mono=not (keep or channels),
        layout={"width": "100%"},
    )
    link.show(lies, picture.array, weights, keep=keep, channels=channels)
    return link
