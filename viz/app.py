"""The app: its routes, and the frame around every page."""

from dataclasses import replace
from typing import Any

import solara

from viz.pages import compare
from viz.parts.html import tag
from viz.parts.inputs import PageLanguage, ThemeButton
from viz.session import dark_context, use_view
from viz.texts import LANGUAGES


@solara.component
def Layout(children: list[Any] = []) -> None:  # noqa: B006 - the signature Solara asks for
    """Header with language and theme, the page, footer."""
    view, _, t, go = use_view()
    dark, set_dark = solara.use_state(False)
    dark_context.provide(dark)
    with tag("div", css="pk-app"):
        PageLanguage(language=view.language)
        tag("a", t("app.skip"), css="pk-skip", href="#answer")
        with tag("header", css="pk-header"):
            with tag("div"):
                tag("strong", t("app.name"))
                tag("span", t("app.tagline"), css="pk-tagline")
            with tag("nav", css="pk-switches", aria_label=t("app.language_menu")):
                for language in LANGUAGES:
                    solara.Button(
                        t(f"language.{language}"),
                        on_click=lambda language=language: go(replace(view, language=language)),
                        text=True,
                        small=True,
                        classes=["pk-language"],
                        attributes={
                            "lang": language,
                            "aria-current": "true" if language == view.language else "false",
                        },
                    )
                ThemeButton(dark=dark, on_dark=set_dark, to_dark=t("app.to_dark"), to_light=t("app.to_light"))
        for child in children:
            solara.display(child)
        with tag("footer", css="pk-footer"):
            tag("p", t("app.footer"))


routes = [
    solara.Route("/", component=compare.Page, layout=Layout),
    solara.Route("compare", component=compare.Page, layout=Layout),
]
