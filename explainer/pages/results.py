"""The lower part of the Train page: the curves, the way back to any moment, and what the network does by then."""
import io
import re
from functools import partial

import streamlit as st

from explainer import state as ui
from explainer.components.mount import show_figures
from explainer.numbers import percent, plain_number, with_article
from explainer.examination import examine
from explainer.figures import training
from explainer.keras_export import to_keras
from explainer.pages import choices, loading
from explainer.runs import BUDGET, best, history_csv, losses_csv
from mlp_core.storage import save_network

PANELS = ("layer 1", "confusion matrix", "worst mistakes", "runs", "save and load")
SHOWN_IMAGES = 26
MEASURED = (
    "The loss is the mean over the batches since the moment before, per example. Accuracy is the share of images read "
    "right: training images are learned from; validation images are held out of them, to choose the best moment by; test "
    "images choose nothing, they only tell how well new images are read. While it trains, only so many are looked at; "
    "the confusion matrix is made of all. mean |∇W| is how strongly each layer is told to change, by the same 100 "
    "examples every time: where it is near 0, a layer hardly learns.")


def curves(trainer):
    run = trainer.current
    hidden = st.session_state.setdefault("hidden_runs", set())
    runs = [other for other in trainer.runs if other.number not in hidden or other is run]
    show_figures("curves", [training.curves(runs, run, chosen_moment(run))], token=f"curves-{run.number}-{run.examples}",
                 alts=[f"Loss, accuracy and gradient sizes of {run.name} over the epochs"], legend=False)


def chosen_moment(run):
    """The moment that the reader has chosen, or None: then it is always the last one."""
    number, key = st.session_state.get("moment") or (None, None)
    return run.moment(key) if number == run.number else None


def time_travel(run):
    """The slider over the moments of the run; return the Moment that it stands at."""
    moments = run.moments
    moment = chosen_moment(run) or moments[-1]

    def move(key):
        st.session_state["moment"] = None if key == moments[-1].key else (run.number, key)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="travel"):
        st.markdown("**Weights**", width="content")
        choices.moment_slider(f"moment_{run.number}", moments, moment, move, 330)
        if len(moments) == 1:
            st.markdown(moment.title, width="content")
        st.button("Best", key="best", on_click=_choose, args=(run, best(moments)), disabled=len(moments) < 2,
                  help=f"Best by validation accuracy: {best(moments).title}.")
        st.button("Walk with these weights", key="walk_it", on_click=walk, args=(run, moment),
                  icon=":material/footprint:")
        st.markdown(_measured(run, moment), width="content", help=MEASURED)
    return moment


def _choose(run, moment):
    st.session_state["moment"] = run.number, moment.key


def _measured(run, moment):
    parts = [f"{name} {percent(share)} of {len(run.material.measured[name][1]):,}"
             for name, share in moment.accuracy.items()]
    loss = [] if moment.loss != moment.loss else [f"loss {plain_number(moment.loss)}"]
    return ":small[" + " · ".join(loss + parts) + "]"


