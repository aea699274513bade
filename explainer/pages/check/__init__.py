"""The Check page: one weight nudged, all gradients proved, and the backward pass broken on purpose."""
