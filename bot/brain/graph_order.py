"""The graph of pipeline and policies is put in order once, and then run straight through.

Rasa hands its graph to dask at every message and every prediction: dask works out the order anew,
and runs each node through a queue made for many workers, of which there is one.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

_orders: "WeakKeyDictionary[Any, dict[tuple[str, ...], tuple[str, ...]]]" = WeakKeyDictionary()


def order_once() -> None:
    """Let Rasa's graph runner go through the nodes in an order that it remembers."""
    from rasa.engine.runner.dask import DaskGraphRunner  # noqa: PLC0415

    DaskGraphRunner.run = _run


def _run(
    runner: Any, inputs: Mapping[str, Any] | None = None, targets: list[str] | None = None
) -> dict[str, Any]:
    """Run the nodes that the targets need; returns the targets' outputs by name."""
    from rasa.engine.exceptions import GraphRunError  # noqa: PLC0415

    wanted = tuple(targets or runner._graph_schema.target_names)
    given = dict(inputs or {})
    order = _order(runner, wanted)
    for name in given.values():
        if isinstance(name, str) and name in order:
            raise GraphRunError(f"The input value {name!r} is also the name of a node.")
    done: dict[str, Any] = {name: (name, value) for name, value in given.items()}
    nodes, schema = runner._instantiated_nodes, runner._graph_schema.nodes
    try:
        for name in order:
            if name not in done:
                needs = schema[name].needs.values()
                # A node that gets a name where it needs an output says what is missing.
                done[name] = nodes[name](*(done.get(need, need) for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(done[name] for name in wanted)


def _order(runner: Any, targets: tuple[str, ...]) -> tuple[str, ...]:
    known = _orders.setdefault(runner, {})
    if targets not in known:
        nodes = runner._graph_schema.nodes
        found = (name for target in targets for name in _before(target, nodes))
        known[targets] = tuple(dict.fromkeys(found))
    return known[targets]


def _before(name: str, nodes: Mapping[str, Any]) -> Iterator[str]:
    """Yield a node after all that it needs; inputs are no nodes."""
    if name not in nodes:
        return
    for need in nodes[name].needs.values():
        yield from _before(need, nodes)
    yield name
