"""When the time is up the inner task is cancelled and awaited before TimeoutError is raised."""
import asyncio

TICK = 1 / 64


async def main(trace):
    loop = asyncio.get_running_loop()
    start = loop.time()

    def now():
        return round((loop.time() - start) / TICK)

    async def child(name, ticks, cleanup):
        try:
            await asyncio.sleep(ticks * TICK)
            return name
        except asyncio.CancelledError as error:
            trace(name, error, now())
            await asyncio.sleep(cleanup * TICK)
            trace(name, 'cleaned up', now())
            raise

    trace('in time', await asyncio.wait_for(child('quick', 1, 0), 3 * TICK), now())
    try:
        await asyncio.wait_for(child('slow', 9, 2), 3 * TICK)
    except asyncio.TimeoutError as error:
        trace('too late', error, now())
    future = loop.create_future()
    try:
        await asyncio.wait_for(future, TICK)
    except asyncio.TimeoutError as error:
        trace('future', error, future.cancelled(), now())
