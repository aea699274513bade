"""The pages: thin; each reads the state, calls, and shows."""
