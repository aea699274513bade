"""What a network has learned: the pictures of its first layer, whom it takes for whom, and images with its answers."""
import re

import numpy as np

from mlp_core.data import DIGITS

from .curves import HEIGHT
from .heat import colours, frame, limit, outline
from .theme import ROLES

CAPTION = 17    # rows of pixels under a picture for its caption
PICTURES = "Orange: what a unit looks for. Blue: what speaks against it. Click one to see its sum."


def first_layer(W, title, exact=True):
    """The weights of layer 1, (784, n), as a 28×28 image a unit: what it looks for and what speaks against it.

    The browser lays out `tiles` (n, 784); where not exact, they are 255 steps from -zmax to zmax, a byte each.
    """
    count, top = W.shape[1], limit(W)
    across = int(np.ceil(np.sqrt(count)))
    tiles = np.ascontiguousarray(W.T, np.float32) if exact else _steps(W.T, top)
    trace = {"type": "heatmap", "zmin": -top, "zmax": top, "autocolorscale": True, "showscale": False, "name": "W¹",
             "hoverongaps": False,
             "hovertemplate": f"%{{hovertext}}: %{{z:{'.5' if exact else '.2'}g}}<extra>W¹</extra>",
             "meta": {"mosaic": across, "units": count, "signed": True, "row": None, "column": None,
                      "select": [None, "j"], "clipped": bool(np.abs(W).max() > top),
                      "spoken": [f"unit {j} of layer 1" for j in range(count)]}}
    return {"data": [trace], "tiles": tiles, "layout": _grid(HEIGHT + 150, 54) | {
        "meta": {"title": title, "note": PICTURES}}}


def _steps(W, top):
    return np.rint(np.clip(np.nan_to_num(W / top), -1, 1) * 127 + 128).astype(np.uint8)


def few_weights(W, title):
    """The weights of a layer that is small enough to be read as numbers: rows the inputs, columns the units."""
    top = 2 * limit(W)      # pale colours, so that the numbers stand out
    axis = {"dtick": 1, "showgrid": False, "zeroline": False}
    spoken = [f"input {i}, unit {j}: {w:.5g}" for i, row in enumerate(W) for j, w in enumerate(row)]
    trace = {**colours(np.asarray(W, np.float64), -top, top), "name": "W¹", "texttemplate": "%{z:.5~g}",
             "textfont": {"size": 15},
             "hovertemplate": "W¹[%{y}, %{x}] = %{z:.9~g}<extra></extra>",
             "meta": {"row": "input", "column": "unit", "select": [None, "j"], "small": True, "spoken": spoken}}
    return {"data": [trace], "layout": {
        "height": HEIGHT, "margin": {"l": 44, "r": 8, "t": 54, "b": 34}, "uirevision": "grid",
        "xaxis": axis | {"title": {"text": "unit"}},
        "yaxis": axis | {"title": {"text": "input"}, "autorange": "reversed"},
        "meta": {"title": title, "note": "orange above 0, blue below"}}}


def confusion(counts, cell=None, classes=DIGITS):
    """Who is taken for whom, (10, 10): rows the digit, columns the answer; mistakes coloured by share of the digit.

    Where the classes are no digits, they are named by their words.
    """
    kind, numbered = _kind(classes), [f"{word} {n}" for n, word in enumerate(classes)]      # the columns have no room
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    wrong = np.where(np.eye(len(counts), dtype=bool), 0, shares)
    top = max(float(wrong.max()), 1e-6)
    text = [[f"{n:,}" if n else "" for n in row] for row in counts]
    trace = {
        **colours(wrong, -2 * top, 2 * top), "text": text, "texttemplate": "%{text}", "textfont": {"size": 12},
        "customdata": np.dstack([counts, shares]),
        "hovertext": [[f"{digit} read as {answer}" for answer in classes] for digit in classes],
        "hovertemplate": f"{kind} %{{hovertext}}: %{{customdata[0]:,}} (%{{customdata[1]:.1%}} of this {kind})"
                         "<extra></extra>",
        "meta": {"row": "digit", "column": "answer", "select": ["digit", "answer"], "spoken": _spoken(counts, classes)}}
    return {"data": [trace], "layout": {
        "height": 330, "margin": {"l": 52, "r": 8, "t": 42, "b": 6}, "uirevision": "confusion",
        "shapes": [] if cell is None else frame(**outline("", *cell)),
        "xaxis": {"dtick": 1, "side": "top", "title": {"text": "the network’s answer"}, "showgrid": False},
        "yaxis": {"dtick": 1, "autorange": "reversed", "showgrid": False,
                  "title": {"text": f"the {kind}", "standoff": 8}, **_ticks(classes, numbered)}}}


