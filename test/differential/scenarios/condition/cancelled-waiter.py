"""A waiter that is cancelled takes the lock before it goes, however often it is cancelled."""
import asyncio


async def main(trace):
    condition = asyncio.Condition()

    async def waiter():
        async with condition:
            try:
                await condition.wait()
            except asyncio.CancelledError:
                trace('cancelled', condition.locked())
                raise

    task = asyncio.create_task(waiter())
    await asyncio.sleep(0)
    await condition.acquire()
    task.cancel()
    for _ in range(3):
        await asyncio.sleep(0)
        trace('still waits for the lock', task.done())
    task.cancel()
    await asyncio.sleep(0)
    condition.release()
    await asyncio.wait([task])
    trace(task.cancelled(), condition.locked(), task.cancelling())
