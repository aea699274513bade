"""The lower part of the Draw page: what it really is, walking it, teaching it, and the gallery."""
import io
from dataclasses import dataclass

import numpy as np
import streamlit as st
from PIL import Image

from explainer import state as ui
from explainer.components.mount import show_figures
from explainer.drawing import preparation
from explainer.numbers import percent
from explainer.examination import share_right
from explainer.figures import drawing, training
from explainer.pages import canvas, choices
from explainer.reading import read, teach
from mlp_core import Network
from mlp_core.data import one_hot
from mlp_core.network import parameter_arrays


@dataclass(frozen=True, eq=False)
class Lesson:
    """What was taught last, and what it changed."""
    choice: str             # the network that was asked, as in Asked
    image: np.ndarray       # (784,) uint8, what it was taught with
    network: Network        # the pupil
    label: int
    steps: int
    rate: float
    before: np.ndarray      # (10,) outputs for the drawing
    after: np.ndarray       # (10,)
    right: tuple            # share of other images read right, before and after
    on: str                 # which images those are


def lesson(asked, now):
    """What it really is, walking it, teaching it, and what the last lesson changed."""
    if now is None:
        return
    given = st.session_state.get("label")
    rates = st.session_state.setdefault("lesson_rates", {})     # each network has its own: sum and mean differ
    rate = rates.get(asked.choice) or asked.recipe.setting.learning_rate
    st.segmented_control("It is a", range(10), key=ui.shown("label", given),
                         on_change=ui.keep("label"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Walk this digit", key="walk_digit", type="primary", icon=":material/footprint:", on_click=_walk,
                  args=(asked, now), help="Its batch in the one-batch page: the drawing is example 0.")
        st.button("Keep it", key="keep", on_click=_keep, args=(now,), help="Put it into the gallery below.")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="lesson"):
        st.button("Teach: 1 step", key="teach_1", on_click=_teach, args=(asked, now, 1, rate), disabled=given is None,
                  help="One gradient step on this image. Say first what it is.")
        st.button("10 steps", key="teach_10", on_click=_teach, args=(asked, now, 10, rate), disabled=given is None)
        st.markdown("α", width="content")
        st.number_input("α of the lesson", 1e-6, 1000.0, step=rate / 10, format="%g", width=115,
                        key=ui.shown("lesson_rate", float(rate)), label_visibility="collapsed",
                        on_change=lambda: rates.update({asked.choice: st.session_state["ui_lesson_rate"]}))
        st.button("Undo lesson", key="unteach", on_click=_undo, disabled=not asked.lessons,
                  help="Take the last lesson back.")
    if given is None:
        st.caption("To teach it, say first what it is: choose the digit above.")
    if refused := st.session_state.get("lesson_refused"):
        st.error(refused)
    if asked.lessons:
        told = st.session_state["lessons"][-asked.lessons:]
        if np.array_equal(told[-1].image, now.image):
            _told(told)


def _walk(asked, now):
    given = st.session_state.get("label")
    st.session_state["walked"] = ui.Walked(now.image, now.answer if given is None else int(given))
    choices.open_walk(asked.recipe, "taught" if asked.lessons else asked.choice, part="drawing", batch=1, i=0, step="X")
    if given is None:
        st.session_state["notices"] = [f"You did not say what your digit is, so its target is what the network reads: "
                                       f"{now.answer}. On the Draw page you can say it."]


def _teach(asked, now, steps, rate):
    digit = int(st.session_state["label"])
    pupil = teach(asked.network, now.image, one_hot([digit], dtype=asked.network.dtype), rate, steps)
    after = read(pupil, now.image).outputs
    if not all(np.isfinite(values).all() for _, values in [("", after), *parameter_arrays(pupil)]):
        st.session_state["lesson_refused"] = (f"With α = {rate:g} the numbers grow beyond all bounds; nothing was "
                                              "learned. Choose a smaller α.")
        return
    st.session_state["lesson_refused"] = ""
    data = ui.dataset()
    tested = data.test_images is not None
    images, labels = (data.test_images, data.test_labels) if tested else (data.images, data.labels)
    on = f"the {len(images):,} {'test images' if tested else 'training images (it may have learned from them)'}"
    right = share_right(asked.network, images, labels), share_right(pupil, images, labels)
    st.session_state["lessons"] = [*st.session_state.get("lessons", []), Lesson(
        asked.choice, now.image, pupil, digit, steps, rate, now.outputs.copy(), after.copy(), right, on)]


