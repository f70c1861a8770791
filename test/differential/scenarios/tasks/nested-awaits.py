"""Awaiting a coroutine runs it in place: three levels deep and no turn taken, but where the innermost waits."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def level(depth, wait):
        trace('enter', depth)
        if depth > 0:
            total = await level(depth - 1, wait) + 1
        else:
            total = await leaf(wait)
        trace('leave', depth)
        return total

    async def leaf(wait):
        if wait:
            await asyncio.sleep(0)
        return 0

    loop.call_soon(trace, 'soon 1')
    trace('without waiting', await level(3, False))
    loop.call_soon(trace, 'soon 2')
    trace('waiting', await level(3, True))
    loop.call_soon(trace, 'soon 3')
    other = asyncio.create_task(level(2, True))
    trace('waiting again', await level(3, True))
    trace('other', await other)
