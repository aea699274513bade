"""The upper part of the Draw page: which network is asked, the pad, a picture from a file, and why it answers so."""
import base64
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
import streamlit as st

from explainer import datasets
from explainer import state as ui
from explainer.components.mount import show_figures, show_pad
from explainer.drawing import Preparation, on_a_pad, preparation, read_image
from explainer.numbers import with_article
from explainer.figures.drawing import strips
from explainer.figures.pictures import Picture, pictures
from explainer.notation import SUPERSCRIPT
from explainer.pages import choices, loading
from explainer.reading import as_image, evidence, nearest_mistake, read
from explainer.runs import Recipe, best
from mlp_core import Network
from mlp_core.presets import PRESETS

PAD = 140       # the pad sends its ink as so many by so many bytes
BLANK = "nothing is drawn yet, so there is nothing to read"
SHIPPED = Recipe("deep", PRESETS["deep"], "best", PRESETS["deep"].best)


@dataclass(frozen=True, eq=False)
class Asked:
    """The network that reads, and where it is from."""
    choice: str             # "trained", or "run2-e5"
    network: Network
    recipe: Recipe          # what it was trained by
    lessons: int = 0        # how many it was taught here: then it is a copy


@st.cache_resource(scope="session", show_spinner=False)     # no network is shared between sessions
def _shipped():
    return datasets.default_network()


def choose_network():
    """One row: the network that ships, or any run of this session at any moment. Return the Asked."""
    runs = {f"run{run.number}": run for run in ui.trainer().runs if run.material.dataset}
    if st.session_state.get("asked_name") not in ("trained", *runs):
        st.session_state["asked_name"] = "trained"
    names = {"trained": "Four sigmoid layers, as they ship, trained"} | {key: run.name for key, run in runs.items()}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="asked"):
        st.markdown("**Read by**", width="content")
        name = st.selectbox("Network", list(names), format_func=names.get, width=330, label_visibility="collapsed",
                            key=ui.shown("asked", st.session_state["asked_name"]),
                            on_change=ui.keep("asked_name", "asked"))
        run, moment = runs.get(name), None
        if run:
            moment = _moment(name, run)
        asked = _asked(f"{name}-{moment.key}" if run else name, run, moment)
        if count := asked.lessons:
            st.markdown(f":material/school: **a copy, taught {count} lesson{'s' * (count > 1)}**", width="content")
            st.button("Back to the original", key="original", on_click=_forget_lessons, args=(count,))
        with st.popover("Open a network", key="open_network"):
            st.caption("A network that was saved on the Train page (.npz). It becomes a run, there and here.")
            st.file_uploader("A network (.npz)", type="npz", key="network_file", label_visibility="collapsed",
                             on_change=_opened)
            if refused := st.session_state.get("load_refused"):
                st.error(refused)
        st.toggle("prepare as MNIST does", key=ui.shown("prepared", st.session_state.get("prepared", True)),
                  on_change=ui.keep("prepared"),
                  help="Off: the whole picture is just shrunk to 28×28. See how much worse it is read.")
    return asked


def _asked(choice, run, moment):
    """Return the Asked: the last pupil where the last lessons were given to this network, else the network itself."""
    recipe, lessons = run.recipe if run else SHIPPED, st.session_state.get("lessons", [])
    given = len(list(takewhile(lambda lesson: lesson.choice == choice, reversed(lessons))))
    if given:
        return Asked(choice, lessons[-1].network, recipe, given)
    return Asked(choice, run.network_at(moment) if run else _shipped(), recipe)


def _forget_lessons(count):
    st.session_state["lessons"] = st.session_state["lessons"][:-count]


def _moment(name, run):
    """The slider over the run's moments; it begins at the best."""
    key = f"asked_{name}"
    chosen = run.moment(st.session_state.get(key, "")) or best(run.moments)
    choices.moment_slider(key, run.moments, chosen, lambda moment: st.session_state.update({key: moment}), 220)
    return chosen


def _opened():
    loading.load()
    if not st.session_state.get("load_refused") and st.session_state["network_file"] is not None:
        st.session_state["asked_name"] = f"run{ui.trainer().runs[-1].number}"


def picture():
    """The picture that is to be read: (h, w) ink from the pad, or a PIL image from a file; None if there is none."""
    return st.session_state.get("picture")


def prepared():
    """The Preparation of the picture, or None where there is nothing on it; kept until the picture changes."""
    image = picture()
    if image is None:
        return None
    if st.session_state.get("prepared_of") is not image:
        st.session_state["prepared_of"], st.session_state["preparation"] = image, preparation(image)
    found = st.session_state["preparation"]
    return None if found.blank else found


def reading(asked):
    """The Reading of the picture by the network asked, or None where there is nothing to read."""
    found = prepared()
    if found is None:
        return None
    final = found.final if st.session_state.get("prepared", True) else found.shrunk
    return read(asked.network, as_image(final))


def _drawn():
    """The pad has sent its ink."""
    sent = st.session_state["pad"].drawing
    if not sent or sent["seq"] <= st.session_state.get("pad_seq", 0):
        return
    st.session_state["pad_seq"] = sent["seq"]
    st.session_state["picture"] = None if sent["pixels"] is None else np.frombuffer(
        base64.b64decode(sent["pixels"]), np.uint8).reshape(PAD, PAD)
    if sent["done"]:
        st.session_state.update(pad_strokes=sent["strokes"], stroke_done=True, label=None, upload_refused="", lesson_refused="")


