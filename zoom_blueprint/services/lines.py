"""Lines: what people type into a field of one line, as it is kept."""


def printable(text: str) -> str:
    """Return a text in one line, of signs that can be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
