"""A limit can be moved later, earlier, to the past and to never while it runs, and not afterwards."""
import asyncio

TICK = 1 / 64


async def main(trace):
    loop = asyncio.get_running_loop()
    start = loop.time()

    def now():
        return round((loop.time() - start) / TICK)

    async def attempt(name, initial, new):
        base = loop.time()
        limit = asyncio.timeout_at(None if initial is None else base + initial * TICK)
        try:
            async with limit:
                await asyncio.sleep(TICK)
                limit.reschedule(None if new is None else base + new * TICK)
                trace(name, None if limit.when() is None else round((limit.when() - base) / TICK))
                await asyncio.sleep(3 * TICK)
                trace(name, 'body ends')
        except TimeoutError as error:
            trace(name, error)
        trace(name, limit.expired(), now())
        try:
            limit.reschedule(loop.time() + 9)
        except RuntimeError as error:
            trace(name, trace.kind(error))

    await attempt('later', 2, 9)
    await attempt('earlier', 9, 2)
    await attempt('past', 9, 0)
    await attempt('never', 2, None)
    await attempt('at last', None, 2)
