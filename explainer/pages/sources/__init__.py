"""The Sources page: what each of the five documents says, what is right of it, and the proof on a button."""
