"""Callbacks and the steps of tasks share one queue."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def worker(name):
        for step in range(3):
            trace(name, step)
            loop.call_soon(trace, 'callback of', name, step)
            await asyncio.sleep(0)
        trace(name, 'done')

    loop.call_soon(trace, 'before the tasks')
    first = asyncio.create_task(worker('a'))
    loop.call_soon(trace, 'between the tasks')
    second = asyncio.create_task(worker('b'))
    loop.call_soon(trace, 'after the tasks')
    trace('main waits')
    await first
    trace('main has a')
    await second
    trace('main has b')
