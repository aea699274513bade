"""What is asked before a broken backward pass is shown: what will go wrong, and where it will show."""
from ..broken import first_red
from ..notation import symbol
from .card import ask
from .place import number


def what_will_go_wrong(of, compared):
    """Return the Asked of a Broken and its checks (broken.checked); the right choice is what they show."""
    L, happened = of.walk.L, outcome(of, compared)
    found, fact = _texts(L), _fact(of, compared)
    wrong = [(found[other], WRONG[other][0] or of.mistake.misconception,
              f"{INSTEAD.get((other, happened), WRONG[other][1])} {fact}")
             for other in TEMPTING[happened] if L > 1 or other != "below"]
    return ask(f"{of.mistake.does} What will go wrong, and where will it show?",
               (found[happened], f"{REASONS[happened]} {fact}"), *wrong, sees="The check is red from there on.")


def outcome(of, compared):
    """Return where a mistake shows: a key of REASONS."""
    red = [one for one in compared if one.verdict in ("differs", "shape", "missing")]
    if any(one.verdict == "missing" for one in red):
        return "error"
    if of.mistake.start:
        return "training"
    if not red:
        return "nowhere"
    if all(one.name[0] == "b" for one in red):
        return "biases"
    return "all" if first_red(compared) == of.walk.L else "below"


REASONS = {
    "all": "It comes in at the output layer, and everything further back is made of that layer’s δ.",
    "below": "The output layer’s δ is made without this statement; the first one that is sent back is not.",
    "biases": "δ itself is right, and so are the weights’ gradients.",
    "error": "The product needs sizes that these layers do not have.",
    "nowhere": "The wrong line gives the right numbers here.",
    "training": "Each gradient is right at these weights, so no gradient check can see it.",
}
WRONG = {   # a choice that is not what happens: (the belief behind it, else the mistake’s own; why it is not so)
    "all": ("own weights", "No gradient of the output layer is made with this statement."),
    "below": ("no slope", "A layer is spared only where it does without the wrong statement."),
    "error": ("order", "NumPy stops only where sizes do not fit, and fitting sizes prove nothing."),
    "nowhere": ("", "A statement that gives other numbers gives other gradients."),
    "biases": ("bias stays", "What the biases get and what the weights get are made of the same δ."),
    "training": ("backpropagation moves", "Training only uses what the backward pass finds."),
}
INSTEAD = {     # {(the choice, what happens): another reason, where that of WRONG does not fit}
    ("all", "biases"): "The wrong statement comes after δ, and the weights’ gradients do without it.",
    ("all", "nowhere"): "A wrong statement may still give the right numbers.",
    ("below", "nowhere"): "A wrong statement may still give the right numbers.",
    ("all", "training"): "A gradient belongs to the weights as they are, whatever they are.",
    ("biases", "training"): "A gradient belongs to the weights as they are, whatever they are.",
    ("all", "error"): "There is no number further back that could be wrong.",
    ("below", "error"): "There is no number further back that could be wrong.",
    ("nowhere", "error"): "Only the output layer’s gradients are found at all.",
}
TEMPTING = {    # the wrong choices where one of these is right
    "all": ("below", "nowhere", "error"), "below": ("all", "nowhere", "error"),
    "biases": ("all", "nowhere", "training"), "error": ("below", "all", "nowhere"),
    "nowhere": ("all", "below", "error"), "training": ("all", "error", "biases"),
}


def _texts(L):
    lower = "Layer 1 only" if L == 2 else f"Layers {L - 1} to 1 only"
    return {"all": f"All gradients are wrong, from layer {L} on back" if L > 1 else "All gradients are wrong",
            "below": f"{lower}; layer {L} stays right",
            "biases": "Only the gradients of the biases are wrong",
            "error": "No wrong number: NumPy stops, because the shapes do not fit",
            "nowhere": "Nowhere: all gradients are right",
            "training": "In no gradient; only training shows it"}


def _fact(of, compared):
    """What the check finds, in a sentence."""
    red = [one for one in compared if one.verdict in ("differs", "shape", "missing")]
    if not red:
        return of.mistake.harmless if of.mistake.harmless and not of.mistake.start else \
            "The check is red in no layer."
    if any(one.verdict == "missing" for one in red):
        name = symbol(of.p.at.rstrip("0123456789"), of.p.at.lstrip("dAWbelta")).text
        return f"It stops at {name}, and nothing further back is worked out."
    first = max(red, key=lambda one: (one.layer, one.name[0] == "W"))
    name = symbol(f"d{first.name[0]}", first.layer).text
    if first.verdict == "shape":
        return f"{name} has the wrong shape, so its update cannot be made."
    return f"The first to differ is {name}, with a relative difference of {number(first.largest)}."
