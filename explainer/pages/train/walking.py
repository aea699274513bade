"""From a moment of a run into the walk."""
from explainer import resources
from explainer import session as ui
from explainer.pages import shared


def walk(run, moment, part="train", row=None, **look):
    """Open the walk with the weights of this moment; with `row`, on the batch that has this image, selected."""
    weights = f"run{run.number}-{moment.key}"
    shared.open_walk(run.recipe, weights, **look)
    if row is not None:
        m = resources.what_is_decided()[0].m
        ui.change(part=part, batch=row // m + 1, i=row % m)
