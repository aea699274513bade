"""What more than one page shows: the network, the data, a moment of a run, notices; and the way into the walk."""
from dataclasses import replace

import streamlit as st

from explainer import links, outside, resources
from explainer import session as ui
from explainer.choice import hidden_sizes
from explainer.notation import ACTIVATION_NOTATION, LOSS_NOTATION, initialisation_name
from explainer.recipes import opened
from explainer.sentences import step_of_the_run
from explainer.toys import whose
from mlp_core.activations import ELEMENTWISE
from mlp_core.losses import OUTPUT_LOSSES
from mlp_core.network import INITIALISATIONS, REDUCTIONS
from mlp_core.presets import PRESETS

SETTINGS = {"best": "as it works best", "source": "as the source has it"}
PAGES = {name: f"explainer/pages/{name}/page.py" for name in ("one_batch", "train", "draw", "check", "sources")}


def notices():
    """What could not be done, or was left out."""
    sentences = [outside.markdown(sentence) for sentence in ui.session().notices]
    if sentences:
        st.warning(sentences[0] if len(sentences) == 1 else "\n".join(f"* {sentence}" for sentence in sentences))


def leave_for(page):
    """Ask for another page, in a callback."""
    ui.session().leave = page


def leave_if_asked():
    """Go to another page where a callback has asked for it."""
    if page := ui.session().take_leave():
        st.switch_page(PAGES[page])


def open_walk(recipe, weights, **changes):
    """Leave for the one-batch page: the recipe's network, setting and α, with these weights."""
    kept = ui.session()
    kept.chosen, kept.notices, kept.leave = opened(kept.chosen, recipe, weights, **changes), [], "one_batch"


def link():
    """Return the address of what the one-batch page shows, as the browser has it."""
    return links.link(st.context.url or "", ui.session().address)


def network(choice, **options):
    """The networks of the sources, and one's own."""
    titles = {key: f"{preset.title}  {_chain(preset)}" for key, preset in PRESETS.items()}
    titles["own"] = "Your own network" + (f"  {_chain(choice.preset())}" if choice.net == "own" else "")
    st.selectbox("Network", list(titles), format_func=titles.get, key=ui.shown("net", choice.net),
                 on_change=ui.follow("net"), **options)


def _chain(preset):
    return "-".join(map(str, preset.sizes))


def moment_slider(name, moments, chosen, choose, width):
    """A slider over the moments of a run that stands at `chosen`; `choose` is called with the key it is moved to.

    As a run gets more moments, another slider takes the place of this one and stands where it stood.
    """
    if len(moments) < 2:
        return
    titles, slider = {moment.key: moment.title for moment in moments}, f"{name}_{moments[-1].key}"
    st.select_slider("Weights at which moment", list(titles), format_func=titles.get, width=width,
                     key=ui.shown(slider, chosen.key), label_visibility="collapsed",
                     on_change=lambda: choose(ui.value(slider)))


def own_network(choice):
    """The fields that describe a network of one's own."""
    def read_hidden():
        try:
            hidden_sizes(ui.value("hidden"))
            ui.change(hidden=ui.value("hidden"))
        except ValueError as error:
            ui.session().notices = [f"{str(error)[:1].upper()}{str(error)[1:]}; nothing was changed."]
    st.text_input("Hidden layers", help="Their sizes, as in 64, 32; empty for none.",
                  key=ui.shown("hidden", choice.hidden), on_change=read_hidden)
    st.selectbox("Hidden activation", ELEMENTWISE, format_func=_name_of, key=ui.shown("act", choice.act),
                 on_change=ui.follow("act"))
    st.selectbox("Output activation", list(OUTPUT_LOSSES), format_func=_name_of, key=ui.shown("out", choice.out),
                 on_change=ui.follow("out"))
    st.selectbox("Loss", OUTPUT_LOSSES[choice.out], key=ui.shown("loss", choice.loss), on_change=ui.follow("loss"),
                 format_func=lambda loss: LOSS_NOTATION[loss].name)
    st.selectbox("Reduction over the batch", REDUCTIONS[::-1], key=ui.shown("red", choice.red),
                 on_change=ui.follow("red"))


