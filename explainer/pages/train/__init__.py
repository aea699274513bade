"""The Train page: what a run is made of, its curves, and the way back to any moment of it."""
