"""What a planner writes: scenarios, their checks, the parameters, and the evidence behind them.

`load` turns a shipped name or a YAML file into a frozen, hashed `Specification`; anything wrong is one `ScenarioError`.
"""

from scenarios.errors import Place, Problem, ScenarioError
from scenarios.evidence import GRADES, Evidence
from scenarios.fields import Change, Dated, Quantity, Slug
from scenarios.grids import GRIDS, Grid, described, grid
from scenarios.levels import Ladder, Level, ladders, levels
from scenarios.loader import from_text, load, override, shipped
from scenarios.nation import NATIONAL, national
from scenarios.parameters import Parameter, parameters
from scenarios.schema import FIELDS, SUM_TO_ONE, Levers, Setting
from scenarios.sources import KINDS, RELIABILITY, VERIFIED, Source, sources
from scenarios.specification import Specification

__all__ = [
    "FIELDS",
    "GRADES",
    "GRIDS",
    "KINDS",
    "NATIONAL",
    "RELIABILITY",
    "SUM_TO_ONE",
    "VERIFIED",
    "Change",
    "Dated",
    "Evidence",
    "Grid",
    "Ladder",
    "Level",
    "Levers",
    "Parameter",
    "Place",
    "Problem",
    "Quantity",
    "ScenarioError",
    "Setting",
    "Slug",
    "Source",
    "Specification",
    "described",
    "from_text",
    "grid",
    "ladders",
    "levels",
    "load",
    "national",
    "override",
    "parameters",
    "shipped",
    "sources",
]
