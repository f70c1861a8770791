"""call_soon_threadsafe() from the loop's own thread queues like call_soon()."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    loop.call_soon(trace, 'soon 1')
    loop.call_soon_threadsafe(trace, 'threadsafe 1')
    loop.call_soon(trace, 'soon 2')
    cancelled = loop.call_soon_threadsafe(trace, 'never')
    loop.call_soon_threadsafe(loop.call_soon, trace, 'nested')
    cancelled.cancel()
    trace('scheduled', cancelled.cancelled())
    await asyncio.sleep(0)
    trace('one turn later')
    await asyncio.sleep(0)
    trace('two turns later')
