"""as_completed() yields in the order of completion, errors included."""
import asyncio


async def main(trace):
    async def child(name, turns, error=None):
        for _ in range(turns):
            await asyncio.sleep(0)
        trace(name, 'ends')
        if error:
            raise error
        return name

    # A task a child: CPython makes tasks of bare coroutines in the order of a set.
    tasks = [
        asyncio.create_task(child(name, turns, error))
        for name, turns, error in [('a', 3, None), ('b', 1, None), ('c', 2, ValueError('c')), ('d', 6, None), ('e', 1, None)]
    ]
    for following in asyncio.as_completed(tasks):
        try:
            trace('got', await following)
        except ValueError as error:
            trace('got', error)
