"""Awaiting a finished task takes no turn; a failed one raises each time."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def good():
        return 'good'

    async def bad():
        raise ValueError('bad')

    first = asyncio.create_task(good())
    second = asyncio.create_task(bad())
    await asyncio.sleep(0)
    trace('done', first.done(), second.done(), second.exception())
    loop.call_soon(trace, 'soon')
    for _ in range(2):
        trace(await first)
        try:
            await second
        except ValueError as error:
            trace(error)
    trace('no turn so far')
    await asyncio.sleep(0)
