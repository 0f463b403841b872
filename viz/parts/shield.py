"""Keeps a fault in one part of a page from taking the page, and its raw text from the person's screen."""

import logging
from collections.abc import Sequence
from typing import Any

import reacton
import solara

from viz.parts.html import tag

log = logging.getLogger(__name__)


@solara.component
def Shield(message: str, deps: Sequence[object], children: Sequence[Any] = ()) -> None:
    """Show the children; when one of them fails, show `message` instead until `deps` change, and log the fault."""
    fault, clear = reacton.use_exception()
    solara.use_effect(clear, list(deps))
    if fault is None:
        tag("div", *children)
    else:
        log.error("a part of the page failed", exc_info=fault)
        tag("p", message, css="pk-notice", role="alert")
