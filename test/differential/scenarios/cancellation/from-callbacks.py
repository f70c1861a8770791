"""Cancels that come from plain callbacks, from done callbacks and from timers."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name):
        try:
            await loop.create_future()
        except asyncio.CancelledError as error:
            trace(name, error)
            raise

    soon = asyncio.create_task(child('soon'))
    chained = asyncio.create_task(child('chained'))
    timed = asyncio.create_task(child('timed'))
    soon.add_done_callback(lambda done: trace('chained', chained.cancel('by the callback of soon')))
    loop.call_soon(soon.cancel, 'by call_soon')
    loop.call_later(0, timed.cancel, 'by a timer')
    for turn in range(5):
        loop.call_soon(trace, 'turn', turn)
        await asyncio.sleep(0)
    trace([task.cancelled() for task in (soon, chained, timed)])
