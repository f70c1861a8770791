"""A gathered wait that is out of time ends with TimeoutError: what is thrown decides, not the state of the future."""
import asyncio

TICK = 1 / 64


async def main(trace):
    loop = asyncio.get_running_loop()

    async def attempt(name, awaitable, ticks):
        try:
            trace(name, await asyncio.wait_for(awaitable, ticks * TICK))
        except (asyncio.TimeoutError, asyncio.CancelledError) as error:
            trace(name, error, trace.kind(error.__cause__) if error.__cause__ else None)

    def sleepers():
        return asyncio.gather(asyncio.sleep(5), asyncio.sleep(5))

    await attempt('timed', sleepers(), 2)
    await attempt('at once', sleepers(), 0)
    await attempt('nested', asyncio.gather(sleepers()), 2)
    await attempt('shielded', asyncio.shield(sleepers()), 2)
    failed = loop.create_future()
    failed.set_exception(asyncio.CancelledError('by hand'))
    await attempt('failed with a cancel', failed, 0)
    late = loop.create_future()
    loop.call_later(TICK, late.set_exception, asyncio.CancelledError('by hand, later'))
    await attempt('fails with a cancel', late, 2)

    async def waits():
        await asyncio.wait_for(sleepers(), 5)

    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel('from outside')
    try:
        await task
    except asyncio.CancelledError as error:
        trace('cancelled', error)
