"""The network for other people's tools: NetworkX graphs of a world or of one client's surroundings, and files of them.

Large networks stay where they are quick, in columns; a graph is for looking at a few thousand nodes at most. NetworkX
is imported when a graph is asked for, so that a run does not pay for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.clients import MONTHS_A_YEAR
from agents.tables import Array, Column, Table

if TYPE_CHECKING:
    import networkx as nx

    from agents.rules import Mask
    from model.network import Network
    from model.reintegration import ReintegrationModel

#: nodes in a graph unless someone asks for more
MOST = 5000


def age_at_release(clients: Table) -> Array:
    """Age at the latest release in whole years, shape (rows,)."""
    return np.asarray((clients.release_month - clients.birth_month) // MONTHS_A_YEAR)


#: what is written on a node of each kind beside kind, office and replicate: a column, or a function of the table
READABLE: Mapping[str, tuple[str | Callable[[Table], Array], ...]] = {
    "clients": (age_at_release, "female", "offence", "status", "work", "confidence", "perceived_stigma", "village"),
    "families": ("acceptance", "means", "village"),
    "members": ("competence", "certified", "motivation", "load", "group"),
    "employers": ("sector", "willingness", "image_concern", "village"),
    "villages": ("distance_km", "stigma"),
}


def to_networkx(model: ReintegrationModel, layers: Sequence[str] | None = None, most: int = MOST) -> nx.MultiGraph[str]:
    """The social network as a NetworkX graph.

    Args:
        model: whose network.
        layers: layers of ties to take, all without it; nodes are the active rows of the tables that they join.
        most: largest number of nodes.

    Returns:
        Nodes ``"clients:17"`` (kind and row) with ``kind``, ``office``, ``replicate`` and the :data:`READABLE` columns
        of the kind; edges keyed by layer, with attribute ``layer``. Who is tied twice in a layer has one edge in it.

    Raises:
        ValueError: there is no such layer, or there are more nodes than ``most``.
    """
    return of_network(model.network, layers, most)


def of_network(network: Network, layers: Sequence[str] | None = None, most: int = MOST) -> nx.MultiGraph[str]:
    """:func:`to_networkx` of a network."""
    ends = Ends(network, layers)
    return _build(ends, ends.present(), most)


def ego(model: ReintegrationModel, client_row: int, radius: int = 1, most: int = MOST) -> nx.MultiGraph[str]:
    """Everybody within ``radius`` ties of one client over all layers, and all ties among them.

    Args:
        model: whose network.
        client_row: row of the client.
        radius: ties from the client, 0 or more.
        most: largest number of nodes.

    Returns:
        As :func:`to_networkx`, but made without the rest of the world, however large that is.

    Raises:
        ValueError: there is no such client, the client takes no part in the month, ``radius`` is negative, or there are
            more nodes than ``most``.
    """
    network = model.network
    network.tables["clients"].check_row(client_row)
    if not network.present("clients")[client_row]:
        raise ValueError(f"clients: row {client_row} is not released yet or no longer followed, and has no ties")
    if radius < 0:
        raise ValueError(f"radius = {radius}: allowed are 0 and more")
    ends = Ends(network)
    near = np.zeros(ends.size, dtype=np.bool_)
    near[ends.first["clients"] + client_row] = True
    for _ in range(radius):
        reached = near[ends.left] | near[ends.right]
        near[ends.left[reached]] = near[ends.right[reached]] = True
    return _build(ends, near, most)


def write(graph: nx.MultiGraph[str], path: str | Path) -> None:
    """Write a graph to a file, with all attributes: ``.graphml`` (GraphML) or ``.gexf`` (GEXF, as Gephi reads it).

    Raises:
        ValueError: the name ends otherwise.
    """
    import networkx as nx

    writers = {".graphml": nx.write_graphml, ".gexf": nx.write_gexf}
    suffix = Path(path).suffix.lower()
    if suffix not in writers:
        raise ValueError(f"{path}: a graph is written to a file that ends in {' or '.join(writers)}, not {suffix!r}")
    writers[suffix](graph, path)


class Ends:
    """Ties of some layers as pairs of numbers, the rows of all tables that they join being numbered through.

    Args:
        network: whose ties.
        layers: names of layers, all without it.

    Attributes:
        kinds: names of the tables joined, in the order of their numbers.
        first: by table, the number of its row 0.
        size: how many numbers there are.
        left, right: the two ends of each tie, shape (ties,).
        layer: name of the layer of each tie, shape (ties,).

    Raises:
        ValueError: there is no such layer.
    """

    def __init__(self, network: Network, layers: Sequence[str] | None = None) -> None:
        wanted = network.layers if layers is None else tuple(layers)
        if unknown := [layer for layer in wanted if layer not in network.layers]:
            raise ValueError(f"no layer {unknown[0]!r}; layers are {', '.join(network.layers)}")
        found = [(layer, *each) for layer in dict.fromkeys(wanted) for each in network.ties(layer)]
        joined = {kind for _, kind, _, other, _ in found for kind in (kind, other)}
        self.network = network
        self.kinds = tuple(kind for kind in network.tables if kind in joined)
        sizes = [len(network.tables[kind]) for kind in self.kinds]
        self.first = dict(zip(self.kinds, (np.cumsum(sizes) - sizes).tolist(), strict=True))
        self.size = sum(sizes)
        self.left = self._number([(kind, rows) for _, kind, rows, _, _ in found])
        self.right = self._number([(kind, rows) for _, _, _, kind, rows in found])
        self.layer = np.repeat(
            np.array([layer for layer, *_ in found], dtype=np.object_), [len(each[2]) for each in found]
        )

    def _number(self, ends: Iterable[tuple[str, Array]]) -> NDArray[np.int64]:
        numbered = [rows.astype(np.int64) + self.first[kind] for kind, rows in ends]
        return np.concatenate(numbered) if numbered else np.empty(0, dtype=np.int64)

    def present(self) -> Mask:
        """Which numbers are active rows, shape (size,)."""
        present = np.zeros(self.size, dtype=np.bool_)
        for kind, first in self.first.items():
            present[first : first + len(self.network.tables[kind])] = self.network.present(kind)
        return present

    def rows(self, kind: str, among: Mask) -> NDArray[np.intp]:
        """Row numbers of one table among the numbers marked, shape (size,)."""
        first = self.first[kind]
        return np.flatnonzero(among[first : first + len(self.network.tables[kind])])


def _build(ends: Ends, nodes: Mask, most: int) -> nx.MultiGraph[str]:
    """The graph of the marked nodes and the ties among them."""
    import networkx as nx

    count = int(np.count_nonzero(nodes))
    if count > most:
        raise ValueError(
            f"{count} nodes, at most {most} make a graph: take fewer layers, one client's surroundings "
            "(model.graph.ego), a smaller office, or a larger most="
        )
    graph = nx.MultiGraph()
    names = np.full(ends.size, "", dtype=np.object_)
    for kind in ends.kinds:
        rows = ends.rows(kind, nodes)
        of_kind = [f"{kind}:{row}" for row in rows.tolist()]
        names[ends.first[kind] + rows] = of_kind
        graph.add_nodes_from(zip(of_kind, _attributes(ends.network, kind, rows), strict=True))
    among = nodes[ends.left] & nodes[ends.right]
    for left, right, layer in zip(names[ends.left[among]], names[ends.right[among]], ends.layer[among], strict=True):
        graph.add_edge(left, right, key=layer, layer=layer)
    return graph


def _attributes(network: Network, kind: str, rows: NDArray[np.intp]) -> list[dict[str, Any]]:
    """What is written on the nodes of some rows: text, numbers, yes or no, as every file format holds them."""
    table, offices = network.tables[kind], network.tables["offices"]
    office = table.office[rows]
    columns: dict[str, list[Any]] = {
        "kind": [kind] * len(rows),
        "office": [network.office_names[number] for number in offices.specification[office].tolist()],
        "replicate": offices.replicate[office].tolist(),
    }
    for each in READABLE.get(kind, ()):
        if isinstance(each, str):
            columns[each] = _readable(table.columns[each], getattr(table, each)[rows])
        else:
            columns[each.__name__] = each(table)[rows].tolist()
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _readable(column: Column, values: Array) -> list[Any]:
    """Values of a column: codes as their names, references as the node they point to (``"none"`` for nobody)."""
    if column.labels is not None:
        return [column.labels(value).name.lower() for value in values.tolist()]
    if column.refers_to is not None:
        return [f"{column.refers_to}:{value}" if value >= 0 else "none" for value in values.tolist()]
    return list(values.tolist())
