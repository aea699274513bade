"""The two views that are no steps of the walk, as plain data: what it opens with, and what it closes with."""
from .closing import closing
from .diagram import can_be_drawn, diagram
from .figures.batch import digits
from .figures.diagram import network_diagram
from .inline import runs
from .map import layers_of
from .numbers import plain_number
from .opening import a_step_of_training, slopes, timed, why_backwards
from .quiz import quiz
from .way import CLOSING, OPENING, TITLES


def opening_pane(walk, choice):
    """Return what a first visitor sees: the batch, the network, what a step is, and what backpropagation saves."""
    return {"step": OPENING, "kind": "opening", "title": TITLES[OPENING],
            "lead": [runs(a_step_of_training(walk)), runs(why_backwards(walk)), runs(timed(walk).sentence)],
            "layers": layers_of(walk), "weights": [_weights(layer) for layer in walk.before.layers],
            "loss": runs(f"The loss of this batch is **{plain_number(walk.E)}** now. The walk goes through the step "
                         f"that changes it, in {len(walk.steps)} small steps."),
            "parameters": f"{slopes(walk):,}", "figure": _figure(walk, choice), "caption": _caption(walk),
            "quiz": questions(walk, "A")}


def _caption(walk):
    """What is beside the words."""
    if walk.images is not None:
        return f"The batch: {walk.m} handwritten digit{'s' * (walk.m > 1)}, each one row of X."
    return "The network with the names that its source uses."


def _weights(layer):
    return f"{layer.n_in}×{layer.n_out} weights" + ("" if layer.b is None else f", {layer.n_out} biases")


def _figure(walk, choice):
    """The digits of the batch, or a small network with the names of its source; None for anything else."""
    if walk.images is not None:
        return digits(walk.images) | {"alt": f"The {walk.m} digits of this batch"}
    if not can_be_drawn(walk.before):
        return None
    return network_diagram(diagram(choice.net, walk.before)) | {"alt": "The network: its units and its weights"}


def closing_pane(walk, selection, choice):
    """Return what the walk ends with: one weight's chain of numbers, the loss before and after, and what to do next."""
    found = closing(walk, selection, choice)
    return {"step": CLOSING, "kind": "closing", "title": TITLES[CLOSING],
            "links": [{"step": link.step, "symbol": link.symbol, "text": runs(link.text),
                       "value": plain_number(link.value), "select": link.select} for link in found.links],
            "loss": runs(f"**{found.sentence}** One weight of layer 1 shows how, for one example: forward what goes "
                         "into it, backward the slope that comes down to it, in each layer through the unit that sends "
                         "the most to the one below, and the change in the end. Each number leads to its step."),
            "next": [vars(thing) for thing in found.next], "quiz": questions(walk, "B")}


def questions(walk, form):
    """Return a form of the test: [{question, step, title, choices: [{text, right, why}]}]."""
    return [question.as_data() | {"step": question.step, "title": walk.step(question.step).title}
            for question in quiz(walk, form)]
