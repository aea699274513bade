"""Pictures as pure functions: arrays in, one Plotly figure out. No Streamlit here.

A figure is plain data, {"data": [trace, …], "layout": {…}}: Plotly's own classes check every value of it each time, and
that takes ten times as long as all the rest of a pane. `tests/explainer/test_figures.py` lets them check it instead.
"""