def initialisation(choice):
    """How the initial weights are drawn: as the setting says, or in any other way."""
    names = {init: initialisation_name(replace(choice, init=init).settings()) for init in ("", *INITIALISATIONS)}
    names[""] += ", as the setting says" if choice.preset().weights is None else ""
    st.selectbox("Initial weights", list(names), format_func=names.get, key=ui.shown("init", choice.init),
                 on_change=ui.follow("init"),
                 help="Each weight is drawn from this, with the seed: N(mean, variance) or U(from, to); a layer has n "
                      "inputs and n′ units. All zeros: every unit of a layer gets the same gradient as the others, so "
                      "they stay the same for ever. Biases are 0, or drawn likewise where the setting says so.")


def _name_of(activation):
    return ACTIVATION_NOTATION[activation].name


def data_line():
    """What is learned from, as the foot of a page: a worked example's own numbers, or which images are in use."""
    toy = ui.session().chosen.choice.preset().is_toy
    st.caption("Data: the example’s own numbers; no images." if toy else " ".join(data_in_words(resources.dataset())))


def data_in_words(dataset):
    """Return what the data are and what was odd about them, a Markdown sentence each."""
    return [f"Data: {outside.markdown(dataset.origin)}.", *map(outside.markdown, dataset.notes)]


def data():
    """Which data are in use, and the two ways to other ones: files, or the full MNIST from the network."""
    st.divider()
    origin, *notes = data_in_words(resources.dataset())
    st.markdown(f"**Data.** {origin.removeprefix('Data: ')}")
    for sentence in (*notes, *map(outside.markdown, resources.found_dataset()[1])):
        st.caption(sentence)
    fetch()     # above the uploader, so that what it says is not below the popover's edge
    st.file_uploader("Your own data: CSV, IDX, .npz, .npy or ARFF, also as .gz or .zip", accept_multiple_files=True,
                     key="upload", on_change=lambda: ui.sent("upload") and resources.use_upload(ui.sent("upload")))
    if refused := ui.session().data.refused:        # the page behind this dialog says it when it is closed
        st.caption(outside.markdown(refused))


def fetch():
    job = resources.fetch_job()
    if len(resources.dataset().images) >= 60_000 and job.state != "done":
        return

    @st.fragment(run_every=1.0 if job.state == "running" else None)
    def panel():
        if job.state == "running":
            st.button("Stop fetching", key="stop_fetch", on_click=job.stop)
            st.caption(f"{outside.markdown(job.message)} ({job.seconds:.0f} s)")
        else:
            st.button("Fetch the full 60,000 (11 MB)", key="fetch", on_click=job.start,
                      disabled=job.state == "done")
            if job.message:
                st.caption(outside.markdown(job.message))
        if ui.session().data.fetch_was != job.state:    # begun or ended: the whole page follows
            ui.session().data.fetch_was, ui.session().told = job.state, True
            resources.found_dataset.clear()
            st.rerun()
    panel()


def foot(choice, walk):
    """What is on the screen: the network, its weights, its learning rate, the data."""
    preset, others = choice.preset(), whose(choice.numbers, choice.edits)
    two = preset.source is not preset.best and not others
    drawn = choice.settings().initialisation is not None and choice.weights == "untrained"
    how = f"initial weights {initialisation_name(choice.settings())}, " if choice.init else ""
    parts = [f"{preset.title}, {SETTINGS[choice.chosen_setting]}" if two else preset.title,
             f"{how}seed {choice.seed}" if drawn else "", f"after {choice.ahead} steps" if choice.ahead else "",
             others, f"α = {walk.learning_rate:g} on the {walk.before.reduction} over the batch",
             "" if choice.settings().batch_size or choice.of_run
             else f"the source takes all images as one batch, here {walk.m} of them"]
    data = "" if preset.is_toy else f"Data: {resources.dataset().origin}."
    whole = "; ".join(filter(None, parts)) + "."
    return " ".join(filter(None, [whole, step_of_the_run(ui.session().walk[0]), data]))
