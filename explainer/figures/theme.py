"""Every colour of the product, once: Plotly templates for light and dark, and a colour for each role.

Diverging: blue to orange through the page's own background, safe for every kind of colour blindness.
Plotly picks the diverging scale for a range around 0 and the sequential one for a range from 0 up.
"""

SYMBOLS = {     # {role: (on a light page, on a dark one)}: a symbol's colour in the equation and over its heatmap
    "input": ("#72727d", "#898993"),
    "weight": ("#2878b6", "#3890d4"),
    "sum": ("#8d5dc0", "#a078cb"),
    "activation": ("#108360", "#149d72"),
    "slope": ("#108360", "#149d72"),
    "target": ("#7c7613", "#948d17"),
    "error": ("#a76400", "#c77700"),
    "delta": ("#ce440f", "#ef571c"),
    "gradient": ("#cf3871", "#d9618e"),
}
ROLES = {role: light for role, (light, _) in SYMBOLS.items()}   # as it is written; the page's style darkens or lightens

# What Streamlit paints behind and writes with; contrast is reckoned on these.
BACKGROUND = {"light": "#ffffff", "dark": "#171614"}
PANEL = {"light": "#f8f8f7", "dark": "#2d2b27"}     # fields, the pad
TEXT = {"light": "#2f2d2b", "dark": "#edebe8"}
QUIET = .75             # opacity of what is said beside the matter

MARKED = "#e6c200"      # saturated cells
HOVER = "#d81b60"       # the row, the column and the partners of the cell that is pointed at
ON_PRIMARY = "#ffffff"  # text on Streamlit's primary colour
OPERATOR = ("#a35a00", "#e09a4a")   # of a line of code
ACCENT = ("#6741d9", "#a48bf2")     # words that stand out, and the frame round what has the focus
FRAME = (("rgba(255,255,255,.85)", 4), ("#111111", 1.5))    # a light line under a dark one shows on every colour
THUMBNAIL = {"light": (25, 26, 34), "dark": (240, 240, 245)}    # the ink of the small digits along an axis
PRINTED = {     # from the lowest number to the highest, which is told without colour too: it goes from dark to light
    "signed": ("#0b2e59", "#4f7fae", "#b9b9b4", "#f3d3ac", "#fff8ea"), "positive": ("#ffffff", "#8f8f96", "#1b1c24")}
PHOTO = [[0, "#000000"], [1, "#ffffff"]]    # a picture as it came, from black to white


def as_browsers_write(colour):
    """Return "#2878b6" as it stands in an element's style once a browser has read it."""
    red, green, blue = bytes.fromhex(colour[1:])
    return f"rgb({red}, {green}, {blue})"


def _template(ink, faint, background, negative, middle, positive, low, high, selected):
    return {"layout": {
        "font": {"color": ink, "family": "Source Sans, sans-serif", "size": 12},
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "colorscale": {
            "diverging": [[0, negative[0]], [0.25, negative[1]], [0.5, middle], [0.75, positive[1]], [1, positive[0]]],
            "sequential": [[0, low], [1, high]]},
        "xaxis": {"gridcolor": faint, "linecolor": faint, "zerolinecolor": faint, "automargin": False,
                  "exponentformat": "power",
                  "tickfont": {"size": 11}, "title": {"font": {"size": 11}, "standoff": 2}},
        "yaxis": {"gridcolor": faint, "linecolor": faint, "zerolinecolor": faint, "automargin": False,
                  "exponentformat": "power",
                  "tickfont": {"size": 11}, "title": {"font": {"size": 11}, "standoff": 2}},
        "shapedefaults": {"line": {"color": selected, "width": 1.5}},
        "annotationdefaults": {"font": {"color": ink}, "showarrow": False},
        "hoverlabel": {"bgcolor": background, "bordercolor": ink, "font": {"color": ink, "size": 13}},
        "colorway": [ink, positive[0], negative[0]],
        "margin": {"l": 34, "r": 8, "t": 24, "b": 22}}}


TEMPLATES = {
    "light": _template("#31333f", "#d5d6dc", "#ffffff", ("#08519c", "#6baed6"), "#f4f4f2", ("#b34700", "#fd9a4a"),
                       "#f4f4f2", "#20212b", "#111111"),
    "dark": _template("#fafafa", "#464855", "#1a1c24", ("#8ecbff", "#2f74b5"), "#1b1d25", ("#ffb46b", "#b3560f"),
                      "#16171d", "#f2f2f4", "#ffffff"),
}
BAR = {"positive": "#d8701f", "negative": "#3d8fd1", "neutral": "#8f919e"}
RUNS = ("#3d8fd1", "#d8701f", "#22a07a", "#cf6fa3", "#b58a1b", "#8f74d6", "#8a8c99")    # legible on both themes
LAYERS = {  # of up to seven layers: the gradients' hue, which stands out more with every layer, on both themes
    "light": ("#dc6a9a", "#d54a84", "#c82f6f", "#a7275d", "#87204b", "#671839", "#461027"),
    "dark": ("#c22e6b", "#d2407d", "#d95d90", "#e079a4", "#e695b7", "#edb1ca", "#f3cddd"),
}
