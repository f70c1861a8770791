"""A cancel from outside within a limit stays a cancel, also when both come in one iteration."""
import asyncio

TICK = 1 / 64


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(ticks):
        try:
            async with asyncio.timeout(ticks * TICK) as limit:
                await loop.create_future()
        except BaseException as error:
            trace('child', error, limit.expired(), asyncio.current_task().cancelling())
            raise

    async def attempt(name, ticks, cancel_at, first):
        deadline = loop.time() + cancel_at * TICK
        if first:
            loop.call_at(deadline, lambda: task.cancel(name))
        task = asyncio.create_task(child(ticks))
        await asyncio.sleep(0)
        if not first:
            loop.call_at(deadline, lambda: task.cancel(name))
        try:
            await task
        except (asyncio.CancelledError, TimeoutError) as error:
            trace(name, error, task.cancelled(), task.cancelling())

    await attempt('cancel long before', 5, 1, True)
    await attempt('time-out long before', 1, 5, True)
    await attempt('cancel first', 2, 2, True)
    await attempt('time-out first', 2, 2, False)