def _kind(classes):
    return "digit" if classes == DIGITS else "class"


def _ticks(classes, words):
    """An axis with words where its numbers are no digits."""
    return {} if classes == DIGITS else {"tickvals": list(range(len(words))), "ticktext": words, "automargin": True}


def _spoken(counts, classes):
    return [f"{_kind(classes)} {classes[digit]} answer {classes[answer]}: {n:,} of {row.sum():,} images"
            for digit, row in enumerate(counts) for answer, n in enumerate(row)]


def by_digit(counts, classes=DIGITS):
    """The share of each digit that is read right, as bars."""
    shares = np.diag(counts) / np.maximum(counts.sum(axis=1), 1)
    bars = {"type": "bar", "x": np.arange(len(counts)), "y": shares, "marker": {"color": ROLES["activation"]},
            "text": [f"{share:.1%}" for share in shares], "textposition": "outside", "textfont": {"size": 11},
            "cliponaxis": False, "customdata": counts.sum(axis=1), "hovertext": classes,
            "hovertemplate": "%{hovertext}: %{y:.2%} of %{customdata:,}<extra></extra>"}
    return {"data": [bars], "layout": {
        "height": 170, "margin": {"l": 44, "r": 8, "t": 26, "b": 24}, "showlegend": False,
        "title": {"text": f"accuracy by {_kind(classes)}", "font": {"size": 12}, "x": .02},
        "xaxis": {"dtick": 1, "showgrid": False, **_ticks(classes, list(classes))},
        "yaxis": {"tickformat": ".0%", "range": [0, 1.12], "nticks": 3, "showgrid": False}}}


def gallery(images, captions, across):
    """Images with a caption under each; a click tells which one it was."""
    across = max(1, min(across, len(images)))
    pitch, down = 29 + CAPTION, -(-len(images) // across)
    picture = np.full((down * pitch - 1, across * 29 - 1), np.nan, np.float32)
    for n, image in enumerate(images):
        top, side = divmod(n, across)
        picture[top * pitch:top * pitch + 28, side * 29:side * 29 + 28] = image.reshape(28, 28)
    trace = {**colours(picture, 0, 255), "hoverinfo": "none",
             "meta": {"mosaic": across, "units": len(images), "pitch": pitch,
                      "spoken": [re.sub("</?b>", "", caption.replace("<br>", ", ")) for caption in captions]}}
    notes = [
        {"text": caption, "x": 29 * (n % across) + 13.5, "y": pitch * (n // across) + 28, "xref": "x", "yref": "y",
         "yanchor": "top", "xanchor": "center", "showarrow": False, "font": {"size": 11}, "yshift": 2}
        for n, caption in enumerate(captions)]
    return {"data": [trace], "layout": {**_grid(92 * down + 8), "annotations": notes}}


def _grid(height, above=4):
    """The layout of pictures that keep their proportions, with so much room above them."""
    return {"height": height, "margin": {"l": 2, "r": 2, "t": above, "b": 4}, "uirevision": "grid",
            "xaxis": {"visible": False, "constrain": "domain", "constraintoward": "left"},
            "yaxis": {"visible": False, "autorange": "reversed", "scaleanchor": "x", "constrain": "domain",
                      "constraintoward": "top"}}
