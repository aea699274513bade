"""The pad to draw on with its ten bars, a picture from a file in its place, and what is read of them."""
import base64

import streamlit as st

from explainer import outside
from explainer import session as ui
from explainer.components import messages
from explainer.components.mount import show_pad
from explainer.picture import ENDINGS
from explainer.preparation import on_a_pad, read_image, stations, with_digit
from explainer.reading import as_image, read
from explainer.sentences import how_sure, what_is_read

PAD = 140       # the pad sends its ink as so many by so many bytes
BLANK = "nothing is drawn yet, so there is nothing to read"
NO_ANSWER = "the weights of this network are so large that its outputs are no finite numbers, so it reads nothing"


def prepared():
    """The Preparation of the picture, or None where there is nothing on it; kept until the picture changes."""
    page = ui.session().drawing
    if page.picture is None:
        return None
    if page.prepared_of is not page.picture:
        page.prepared_of, page.preparation = page.picture, stations(page.picture)
    return None if page.preparation.blank else page.preparation


def reading(asked):
    """The Reading of the picture by the network asked, or None where there is nothing to read or no answer."""
    found = prepared()
    if found is None:
        return None
    now = read(asked.network, as_image(found.final if ui.session().drawing.prepare else found.shrunk))
    return now if now.is_finite else None


def choose(digit):
    """Let another digit of the same picture be read; what was said of the one before is no longer true."""
    page = ui.session().drawing
    page.preparation = with_digit(page.preparation, digit)
    _another()


def row(asked):
    """The Reading of each digit of the picture."""
    found = prepared()
    return [read(asked.network, as_image(with_digit(found, n).final)) for n in range(len(found.masks))]


def board(asked):
    """The pad with its bars and tools, the last of which is a picture from a file."""
    with st.container(key="board"):
        pad(asked)
        upload()
    if refused := ui.session().drawing.upload_refused:
        st.error(outside.markdown(refused))


@st.fragment
def pad(asked):
    """The pad and its bars: the only part that runs again while a stroke is being drawn."""
    now, page = reading(asked), ui.session().drawing
    show_pad("pad", {"outputs": None if now is None else [float(v) for v in now.outputs],
                     "answer": None if now is None else now.answer, "words": list(asked.words),
                     "blank": BLANK if prepared() is None else NO_ANSWER,
                     "said": "" if now is None else f"{what_is_read(now, classes=asked.words)} {how_sure(now)}",
                     "seq": page.seq, "strokes": page.strokes, "reset": page.reset}, _drawn)
    if page.stroke_done:
        page.stroke_done = False
        st.rerun()


def _drawn():
    """The pad has sent its ink."""
    page = ui.session().drawing
    if (message := messages.drawing(ui.sent("pad").drawing, page.seq, PAD)) is None:
        return
    page.seq, page.picture, strokes = message
    if strokes is not None:
        page.strokes, page.stroke_done = strokes, True
        _another()


def _another(label=None):
    """Another picture: what was said of the one before is no longer true."""
    page = ui.session().drawing
    page.label, page.upload_refused, page.lesson_refused = label, "", ""


def upload():
    """A picture from a file takes the place of the drawing; one that cannot be read changes nothing.

    HEIC cannot be read, but is taken, for the sentence on what to do.
    """
    with st.popover("Picture file", key="upload_picture"):
        st.file_uploader("A photo or picture of a digit, or of several in a row",
                         type=[*ENDINGS, "heic", "heif"], key="picture_file", on_change=_take)


def _take():
    file, page = ui.sent("picture_file"), ui.session().drawing
    if file is None:
        return
    unchanged = "" if page.picture is None else " The drawing stays as it was."
    try:
        image = read_image(file.getvalue())
        found = stations(image)
    except ValueError as error:
        page.upload_refused = f"{outside.name(file.name)}: {error}.{unchanged}"
        return
    if found.blank:
        page.upload_refused = f"{outside.name(file.name)}: no ink was found on this picture.{unchanged}"
    elif found.dot:
        page.upload_refused = (f"{outside.name(file.name)}: what was found on this picture is a dot, which is no "
                               f"digit's shape.{unchanged}")
    else:
        show(image, found)


def show(image, found, label=None):
    """Let another picture, with its Preparation, take the place of the drawing; Undo on the pad brings that back."""
    page = ui.session().drawing
    mark = {"picture": base64.b64encode(on_a_pad(found.found.ink, PAD).tobytes()).decode()}
    strokes = page.strokes or []
    wiped = [n for n, stroke in enumerate(strokes) if "picture" in stroke or "clear" in stroke]
    page.picture = page.prepared_of = image
    page.preparation, page.strokes, page.reset = found, [*strokes[wiped[-1] if wiped else 0:], mark], page.reset + 1
    _another(label)
