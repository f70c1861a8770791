"""A group waits at its end for all its tasks; those of a later moment too."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name, turns):
        for _ in range(turns):
            await asyncio.sleep(0)
        trace(name, 'ends')
        return name

    async def breeder(group):
        await asyncio.sleep(0)
        group.create_task(child('born late', 3))
        trace('breeder ends')

    for turn in range(8):
        loop.call_soon(trace, 'queued', turn)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(child('first', 2), name='the first')
        second = group.create_task(child('second', 0))
        group.create_task(breeder(group))
        trace('body ends', first.get_name())
    trace('group ends', first.result(), second.result())
    async with asyncio.TaskGroup():
        loop.call_soon(trace, 'soon')
        trace('empty body')
    trace('empty group ends')
    await asyncio.sleep(0)
