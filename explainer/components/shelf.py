"""What one reader's browser already has, so that nothing travels twice.

The browser keeps the panes that the last message told it to keep, and their arrays; what it should have and has not, it
asks for, and the shelf is emptied.
"""
from dataclasses import dataclass, field

from .payload import names, pack_named


@dataclass(slots=True)
class Shelf:
    """Panes by their id, with the names of their arrays."""

    panes: dict = field(default_factory=dict)

    def pack(self, header, makers, keep):
        """Return a message: the header, and those panes that the browser does not have.

        `makers` is {id: a function that makes the pane}, called only where it has to be sent; `keep` are the ids that
        the browser keeps from now on.
        """
        self.panes = {name: arrays for name, arrays in self.panes.items() if name in keep}
        new = {name: make() for name, make in makers.items() if name not in self.panes}
        have = frozenset().union(*self.panes.values())
        self.panes |= {name: names(pane) for name, pane in new.items()}
        return pack_named(header | {"panes": new, "keep": list(keep)}, have)

    def forget(self):
        self.panes = {}
