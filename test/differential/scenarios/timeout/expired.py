"""A timeout() that expires turns its own cancellation into TimeoutError at the end of the block."""
import asyncio

TICK = 1 / 64


async def main(trace):
    loop = asyncio.get_running_loop()
    start = loop.time()

    def now():
        return round((loop.time() - start) / TICK)

    try:
        async with asyncio.timeout(2 * TICK) as limit:
            trace('entered', round((limit.when() - start) / TICK), limit.expired())
            try:
                await asyncio.sleep(9 * TICK)
            except asyncio.CancelledError as error:
                trace('inside', error, limit.expired(), asyncio.current_task().cancelling())
                raise
    except TimeoutError as error:
        trace('outside', error, limit.expired(), asyncio.current_task().cancelling(), now())

    async with asyncio.timeout(5 * TICK) as limit:
        await asyncio.sleep(TICK)
        trace('in time')
    trace(limit.expired(), now())

    async with asyncio.timeout(None) as limit:
        trace('no limit', limit.when())
        await asyncio.sleep(0)

    try:
        async with asyncio.timeout(5 * TICK) as limit:
            raise ValueError('own error')
    except ValueError as error:
        trace(error, limit.expired())
    await asyncio.sleep(9 * TICK)
    trace('no late cancellation', now())
