"""Someone opens a link: what it brings along is had here again, the run trained anew, the drawing on the pad."""
import time

import streamlit as st

from explainer import links, resources
from explainer import session as ui
from explainer.choice import after
from explainer.deciding import Walked
from explainer.pages.draw import pad
from explainer.preparation import stations
from explainer.recipes import adopted

LOOK = 0.2      # seconds from one look at the run to the next


def arrive(page):
    """Read the address and, where a link was opened, take what it brings along; for the top of a page.

    The walk and the Draw page wait for a run that is trained again; the Train page shows how it goes.
    """
    if address := ui.read_address(of_the_walk=page in ("one_batch", "check", "sources")):
        take(address)
    awaited = ui.session().awaited
    if awaited and page != "train":
        wait(awaited[0])
    if awaited and resources.trainer().state != "running":
        settle(page)


def take(address):
    kept = ui.session()
    linked, sentences = links.read(address)
    kept.notices = [*kept.notices, *sentences, *_about_the_data(linked.data)]
    if linked.drawing:
        draw(linked.drawing)
    if linked.run:
        begin(linked.run)


def _about_the_data(made_with):
    """Whether this machine has other data than those the link was made with."""
    here = resources.dataset()
    others = made_with and made_with != links.fingerprint_of_data(here)
    return [f"The link was made with other data than those in use here, {here.origin}: images and numbers are "
            "others than there."] if others else []


def draw(drawing):
    """The drawing of a link is the one that is walked, and on the pad, unless something was drawn there."""
    page, image = ui.session().drawing, drawing.image.reshape(28, 28)
    if page.picture is None:
        page.prepare = drawing.prepared
        pad.show(image, stations(image), drawing.digit)
    if drawing.digit is not None:
        page.walked = Walked(drawing.image, drawing.digit)


def begin(linked):
    """Train the run of a link again, unless this session has it or it would take too long."""
    kept, trainer = ui.session(), resources.trainer()
    material = resources.learnt_from(linked.recipe.preset)
    run = resources.run_like(linked.recipe, kept.chosen.choice.of_run)
    if run is None or run.moment(linked.moment) is None:
        if refused := links.too_long(linked, len(material.X)):
            kept.chosen = adopted(links.without_the_run(kept.chosen), linked.recipe)
            kept.notices = [*kept.notices, refused]
            return
        try:
            run = trainer.new(linked.recipe, material)
        except ValueError as error:
            kept.chosen = links.without_the_run(kept.chosen)
            kept.notices = [*kept.notices, f"The run in the link was left out. {error}"]
            return
        run.wanted = {linked.moment, linked.until}
        if linked.until != "e0":
            trainer.go(linked.until)
    kept.awaited = run.number, linked


def wait(number):
    """Show how far the run is until it is trained; whatever the reader does meanwhile, it goes on."""
    trainer, place = resources.trainer(), st.empty()
    while trainer.state == "running" and trainer.current.number == number:
        run = trainer.current
        place.progress(min(run.examples / run.total, 1.0), f"The link holds a run as its recipe; it is trained again: "
                       f"epoch {run.progress.epoch if run.progress else 1:,} of {run.recipe.setting.epochs:,}")
        time.sleep(LOOK)
    place.empty()


def settle(page):
    """The run is there: its moment is what the page looks at, and whether it has the same bits is said where not."""
    kept, (number, linked) = ui.session(), ui.session().awaited
    kept.awaited, run = None, resources.trainer().find(number)
    if run is None:
        return
    moment = run.moment(linked.moment)
    if moment is None:
        moment = run.moments[-1]
        kept.notices = [*kept.notices, f"The run in the link has no weights of its moment {linked.moment} here; those "
                                       f"{moment.title} are shown."]
    elif linked.weights != links.fingerprint(moment.weights):
        kept.notices = [*kept.notices, how_it_differs(linked.data != links.learned_from(run))]
    key = f"run{number}-{moment.key}"
    if kept.chosen.choice.of_run:
        kept.chosen = after(kept.chosen, weights=key, ahead=kept.chosen.choice.ahead)
    if page == "train":
        kept.training.back_to = None if moment is run.moments[-1] else (number, moment.key)
    if page == "draw":
        kept.drawing.asked = f"run{number}"
        kept.drawing.moments[f"run{number}"] = moment.key


def how_it_differs(other_data):
    if other_data:
        return ("The run in the link learned from other data; trained again from the same settings on those in use "
                "here, it has other weights.")
    return ("The run was trained again from the same settings and data, but its weights are not those of the link to "
            "the last bit: another processor or another library adds in another order, and the last digits differ, "
            "after long training more than those.")
