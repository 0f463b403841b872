"""A chart on the page: Vega-Lite drawn as SVG, with a description for those who do not see it."""

from collections.abc import Callable, Sequence
from typing import Any

import solara
import solara.widgets

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
"""Name of the Vega-Lite version that the app serves; the browser never asks for this address."""


@solara.component
def VegaChart(spec: Callable[[], dict[str, Any]], deps: Sequence[object], label: str) -> None:
    """Show the chart that `spec` returns; it is asked again only when `deps` or `label` change."""

    def named() -> dict[str, Any]:
        return spec() | {"$schema": SCHEMA, "description": label}

    solara.widgets.VegaLite.element(spec=solara.use_memo(named, [*deps, label]))
