"""A cancelled child is an exception of gather() like any other, and cancels no other child."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name):
        try:
            for _ in range(4):
                await asyncio.sleep(0)
        except asyncio.CancelledError as error:
            trace(name, error)
            raise
        trace(name, 'ends')
        return name

    first = asyncio.create_task(child('first'))
    second = asyncio.create_task(child('second'))
    loop.call_later(0, first.cancel, 'just this one')
    try:
        await asyncio.gather(first, second)
    except asyncio.CancelledError as error:
        trace('caught', error, asyncio.current_task().cancelling())
    trace(second.done(), await second)