@st.fragment
def pad(asked):
    """The pad and its bars: the only part that runs again while a stroke is being drawn."""
    now = reading(asked)
    show_pad("pad", {"outputs": None if now is None else [float(v) for v in now.outputs],
                     "answer": None if now is None else now.answer, "blank": BLANK,
                     "seq": st.session_state.get("pad_seq", 0), "strokes": st.session_state.get("pad_strokes"),
                     "reset": st.session_state.get("pad_reset", 0)}, _drawn)
    if st.session_state.pop("stroke_done", False):
        st.rerun()


def upload():
    """A picture from a file takes the place of the drawing; one that cannot be read changes nothing."""
    def take():
        file = st.session_state["picture_file"]
        if file is None:
            return
        try:
            image = read_image(file.getvalue())
            found = preparation(image)
        except ValueError as error:
            st.session_state["upload_refused"] = f"{file.name}: {error}.{_unchanged()}"
            return
        if found.blank:
            st.session_state["upload_refused"] = f"{file.name}: no ink was found on this picture.{_unchanged()}"
            return
        show(image, found)
    with st.popover("or a picture from a file"):
        st.file_uploader("A photo or picture of one digit", type=["png", "jpg", "jpeg", "webp", "bmp", "gif"],
                         key="picture_file", on_change=take)
    if refused := st.session_state.get("upload_refused"):
        st.error(refused)


def _unchanged():
    return "" if picture() is None else " The drawing stays as it was."


def show(image, found, label=None):
    """Let another picture, with its Preparation, take the place of the drawing; Undo on the pad brings that back."""
    mark = {"picture": base64.b64encode(on_a_pad(found.ink, PAD).tobytes()).decode()}
    strokes = st.session_state.get("pad_strokes") or []
    wiped = [n for n, stroke in enumerate(strokes) if "picture" in stroke or "clear" in stroke]
    st.session_state.update(
        picture=image, prepared_of=image, preparation=found, label=label, upload_refused="", lesson_refused="",
        pad_strokes=[*strokes[wiped[-1] if wiped else 0:], mark], pad_reset=st.session_state.get("pad_reset", 0) + 1)


def heading(now):
    """What it reads, in a line."""
    if now is None:
        return
    sure = "" if now.outputs[now.answer] > .5 else ", but is not sure"
    st.markdown(f"##### It reads {with_article(now.answer)}{sure} "
                f":small[(output {now.outputs[now.answer]:.3f}; next: {now.second} with {now.outputs[now.second]:.3f})]")


def explained(asked, now):
    """The filmstrip, the evidence and the layers; for a blank pad, what to do."""
    if now is None:
        st.info("**Draw a digit** with the mouse, a pen or a finger. The network reads it while you draw, and everything "
                "it saw and computed appears here. Then walk your digit through the whole of backpropagation, or "
                "teach the network what it is.")
        return
    filmstrip(asked, now)
    why(asked, now)
    layers(asked, now)


def _drawn_for(asked):
    """What the pictures beside the pad hang on, as their token."""
    session = st.session_state
    return "-".join(map(str, (session.get("pad_seq", 0), session.get("pad_reset", 0), session.get("prepared", True),
                              asked.choice, asked.lessons)))


def filmstrip(asked, now):
    found: Preparation = prepared()
    drawn_here = isinstance(picture(), np.ndarray)
    items = [Picture(found.grey, "as it came", "ink" if drawn_here else "light")]
    if st.session_state.get("prepared", True):
        items += [Picture(found.ink, "its ink, framed", box=found.box), Picture(found.fitted, "in 20×20")]
    items.append(Picture(now.image.reshape(28, 28) / 255, "28×28, as read"))
    show_figures("filmstrip", [pictures(items)], token=_drawn_for(asked),
                 alts=["From the drawing to 28×28: " + ", ".join(item.title for item in items)], legend=False)


def why(asked, now):
    """What spoke for the answer and for the next one, and the nearest mistake, each picture in colours of its own."""
    items = [Picture(evidence(asked.network, now, unit).reshape(28, 28), f"for (orange)<br>and against {unit}", "signed")
             for unit in (now.answer, now.second)]
    mistake = nearest_mistake(asked.network, now)
    if mistake is not None:
        other = with_article(mistake.answer)
        items += [Picture(mistake.change.reshape(28, 28), f"this change<br>makes it {other}", "signed"),
                  Picture((now.image / 255 + mistake.change).reshape(28, 28), f"then it reads<br>{other}")]
    show_figures("why", [pictures(items, 164)], token=_drawn_for(asked), legend=False,
                 alts=["Pixels that spoke for and against the answer"])
    text = (f"**What spoke for it**: each inked pixel times how strongly the output’s sum rises with it, "
            f"∂S[{now.answer}]/∂x · x. Without ink there is nothing to weigh. Even a clear digit has both colours; each "
            "picture has a scale of its own, from its strongest pixel down.")
    if mistake is not None:
        text += (f" **The nearest mistake** found adds ink where orange and takes it away where blue: a change of "
                 f"length {mistake.size:.2f} (1 is one pixel from empty to full; the drawing itself has "
                 f"{np.linalg.norm(now.image / 255):.2f}) and it would be read as {other}.")
    st.caption(text)


def layers(asked, now):
    """The outputs of every layer."""
    outputs = now.passed.A[1:]
    names = [f"A{str(n).translate(SUPERSCRIPT)} ({A.shape[1]})" for n, A in enumerate(outputs, 1)]
    show_figures("layers", [strips([A[0] for A in outputs], names)], legend=False,
                 token=_drawn_for(asked), alts=["The outputs of every layer"])
    st.caption("**Layer by layer**: the output of each unit, the stronger the colour, the larger. The last row are the "
               "bars beside the pad. The largest of the ten is the answer, whatever is drawn: the network cannot say "
               "that it is no digit.")
