"""The curves of trainings over the epochs: losses, accuracies, gradient sizes.

`layout.meta` has what stands above a chart: its title, and which run each line belongs to.
"""
import numpy as np

from ..notation import SUPERSCRIPT
from .theme import LAYERS, RUNS

HEIGHT = 232
MOST_POINTS = 600
LINES = {"each batch": ("solid", 1), "at each moment": ("solid", 2),     # name: (dash, width)
         "training": ("dot", 1.5), "validation": ("solid", 2.5), "test": ("dash", 1.5)}
LABEL = .085    # of an axis' length that the label at a line's end takes
NOTHING_YET = [.01, 1]


def colour(number):
    """The colour of a run, the same wherever it appears."""
    return RUNS[(number - 1) % len(RUNS)]


def shade(layer, count):
    """Which of theme.LAYERS a layer takes, counted from 0: the whole ramp, however many layers share it."""
    last = len(LAYERS["light"]) - 1
    return round(last * layer / (count - 1)) if count > 1 else last // 2


def curves(runs, current, moment=None):
    """Loss, accuracy where there is one, and gradient sizes over the epochs, a figure each.

    All of the current run, one line of each of the others, on one axis of epochs. `moment` is the Moment that is
    looked at, marked in ink.
    """
    others = [run for run in runs if run is not current
              and (run.material.dataset is None) == (current.material.dataset is None)]
    charts = [loss(others, current), *[accuracy(others, current)] * bool(current.measured), gradients(current)]
    end = max((line["x"].max() for chart in charts for line in chart["data"] if len(line["x"])), default=0)
    for chart in charts:
        chart["layout"]["uirevision"] = f"run {current.number}"
        chart["layout"]["xaxis"]["range"] = [0, 1.03 * end or 1]
        if moment is not None:
            chart["layout"]["shapes"] = [{"type": "line", "x0": moment.epoch, "x1": moment.epoch, "y0": 0, "y1": 1,
                                          "yref": "y domain", "line": {"width": 1.5, "dash": "dot"}}]
    return charts


def no_curves(epochs, measured=True):
    """The axes of the curves of a run to come."""
    charts = [_chart(*LOSS, [], [], _decades(NOTHING_YET)), *[_chart(*ACCURACY, [], [], SHARES)] * measured,
              _chart(*GRADIENTS, [], [], _decades(NOTHING_YET))]
    for chart in charts:
        chart["layout"]["xaxis"]["range"] = [0, max(epochs, 1)]
    return charts


LOSS = "Loss per example", "log scale"
ACCURACY = "Accuracy", ""
GRADIENTS = "Mean |∇W| of each layer", "log scale"
SHARES = {"range": [0, 1.01], "tickvals": [0, .25, .5, .75, 1], "tickformat": ".0%"}


def loss(others, current):
    """The loss of every batch, and that of each moment's weights; losses of another kind cannot be compared with it."""
    others, points = [run for run in others if run.network.loss == current.network.loss], current.losses.points
    batches = np.array(points, float).reshape(-1, 2).T
    lines = [_line(run, run.name, *_losses(run), "loss per example %{y:.5g}") for run in others]
    lines += [_line(current, "each batch", *batches, "a batch’s loss per example %{y:.5g}", opacity=.5),
              _line(current, "at each moment", *_losses(current), "loss per example of these weights %{y:.5g}")]
    every = _decades(np.concatenate([line["y"] for line in lines]))
    return _chart(*LOSS, lines, _key(others, current, ("each batch", "at each moment")), every)


def accuracy(others, current):
    """The shares of training, validation and test images that are read right, on an axis from 0."""
    lines = [_line(run, run.name, *_accuracies(run, "validation"), "validation %{y:.2%}") for run in others]
    parts = current.measured
    lines += [_line(current, part, *_accuracies(current, part), part + " %{y:.2%}") for part in parts]
    return _chart(*ACCURACY, lines, _key(others, current, parts), SHARES)


def gradients(run):
    """How strongly each layer is told to change, with its name at the line's end; 0 has a place of its own."""
    moments = run.moments       # once: while it trains, the next look may find one more
    x, sizes = np.array([m.epoch for m in moments]), np.array([m.gradients for m in moments])
    finite = sizes[np.isfinite(sizes)]
    floor = min(finite[finite > 0], default=1.0) / 10 if (finite == 0).any() else None
    count, examples = sizes.shape[1], len(run.sample[0])
    lines = []
    for l in range(count):
        true = f"layer {l + 1}: %{{customdata:.4g}}, the {run.network.reduction} over {examples} examples"
        line = _line(run, _weights(l), x, sizes[:, l], true)
        lines.append(line | {"customdata": line["y"], "y": np.maximum(line["y"], floor) if floor else line["y"],
                             "meta": {"shade": shade(l, count)}})
    every = _decades(finite, floor)
    key = [{"name": run.name, "colour": None, "lines": []}]     # the lines have the layers' colours
    return _chart(*GRADIENTS, lines, key, every, _labels(lines, every["range"]))


