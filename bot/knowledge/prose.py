"""Prose of a pack: whatever is a figure stands as {fact}, so that a price changes in one place."""

import re
import string
from typing import Annotated

from pydantic import AfterValidator


def _without_figures(text: str) -> str:
    """Return prose whose figures all stand as {fact}. Raises ValueError with the cure."""
    try:
        bare = "".join(literal for literal, *_ in string.Formatter().parse(text))
    except ValueError as error:
        raise ValueError(f"{error}; close every {{ with a }}") from error
    figure = re.search(r"\d[\d,.]*", bare)
    if figure:
        raise ValueError(
            f"the figure {figure.group()!r} is written in the prose; "
            "put it under facts and write {its_name} here"
        )
    return text


ProseText = Annotated[str, AfterValidator(_without_figures)]
