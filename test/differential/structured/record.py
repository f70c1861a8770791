"""Runs the scenarios under trio and under anyio on asyncio, and prints their notes as JSON: their versions, and {library: {scenario: notes}}."""

import importlib.metadata
import json
import sys

import anyio
import scopes  # noqa: F401
import trio
import waits  # noqa: F401
from libraries import ON_ASYNCIO, SCENARIOS, Anyio, Trio


def traces(x, scenarios, run):
    found = {}
    for name, function in scenarios.items():
        notes = []
        try:
            run(function, x, notes.append)
        except BaseException as error:
            notes.append(f"fails with {type(error).__name__}: {error}")
        found[name] = notes
    return found


def on_asyncio(function, *args):
    anyio.run(function, *args, backend="asyncio")


json.dump(
    {
        "versions": {name: importlib.metadata.version(name) for name in ("trio", "anyio")},
        "trio": traces(Trio(), SCENARIOS, trio.run),
        "anyio": traces(Anyio(), SCENARIOS | ON_ASYNCIO, on_asyncio),
    },
    sys.stdout,
    indent=2,
)
