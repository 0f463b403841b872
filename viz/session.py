"""What pages of one visitor share: the address, the language, light or dark."""

from collections.abc import Callable
from typing import cast

import solara

from viz import state
from viz.state import Notice, View
from viz.texts import Texts, texts

dark_context = solara.create_context(False)


def use_dark() -> bool:
    """Whether the page is dark."""
    return cast(bool, solara.use_context(dark_context))


def use_view() -> tuple[View, tuple[Notice, ...], Texts, Callable[[View], None]]:
    """The view in the address, what in it could not be used, the texts, and a function that goes to another view."""
    router = solara.use_router()
    view, notices = solara.use_memo(lambda: state.read(router.search), [router.search])

    def go(to: View) -> None:
        search = state.write(to)
        router.push(f"/{router.path.strip('/')}" + (f"?{search}" if search else ""))

    return view, notices, texts(view.language), go
