"""LaTeX for the screen: symbols in their colours with their shapes beneath."""
from .figures.theme import ROLES


def coloured(matrix):
    return rf"\textcolor{{{ROLES[matrix.role]}}}{{{matrix.symbol.latex}}}"


def with_shapes(step):
    """The step's equation with the shape under every symbol."""
    parts = []
    for part in step.equation:
        if isinstance(part, str):
            parts.append(part)
        else:
            rows, columns = part.array.shape
            parts.append(rf"\underset{{{rows}\times{columns}}}{{{coloured(part)}}}")
    return " ".join(parts)


def entry(matrix, row, column):
    """Return the LaTeX of one entry: S¹[17, 4], indices from 0 as in NumPy."""
    index = ",".join(str(n) for n in (row, column) if n is not None)
    return rf"{coloured(matrix)}[{index}]"


def vector_entry(matrix, column):
    return rf"{coloured(matrix)}[{column}]"
