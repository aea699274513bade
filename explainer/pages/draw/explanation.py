"""Why the network reads the picture so: what it reads, the filmstrip, the evidence, the nearest mistake, the layers."""
import numpy as np
import streamlit as st

from explainer import session as ui
from explainer.components.mount import show_figures
from explainer.doubt import ENOUGH, misled
from explainer.figures import learned
from explainer.figures.drawing import strips
from explainer.figures.pictures import Picture, pictures
from explainer.notation import symbol
from explainer.numbers import called
from explainer.pages.draw import pad
from explainer.pages.draw.pad import NO_ANSWER, prepared
from explainer.reading import evidence, nearest_mistake
from explainer.sentences import (
    how_it_was_prepared,
    how_sure,
    what_is_read,
    what_spoke_for_it,
    which_digit,
    why_it_is_unsure,
)

AIR = 4     # cells between a digit and its frame, where several are framed


def heading(asked, now):
    """What it reads, as the heading of the page, which stands there from the beginning; and why not to trust it."""
    with st.container(key="verdict"):
        if now is None:
            st.markdown("# Draw a digit")
            return
        others = misled(asked.network, now)
        unsure = len(others) >= ENOUGH
        st.markdown(f"# {what_is_read(now, unsure, asked.words)} :small[{how_sure(now)}]")
        if prepared().dot:
            st.caption("A dot is no digit's shape; the network answers whatever it is shown.")
        elif unsure:
            st.caption(why_it_is_unsure(now.answer, others, asked.words))


def explained(asked, now):
    """The filmstrip, the evidence and the layers; for a blank pad, what to do."""
    if now is None and prepared() is not None:
        st.warning(f"{NO_ANSWER[:1].upper()}{NO_ANSWER[1:]}. Choose another network, or an earlier moment of this one.")
    elif now is None:
        st.info("1. **Draw.** The network reads while you draw: the ten bars are its ten outputs.\n"
                "2. **See why.** What it saw and what spoke for its answer appears here.\n"
                "3. **Walk your digit** through the whole of backpropagation, or **teach** the network what it is, and "
                "see what that cost.")
    if now is None:
        return
    several(asked)
    filmstrip(asked, now)
    why(asked, now)
    layers(asked, now)


def _drawn_for(asked):
    """What the pictures beside the pad hang on, as their token."""
    page = ui.session().drawing
    return "-".join(map(str, (page.seq, page.reset, prepared().chosen, page.prepare, asked.choice, len(asked.lessons))))


def several(asked):
    """Where the picture has several digits: what is read of each, and the choice among them."""
    found = prepared()
    if len(found.masks) < 2 or not ui.session().drawing.prepare:
        return
    row = pad.row(asked)
    st.markdown(f"## {len(row)} digits: {' '.join(asked.words[each.answer] for each in row)}")
    st.caption(which_digit(len(row), found.chosen) + " Choose another one:")

    def picked():
        if cell := ui.sent("digits").cell:
            pad.choose(int(cell["j"]))
    captions = [called(asked.words, each.answer) for each in row]
    captions[found.chosen] = f"<b>{captions[found.chosen]}, read</b>"
    show_figures("digits", [learned.gallery([each.image for each in row], captions, 12)], legend=False, keyboard=True,
                 token=f"digits-{_drawn_for(asked)}", on_cell=picked,
                 alts=["The digits of the picture, from left to right"])


def filmstrip(asked, now):
    """From what was drawn to what is read, by the stations that were taken."""
    st.markdown("## What it sees")
    found, page = prepared(), ui.session().drawing
    came = "ink" if isinstance(page.picture, np.ndarray) else "light"       # drawn here, or a file
    items = _stations(found, came) if page.prepare else [Picture(found.grey, "as it came", came)]
    items.append(Picture(now.image.reshape(28, 28) / 255, "28×28, as read"))
    show_figures("filmstrip", [pictures(items)], token=_drawn_for(asked),
                 alts=["From the drawing to 28×28: " + ", ".join(item.title.replace("<br>", " ") for item in items)],
                 legend=False)
    if page.prepare and (told := how_it_was_prepared(found)):
        st.caption(told)


def _stations(found, came):
    """The pictures of the way to 20×20."""
    grey, sheet, lines = found.grey, found.found.sheet, found.found.lines
    frames = [(top - AIR, bottom + AIR, left - AIR, right + AIR) for top, bottom, left, right in found.boxes]
    items = [Picture(grey, "as it came", came, tuple(frames) if len(frames) > 1 else (), found.chosen)]
    if sheet is not None:
        items.append(Picture(np.where(sheet, grey, .5 * grey), "the sheet", "light"))
    if lines.any():
        items.append(Picture(lines.astype(float), "lines,<br>taken away"))
    return items + [Picture(found.ink, "its ink, framed", boxes=(found.box,)),
                    Picture(found.fitted, "in 20×20,<br>thickened" if found.thickened else "in 20×20")]


def why(asked, now):
    """What spoke for the answer and for the next one, and the nearest mistake, each picture in colours of its own."""
    st.markdown(f"## Why {called(asked.words, now.answer)}")
    items = [Picture(evidence(asked.network, now, unit).reshape(28, 28),
                     f"for (orange)<br>and against {asked.words[unit]}", "signed")
             for unit in (now.answer, now.second)]
    mistake = nearest_mistake(asked.network, now)
    if mistake is not None:
        other = called(asked.words, mistake.answer)
        items += [Picture(mistake.change.reshape(28, 28), f"this change<br>makes it {other}", "signed"),
                  Picture((now.image / 255 + mistake.change).reshape(28, 28), f"then it reads<br>{other}")]
    show_figures("why", [pictures(items, 164)], token=_drawn_for(asked), legend=False,
                 alts=["Pixels that spoke for and against the answer"])
    st.caption(what_spoke_for_it(now.image, now.answer, mistake, asked.words))


def layers(asked, now):
    """The outputs of every layer."""
    st.markdown("## Layer by layer")
    outputs = now.passed.A[1:]
    names = [f"{symbol('A', n).text} ({A.shape[1]})" for n, A in enumerate(outputs, 1)]
    show_figures("layers", [strips([A[0] for A in outputs], names)], legend=False,
                 token=_drawn_for(asked), alts=["The outputs of every layer"])
    st.caption("The output of each unit: the stronger the colour, the larger. The last row are the bars beside the "
               "pad. The largest of the ten is the answer, whatever is drawn: the network cannot say that it is no "
               "digit.")
