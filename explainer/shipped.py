"""What ships with the project, as it is read; a file that is damaged or gone is said in a sentence on the page."""
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Damaged(Exception):
    """A file of the project cannot be read, in a sentence or two."""


def read(path, reader=lambda path: path.read_text(encoding="utf-8")):
    """Return what the reader makes of a file of the project; its text, if no other reader is given."""
    try:
        return reader(path)
    except Exception as error:      # whatever is in its place, with whatever in it
        name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
        raise Damaged(f"The file {name}, which ships with this project, is damaged or missing. Get it, or the whole "
                      "project, anew; then reload this page.") from error
