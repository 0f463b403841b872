"""A button that shows and hides something; what is hidden is not built and costs nothing."""

from collections.abc import Callable

import solara

from viz.parts.html import tag


@solara.component
def Disclosure(label: str, build: Callable[[], None], label_open: str | None = None, prominent: bool = False) -> None:
    """Show what `build` adds after a press of the button, hide it after the next.

    Args:
        label: Text of the button.
        build: Adds the elements to show.
        label_open: Text of the button while they are shown; by default the same.
        prominent: Draw the button with an edge instead of as a link.
    """
    shown, set_shown = solara.use_state(False)
    with tag("div", css="pk-disclosure"):
        solara.Button(
            (label_open or label) if shown else label,
            on_click=lambda: set_shown(not shown),
            outlined=prominent,
            text=not prominent,
            classes=[] if prominent else ["pk-small", "pk-more-button"],
            attributes={"aria-expanded": "true" if shown else "false"},
        )
        if shown:
            build()
