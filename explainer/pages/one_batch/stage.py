"""The matrices of a step, in one picture, and what a click on a cell does."""
from explainer import session as ui
from explainer.arithmetic import arithmetic
from explainer.components.mount import show_figures
from explainer.figures import matrices
from explainer.numbers import plain_number, with_article
from explainer.selection import FIELDS
from explainer.steps import SATURATED


def stage(walk, choice, look, step):
    """The matrices of the step."""
    token = f"{step.key}-{look.i}-{look.j}-{look.k}-{look.p}-{choice.net}-{choice.batch}"
    shapes = ", ".join("{} {} by {}".format(panel.symbol.text, *panel.array.shape) for panel in step.panels)
    show_figures("stage", [figure(walk, look, step)], token=token, images=walk.images,
                 on_cell=clicked("stage"), selected=look.i, alts=[f"{step.title}: {shapes}"])


def figure(walk, look, step):
    selection, thumbs = look.selection, walk.images is not None
    if look.pictures and has_pictures(step):
        return matrices.as_images(step, selection)
    if step.kind == "product":
        return matrices.product(step, selection, *corner(walk, step, look))
    if step.kind == "column_sum":
        return matrices.column_sum(step, selection, thumbs)
    marked = step.slope < SATURATED if look.marked and step.slope is not None else None
    return matrices.beside(step, selection, marked, thumbs)


def has_pictures(step):
    """Whether the step has weights, gradients or changes of layer 1, one number a pixel."""
    return step.kind in ("product", "update") and any(
        panel.array.shape[0] == 784 and panel.columns.field == "j" for panel in step.panels)


def corner(walk, step, look):
    """The selected example's digit and the cell's sum, for the empty corner of Falk's scheme."""
    result = step.panels[-1]
    place = ", ".join(str(n) for n in look.selection.cell(result) if n is not None)
    sums = arithmetic(step, look.selection)
    summary = f"{result.symbol.text}[{place}]<br>= <b>{plain_number(sums.value)}</b>"
    if walk.images is None:
        return None, summary
    i = min(look.i, walk.m - 1)
    if sums.over.field == "i":
        summary = f"adds {plain_number(sums.terms[i] / step.scale)} to<br>{summary}"
    return walk.images[i].reshape(28, 28), f"example {i}: {with_article(walk.labels[i])}<br>{summary}"


def clicked(key):
    """A callback for a figure: its clicked cell becomes the selection."""
    def move():
        if cell := ui.sent(key).cell:
            ui.change(**{name: int(cell[name]) for name in FIELDS if name in cell})
    return move
