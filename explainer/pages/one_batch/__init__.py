"""The one-batch page: one step of a walk, from the map down to its sources."""