def walk(run, moment, part="train", row=None):
    """Open the walk with the weights of this moment; with `row`, on the batch that has this image, selected."""
    choices.open_walk(run.recipe, f"run{run.number}-{moment.key}")
    if row is not None:
        m = ui.batch_rows(ui.chosen())
        ui.change(part=part, batch=row // m + 1, i=row % m)


def panel(trainer, moment):
    """One of the views of the weights of a moment, or of the runs; only the chosen one is worked out."""
    run = trainer.current
    views = PANELS if run.material.dataset else ("layer 1", "runs", "save and load")
    if st.session_state.get("view") not in views:
        st.session_state["view"] = views[0] if run.material.dataset else "runs"
    view = st.segmented_control("View", views, key=ui.shown("panel", st.session_state["view"]), required=True,
                                label_visibility="collapsed",
                                on_change=ui.keep("view", "panel"))
    with st.container(key="panel"):
        {"layer 1": first_layer, "confusion matrix": confusion, "worst mistakes": mistakes,
         "runs": lambda *_: all_runs(trainer), "save and load": save_and_load}[view](run, moment)


def first_layer(run, moment):
    W = run.network_at(moment).layers[0].W
    if not run.material.dataset:
        st.caption("The weights of a worked example are read best in the walk.")
        return
    st.caption(f"The {W.shape[1]} units of layer 1, {moment.title}: what each one looks for (orange) and what speaks "
               "against it (blue). Click one to see its sum in the walk.")

    def picked():
        if cell := st.session_state["layer1"].cell:
            walk(run, moment)
            ui.change(step="S1", j=int(cell["j"]), p=int(cell["p"]), pictures=True)
    show_figures("layer1", [training.first_layer(W)], token=f"layer1-{run.number}-{moment.key}", on_cell=picked,
                 keyboard=True, alts=[f"The weights of layer 1 of {run.name}, {moment.title}, as images"])


def examination(run, moment):
    """The Examination of this moment's network, kept until another one is asked for."""
    if st.session_state.get("examined", (None, None))[0] != (run.number, moment.key):
        st.session_state["examined"] = (run.number, moment.key), examine(run.network_at(moment), run.material)
    return st.session_state["examined"][1]


def _about(examined):
    if not len(examined.labels):
        return "These data have no test images, and too few others to hold any out"
    which = "test" if examined.part == "test" else "validation"
    right = float((examined.answers == examined.labels).mean())
    return f"{percent(right)} of the {len(examined.labels):,} {which} images are read right"


def confusion(run, moment):
    examined = examination(run, moment)
    counts, cell = examined.confusion, st.session_state.get("confused")
    left, right = st.columns([1, 1.3], gap="medium")

    def picked():
        if at := st.session_state["confusion"].cell:
            st.session_state["confused"] = int(at["digit"]), int(at["answer"])
    with left:
        st.caption(f"{moment.title[:1].upper() + moment.title[1:]}: {_about(examined)}. The diagonal is what is right; "
                   "colour marks mistakes. Click a cell to see its images.")
        show_figures("confusion", [training.confusion(counts, cell)], legend=False, on_cell=picked, keyboard=True,
                     token=f"confusion-{run.number}-{moment.key}-{cell}",
                     alts=["Confusion matrix: rows the digit, columns the network’s answer"])
    with right:
        show_figures("by_digit", [training.by_digit(counts)], legend=False, token=f"digits-{run.number}-{moment.key}",
                     alts=["Accuracy of each digit"])
        if cell is None:
            st.caption("No cell is chosen yet.")
            return
        digit, answer = cell
        places = examined.where(digit, answer)
        read = "read right" if digit == answer else f"read as {answer}"
        more = f", the {SHOWN_IMAGES // 2} surest" if len(places) > SHOWN_IMAGES // 2 else ""
        count = {0: "No image", 1: "1 image"}.get(len(places), f"{len(places):,} images")
        st.caption(f"{count} of {with_article(digit)} {'are' if len(places) > 1 else 'is'} {read}{more}."
                   + (" Click one to walk it." if len(places) else ""))
        images("behind", run, moment, examined, places[:SHOWN_IMAGES // 2], across=13)


def mistakes(run, moment):
    examined = examination(run, moment)
    places = examined.worst(SHOWN_IMAGES)
    if not len(places):
        st.info(f"No mistakes to show. {_about(examined)}.")
        return
    st.caption(f"{_about(examined)}. The worst mistakes {moment.title}: digit → answer, and beneath it the outputs for "
               "both. Click one to walk it.")
    images("worst", run, moment, examined, places, across=13)


def images(key, run, moment, examined, places, across):
    """A gallery of examined images; a click opens the walk on that image."""
    if not len(places):
        return
    captions = []
    for n in places:
        digit, answer = int(examined.labels[n]), int(examined.answers[n])
        outputs = f"{examined.outputs[n, digit]:.2f}"
        captions.append(f"{digit}: {outputs}" if digit == answer
                        else f"{digit} → {answer}<br>{outputs} {examined.outputs[n, answer]:.2f}")

    def picked():
        if cell := st.session_state[key].cell:
            walk(run, moment, examined.part, int(examined.rows[places[int(cell["j"])]]))
    show_figures(key, [training.gallery([examined.images[n] for n in places], captions, across)], legend=False,
                 token=f"{key}-{run.number}-{moment.key}-{places[0]}", on_cell=picked, keyboard=True,
                 alts=["Images with the digit and the network’s answer"])


def all_runs(trainer):
    """Every run of this session: shown or hidden in the curves, named, made the current one, or deleted."""
    hidden = st.session_state.setdefault("hidden_runs", set())
    every = [run.recipe.words() for run in trainer.runs]
    differ = {name for name in every[0] if len({words[name] for words in every}) > 1}
    for run in trainer.runs[::-1]:
        n = run.number
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.toggle("in the curves", value=n not in hidden or run is trainer.current, key=f"show_{n}",
                      disabled=run is trainer.current, label_visibility="collapsed", help="Shown in the curves.",
                      on_change=lambda n=n: hidden.symmetric_difference_update({n}))
            st.markdown(f"<span style='color:{training.colour(n)}'>⬤</span>", unsafe_allow_html=True, width="content")
            st.text_input("Name", run.name, key=f"name_{n}", max_chars=40, label_visibility="collapsed", width=150,
                          on_change=partial(_rename, run, f"name_{n}"))
            words = ", ".join(f"**{name} {value}**" if name in differ else f"{name} {value}"
                              for name, value in run.recipe.words().items())
            st.button("Look at it", key=f"select_{n}", on_click=_select, args=(n,), disabled=run is trainer.current)
            with st.popover("", icon=":material/delete:", help="Delete this run."):
                st.caption("Its weights and its curves will be gone.")
                st.button(f"Delete {run.name}", key=f"delete_{n}", on_click=trainer.delete, args=(n,))
            st.markdown(f":small[{words} — {_reached(run)}]")
    st.caption("Runs live until this tab is closed or reloaded; save what you want to keep. Each keeps the weights of its "
               f"first batches and of its epochs, up to {BUDGET // 2**20} MB; where that is not enough, of every second, "
               "fourth, … epoch and of the best.")


def _reached(run):
    top, last = best(run.moments), run.moments[-1]
    if "validation" in top.accuracy:
        text = f"best validation {percent(top.accuracy['validation'])} {top.title}"
    else:
        text = last.title if last.loss != last.loss else f"loss {plain_number(last.loss)} {last.title}"
    return text + (", then it diverged" if run.ended == "diverged" else "")


def _rename(run, key):
    name = re.sub(r"[^\w .,+=-]", "", st.session_state[key]).strip()     # nothing that Markdown or HTML would read
    run.name = name or f"run {run.number}"


def _select(number):
    ui.trainer().select(number)
    ui.adopt(ui.trainer().current.recipe)
    st.session_state["moment"] = None


def save_and_load(run, moment):
    network, name = run.network_at(moment), f"run{run.number}-{moment.key}"
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**Save** the network of {run.name} {moment.title}")
        with st.container(horizontal=True):
            st.download_button("Network (.npz)", partial(_npz, network), f"{name}.npz", key="save_npz",
                               on_click="ignore")
            st.download_button("History (.csv)", partial(history_csv, run), f"run{run.number}.csv", "text/csv",
                               key="save_csv", on_click="ignore", help="A line for each kept moment.")
            st.download_button("Loss of each batch (.csv)", partial(losses_csv, run), f"run{run.number}-batches.csv",
                               "text/csv", key="save_losses", on_click="ignore")
        keras(network, name)
    with right:
        st.markdown("**Load** a network that was saved here, and go on from it")
        st.file_uploader("A network (.npz)", type="npz", key="network_file", label_visibility="collapsed",
                         on_change=loading.load)
        if refused := st.session_state.get("load_refused"):
            st.error(refused)


def _npz(network):
    file = io.BytesIO()
    save_network(file, network)
    return file.getvalue()


def keras(network, name):
    """Export in two steps, because TensorFlow takes some seconds to start."""
    made, content = st.session_state.get("keras", (None, None))
    if made == name:
        st.download_button("Download for Keras (.keras)", content, f"{name}.keras", key="save_keras", on_click="ignore")
    elif st.button("Make a file for Keras (.keras)", key="make_keras",
                   help="TensorFlow makes it, in some seconds. Give it images divided by 255."):
        try:
            with st.spinner("TensorFlow is starting, which takes some seconds."):
                st.session_state["keras"] = name, to_keras(network)
            st.rerun()
        except ValueError as error:
            st.error(f"{error}.")
