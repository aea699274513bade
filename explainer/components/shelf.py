"""What one reader's browser already has, so that nothing travels twice.

The browser keeps the panes that the last message told it to keep, and their arrays; what it should have and has not, it
asks for, and the shelf is emptied.
"""
from dataclasses import dataclass, field

from .payload import message, named


@dataclass(slots=True)
class Shelf:
    """Panes by their id, with the names of their arrays."""

    panes: dict = field(default_factory=dict)

    def pack(self, header, makers, keep):
        """Return a message: the header, and those panes that the browser does not have.

        `makers` is {id: a function that makes the pane}, called only where it has to be sent; `keep` are the ids that
        the browser keeps from now on.
        """
        have = frozenset().union(*self.panes.values())      # until the browser has taken this message
        self.panes = {name: arrays for name, arrays in self.panes.items() if name in keep}
        new = {name: named(make()) for name, make in makers.items() if name not in self.panes}
        self.panes |= {name: frozenset(arrays) for name, (_, arrays) in new.items()}
        content, arrays = named(header)
        for _, more in new.values():
            arrays |= more
        panes = {name: pane for name, (pane, _) in new.items()}
        return message(content | {"panes": panes, "keep": list(keep)}, arrays, have)

    def forget(self):
        self.panes = {}
