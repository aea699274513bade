"""What a moment's network makes of images it has not learned from: who is taken for whom, and the worst mistakes."""
import streamlit as st

from explainer import session as ui
from explainer.components import messages
from explainer.components.mount import show_figures
from explainer.examination import examine
from explainer.figures import learned
from explainer.numbers import with_article
from explainer.pages.train.walking import walk
from explainer.sentences import how_much_is_read_right
from mlp_core.data import DIGITS

SHOWN_IMAGES = 26


def examination(run, moment):
    """The Examination of this moment's network, kept until another one is asked for."""
    page, what = ui.session().training, (run.number, moment.key)
    if page.examined is None or page.examined[0] != what:
        page.examined = what, examine(run.network_at(moment), run.material)
    return page.examined[1]


def confusion(trainer, run, moment):
    found, page = examination(run, moment), ui.session().training
    left, right = st.columns([1, 1.3], gap="medium")

    def picked():
        if at := messages.cell(ui.sent("confusion").cell, digit=len(found.classes), answer=len(found.classes)):
            page.confused = at["digit"], at["answer"]
    with left:
        st.caption(f"{moment.title[:1].upper() + moment.title[1:]}: {how_much_is_read_right(found)}. The diagonal is "
                   "what is right; colour marks mistakes. Click a cell to see its images.")
        show_figures("confusion", [learned.confusion(found.confusion, page.confused, found.classes)], legend=False,
                     on_cell=picked, keyboard=True, token=f"confusion-{run.number}-{moment.key}-{page.confused}",
                     alts=["Confusion matrix: rows the digit, columns the network’s answer"])
    with right:
        show_figures("by_digit", [learned.by_digit(found.confusion, found.classes)], legend=False,
                     token=f"digits-{run.number}-{moment.key}", alts=["Accuracy of each digit"])
        if page.confused is None:
            st.caption("No cell is chosen yet.")
        else:
            behind(run, moment, found, *page.confused)


def behind(run, moment, found, digit, answer):
    """The images behind a cell of the confusion matrix."""
    places = found.where(digit, answer)
    read = "read right" if digit == answer else f"read as {found.classes[answer]}"
    more = f", the {SHOWN_IMAGES // 2} surest" if len(places) > SHOWN_IMAGES // 2 else ""
    count = {0: "No image", 1: "1 image"}.get(len(places), f"{len(places):,} images")
    st.caption(f"{count} of {with_article(found.classes[digit])} {'are' if len(places) > 1 else 'is'} {read}{more}."
               + (" Click one to walk it." if len(places) else ""))
    images("behind", run, moment, found, places[:SHOWN_IMAGES // 2])


def mistakes(trainer, run, moment):
    found = examination(run, moment)
    places = found.worst(SHOWN_IMAGES)
    if not len(places):
        st.info(f"No mistakes to show. {how_much_is_read_right(found)}.")
        return
    shown = "digit → answer, and beneath it the outputs for both" if found.classes == DIGITS else "class → answer"
    st.caption(f"{how_much_is_read_right(found)}. The worst mistakes {moment.title}: {shown}. Click one to walk it.")
    images("worst", run, moment, found, places)


def images(key, run, moment, found, places):
    """A gallery of examined images; a click opens the walk on that image."""
    if not len(places):
        return

    def picked():
        if cell := messages.cell(ui.sent(key).cell, j=len(places)):
            walk(run, moment, found.part, int(found.rows[places[cell["j"]]]))
    show_figures(key, [learned.gallery([found.images[n] for n in places], [_caption(found, n) for n in places], 13)],
                 legend=False, token=f"{key}-{run.number}-{moment.key}-{places[0]}", on_cell=picked, keyboard=True,
                 alts=["Images with the digit and the network’s answer"])


def _caption(found, n):
    digit, answer = int(found.labels[n]), int(found.answers[n])
    if found.classes != DIGITS:     # words leave no room for the outputs
        right, said = found.classes[digit], found.classes[answer]
        return right if digit == answer else f"{right}<br>→ {said}"
    outputs = f"{found.outputs[n, digit]:.2f}"
    if digit == answer:
        return f"{digit}: {outputs}"
    return f"{digit} → {answer}<br>{outputs} {found.outputs[n, answer]:.2f}"
