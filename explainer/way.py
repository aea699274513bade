"""Which steps → and ← go through: all of them, or on the short way about twelve that tell the story."""


def short_way(walk):
    """Return the keys of the short way's stops, in the walk's order: layer 1 forward, the last layer backward, one link
    of the chain between layers, and back in layer 1 what the step changes.
    """
    last = walk.L
    stops = {"X", "S1", "A1", f"A{last}", "E", f"dA{last}", f"delta{last}", f"dW{last}", f"dA{last - 1}", "dW1",
             "W1_new", "E_new"}
    return [step.key for step in walk.steps if step.key in stops]


def stops(walk, look):
    """Return the keys that → and ← go through; presenting takes the short way."""
    return short_way(walk) if look.short or look.present else [step.key for step in walk.steps]


def beside(walk, look):
    """Return (the stop before, the stop after) the step that is looked at, each None where there is none."""
    order = {step.key: n for n, step in enumerate(walk.steps)}
    at, keys = order[look.step], stops(walk, look)
    before, after = [key for key in keys if order[key] < at], [key for key in keys if order[key] > at]
    return before[-1] if before else None, after[0] if after else None


def position(walk, look):
    """Return (n, of how many): the stop that is looked at, else the last one before it, counted from 1."""
    order, keys = {step.key: n for n, step in enumerate(walk.steps)}, stops(walk, look)
    return max(1, sum(order[key] <= order[look.step] for key in keys)), len(keys)
