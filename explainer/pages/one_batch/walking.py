"""The view of the step that is shown, and what lies ahead of it; and what the reader did there."""
from functools import partial

from explainer import resources
from explainer import session as ui
from explainer.address import READERS
from explainer.components.mount import show_ahead, show_view
from explainer.map import network_map
from explainer.notation import initialisation_name
from explainer.pages.shared import SETTINGS
from explainer.toys import whose
from explainer.view import ALL_DIGITS, DIGITS, pane
from explainer.way import beside, stops


def view(chosen, walk):
    kept, step = ui.session(), chosen.look.step
    header = {"id": name(chosen.look, step), "seq": kept.seq, "map": network_map(walk),
              "stops": stops(walk, chosen.look), "short": chosen.look.short, "present": chosen.look.present,
              "foot": foot(chosen.choice, walk)}
    show_view(kept.shelf, header, {header["id"]: maker(chosen, walk, step)}, keep(chosen, walk), told, missing)


def ahead(chosen, walk):
    """The steps before and after, which the browser draws unseen."""
    makers = {name(chosen.look, step): maker(chosen, walk, step) for step in neighbours(chosen, walk)}
    show_ahead(ui.session().shelf, makers, keep(chosen, walk))


def neighbours(chosen, walk):
    """The next stop and the one before, as far as there are any."""
    return [key for key in reversed(beside(walk, chosen.look)) if key]


def keep(chosen, walk):
    return [name(chosen.look, step) for step in (chosen.look.step, *neighbours(chosen, walk))]


def name(look, step):
    """The id of a pane: the walk, the selection and the switches, then the step."""
    return f"{ui.session().walks}.{look.i}.{look.j}.{look.k}.{look.p}.{look.pictures:d}{look.marked:d}:{step}"


def maker(chosen, walk, step):
    setting, toy = chosen.choice.settings(), chosen.choice.preset().is_toy
    grain = setting.learning_rate / 20
    rates = {"least": min(grain, walk.learning_rate), "most": max(80 * grain, walk.learning_rate), "grain": grain}
    return partial(pane, walk, chosen.look, walk.step(step), chosen.choice.net, ALL_DIGITS if toy else DIGITS,
                   setting.learning_rate, rates)


def told():
    """The view tells what the reader changed: a step, a cell, a switch, α; what cannot be is passed over."""
    sent, kept = ui.sent("view").told, ui.session()
    if not sent or sent["seq"] <= kept.seq:
        return
    kept.seq = sent["seq"]
    changes = {}
    for field, value in sent["changes"].items():
        try:
            changes[field] = READERS[field](str(int(value)) if isinstance(value, bool) else str(value))
        except (KeyError, ValueError):
            continue
    ui.change(**changes)


def missing():
    """The browser lacks what it should have: everything is sent again."""
    ui.session().shelf.forget()
    ui.session().told = True


def foot(choice, walk):
    """What is on the screen: the network, its weights, its learning rate, the data."""
    preset = choice.preset()
    drawn = choice.settings().initialisation is not None and choice.weights == "untrained"
    how = f"initial weights {initialisation_name(choice.settings())}, " if choice.init else ""
    parts = [f"{preset.title}, {SETTINGS[choice.chosen_setting]}" if preset.source is not preset.best else preset.title,
             f"{how}seed {choice.seed}" if drawn else "", f"after {choice.ahead} steps" if choice.ahead else "",
             whose(choice.numbers, choice.edits),
             f"α = {choice.learning_rate:g} on the {walk.before.reduction} over the batch",
             "" if choice.settings().batch_size else f"the source takes all images as one batch, here {walk.m} of them"]
    data = "" if preset.is_toy else f" Data: {resources.dataset().origin}."
    return "; ".join(filter(None, parts)) + "." + data
