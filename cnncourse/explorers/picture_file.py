"""A button that asks for a picture file of the learner's own."""

import pathlib

import anywidget
import traitlets


class PictureFile(anywidget.AnyWidget):
    """A button; `file` is {"name": text, "content": bytes} once a file was chosen, else empty.

    ipywidgets' FileUpload loses a file of more than 10 MB without a word; picture_file.js makes
    such a picture smaller before it travels.
    """

    _esm = pathlib.Path(__file__).with_name("picture_file.js")
    description = traitlets.Unicode("").tag(sync=True)
    tooltip = traitlets.Unicode("").tag(sync=True)
    file = traitlets.Dict().tag(sync=True, echo_update=False)

    def __repr__(self):
        return f"PictureFile({self.description!r})"