def _weights(l):
    return f"W{l + 1}".translate(SUPERSCRIPT)


def _labels(lines, reach):
    """The name of each line at its end, moved apart where lines end too close to each other."""
    ends = [(np.log10(line["y"][-1]), line) for line in lines if len(line["y"])]
    gap, places = LABEL * (reach[1] - reach[0]), []
    for end, line in sorted(ends, key=lambda pair: pair[0]):
        places.append((max(end, places[-1][0] + gap) if places else end, line))
    over = max(0.0, places[-1][0] - reach[1] + gap / 2) if places else 0.0
    return [{"text": line["name"], "xref": "paper", "x": 1, "xanchor": "left", "yref": "y", "y": place - over,
             "yanchor": "middle", "xshift": 3, "showarrow": False, "font": {"size": 11}} for place, line in places]


def _losses(run):
    moments = run.moments       # once: while it trains, the next look may find one more
    return [m.epoch for m in moments], [m.loss for m in moments]


def _accuracies(run, part):
    measured = [m for m in run.moments if part in m.accuracy]
    return [m.epoch for m in measured], [m.accuracy[part] for m in measured]


def _line(run, name, x, y, hover, **more):
    """A line in the run's colour, through at most MOST_POINTS of its points and without what is no finite number."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    seen = np.isfinite(y)
    x, y = x[seen], y[seen]
    every, (dash, width) = max(1, len(x) // MOST_POINTS), LINES.get(name, ("solid", 1.8))
    x, y = x[::every], y[::every]
    return {"type": "scatter", "x": x, "y": y, "name": name, "marker": {"size": 4},
            "mode": "lines+markers" if len(x) < 60 and name != "each batch" else "lines",
            "line": {"color": colour(run.number), "dash": dash, "width": width},
            "hovertemplate": f"{run.name}, after %{{x:.5~g}} epochs<br>{hover}<extra></extra>", **more}


def _key(others, current, names):
    """Which run each line belongs to, the current one first: its name, its colour, and the lines that it has."""
    own = [dict(zip(("name", "dash", "width"), (name, *LINES[name]))) for name in names]
    return [{"name": current.name, "colour": colour(current.number), "lines": own},
            *({"name": run.name, "colour": colour(run.number), "lines": []} for run in others)]


def _chart(title, scale, lines, key, yaxis, labels=()):
    xaxis = {"title": {"text": "epochs"}, "exponentformat": "none", "separatethousands": True}
    return {"data": lines, "layout": {
        "height": HEIGHT, "margin": {"l": 44, "r": 24 if labels else 10, "t": 54, "b": 34}, "showlegend": False,
        "hovermode": "closest", "meta": {"title": title, "note": scale, "key": key}, "xaxis": xaxis, "yaxis": yaxis,
        "annotations": list(labels)}}


def _decades(values, floor=None):
    """A logarithmic axis with two to six numbers on it, however many powers of ten the values span.

    `floor` is where values of 0 are drawn, or None.
    """
    found = np.asarray(values, float)
    found = found[(found > 0) & np.isfinite(found)]
    found = found if found.size else np.ones(1)
    low, high = np.log10(floor or found.min()), np.log10(found.max())
    margin = max(.08 * (high - low), (.6 - high + low) / 2)
    low, high = low - margin, high + margin
    ticks = _ticks(low, high)
    if floor:
        ticks = {floor: "0"} | {tick: text for tick, text in ticks.items() if tick > 2 * floor}
    return {"type": "log", "range": [low, high], "tickvals": list(ticks), "ticktext": list(ticks.values())}


def _ticks(low, high):
    """Return {number: text} between two powers of ten."""
    powers = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    if high - low > 3:
        every = int(np.ceil((high - low) / 5))
        return {10.0 ** power: "10" + str(power).translate(SUPERSCRIPT) for power in powers if power % every == 0}
    steps = (1,) if high - low > 1.6 else (1, 2, 5)
    return {step * 10.0 ** power: f"{step * 10.0 ** power:.12g}" for power in powers for step in steps}
