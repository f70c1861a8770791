"""A limit that is already over cancels at the first wait; a body that never waits gets through."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def attempt(name, limit, body):
        loop.call_soon(trace, 'queued before', name)
        try:
            async with limit:
                loop.call_soon(trace, 'queued inside', name)
                await body()
                trace(name, 'body ends')
        except TimeoutError as error:
            trace(name, error)
        trace(name, limit.expired(), asyncio.current_task().cancelling())

    async def waits():
        await asyncio.sleep(0)
        trace('first turn')
        await asyncio.sleep(0)
        trace('second turn')
        await asyncio.sleep(0)
        trace('third turn')

    async def does_not_wait():
        trace('no wait')

    await attempt('nought', asyncio.timeout(0), waits)
    await attempt('negative', asyncio.timeout(-1), waits)
    await attempt('past', asyncio.timeout_at(loop.time() - 1), waits)
    await attempt('no wait', asyncio.timeout(0), does_not_wait)
    await asyncio.sleep(0)
    trace('end')