def _undo():
    st.session_state["lessons"] = st.session_state["lessons"][:-1]


def _told(lessons):
    """What the last of the lessons changed, and what all of them cost."""
    last = lessons[-1]
    before, after = map(percent, last.right)
    steps = "One gradient step" if last.steps == 1 else f"{last.steps} gradient steps"
    show_figures("lesson_bars", [drawing.before_after(last.before, last.after, last.label)], legend=False,
                 token=f"lesson-{len(st.session_state['lessons'])}", alts=["The outputs before and after the lesson"])
    moved = abs(last.after[last.label] - last.before[last.label]) >= .0005
    why = "" if moved else (" It hardly moved: where the outputs are near 0 or 1 their slopes are near 0, and so is δ. "
                            "The walk shows it.")
    first = f"; before all {len(lessons)} lessons {percent(lessons[0].right[0])}" if len(lessons) > 1 else ""
    st.caption(f"{steps} with α = {last.rate:g} on this one image: its output for {last.label} went from "
               f"{last.before[last.label]:.3f} to {last.after[last.label]:.3f}.{why} **What it cost**: of {last.on} the "
               f"network read {before} right before, {after} after{first}. A copy was taught; the network itself is as "
               "it was.")


def _keep(now):
    given = st.session_state.get("label")
    kept = now.image, None if given is None else int(given), now.answer
    st.session_state["gallery"] = [*st.session_state.get("gallery", []), kept]


def gallery():
    """The drawings that were kept in this session, and their files."""
    kept = st.session_state.get("gallery", [])
    if not kept:
        return
    st.markdown("##### Gallery")
    captions = [f"read: {answer}" if given is None else f"{given}, read: {answer}" for _, given, answer in kept]

    def picked():
        if cell := st.session_state["gallery_images"].cell:
            image, given, _ = kept[int(cell["j"])]
            image = image.reshape(28, 28)
            canvas.show(image, preparation(image), given)
    show_figures("gallery_images", [training.gallery([image for image, *_ in kept], captions, 18)], legend=False,
                 token=f"gallery-{len(kept)}", on_cell=picked, keyboard=True,
                 alts=["The drawings kept in this session"])
    with st.container(horizontal=True, gap="small"):
        st.download_button("All as one picture (.png)", lambda: sheet(kept), "digits.png", "image/png", key="save_png",
                           on_click="ignore")
        st.download_button("Images and labels (.npz)", lambda: archive(kept), "digits.npz", key="save_drawings",
                           on_click="ignore", help="x: (n, 28, 28) uint8; y: (n,) what you said they are, −1 where you "
                                                   "said nothing; answers: (n,)")
        st.button("Empty the gallery", key="empty_gallery", on_click=lambda: st.session_state.update(gallery=[]))


def sheet(kept):
    """Return the bytes of a PNG with all drawings, dark on white, ten in a row."""
    across = min(len(kept), 10)
    page = np.full((-(-len(kept) // across) * 30, across * 30), 255, np.uint8)
    for n, (image, *_) in enumerate(kept):
        top, side = 30 * (n // across) + 1, 30 * (n % across) + 1
        page[top:top + 28, side:side + 28] = 255 - image.reshape(28, 28)
    file = io.BytesIO()
    Image.fromarray(page).resize((page.shape[1] * 4, page.shape[0] * 4), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()


def archive(kept):
    """Return the bytes of an .npz: x (n, 28, 28) uint8, y (n,), answers (n,)."""
    file = io.BytesIO()
    np.savez_compressed(file, x=np.stack([image.reshape(28, 28) for image, *_ in kept]),
                        y=np.array([-1 if given is None else given for _, given, _ in kept]),
                        answers=np.array([answer for *_, answer in kept]))
    return file.getvalue()
