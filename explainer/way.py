"""Which steps → and ← go through: all of them, or on the short way about twelve that tell the story.

Before the first step stands the opening, and after the last one the closing.
"""
OPENING, CLOSING = "open", "close"
TITLES = {OPENING: "One step of training, taken apart", CLOSING: "One weight’s whole way, from its input to its change"}


def keys(walk):
    """Return the keys of all that can be shown, in order."""
    return [OPENING, *(step.key for step in walk.steps), CLOSING]


def short_way(walk):
    """Return the keys of the short way's steps, in the walk's order: layer 1 forward, the last layer backward, one link
    of the chain between layers, and back in layer 1 what the step changes.
    """
    last = walk.L
    stops = {"X", "S1", "A1", f"A{last}", "E", f"dA{last}", f"delta{last}", f"dW{last}", f"dA{last - 1}", "dW1",
             "W1_new", "E_new"}
    return [step.key for step in walk.steps if step.key in stops]


def stops(walk, look):
    """Return the keys that → and ← go through; presenting takes the short way."""
    return [OPENING, *short_way(walk), CLOSING] if look.short or look.present else keys(walk)


def beside(walk, look):
    """Return (the stop before, the stop after) the step that is looked at, each None where there is none."""
    order = {key: n for n, key in enumerate(keys(walk))}
    at, ways = order[look.step], stops(walk, look)
    before, after = [key for key in ways if order[key] < at], [key for key in ways if order[key] > at]
    return before[-1] if before else None, after[0] if after else None


def position(walk, look):
    """Return (n, of how many steps): the one that is looked at, else the last one before it; 0 is the opening."""
    order, ways = {key: n for n, key in enumerate(keys(walk))}, stops(walk, look)[1:-1]
    return sum(order[key] <= order[look.step] for key in ways), len(ways)
