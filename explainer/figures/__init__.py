"""Pictures as pure functions: arrays in, one Plotly figure out. No Streamlit here."""
