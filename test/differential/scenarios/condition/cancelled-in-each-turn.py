"""The only waiter of a condition is cancelled in each of the turns in which it is notified, and gets its lock back."""
import asyncio


async def main(trace):
    for turns in range(5):
        condition = asyncio.Condition()

        async def waiter():
            async with condition:
                try:
                    trace('notified', await condition.wait())
                except asyncio.CancelledError:
                    trace('cancelled', condition.locked())
                    raise
                finally:
                    await asyncio.sleep(0)

        async def other():
            async with condition:
                trace('other has the lock')
                await asyncio.sleep(0)
                await asyncio.sleep(0)

        task = asyncio.create_task(waiter())
        await asyncio.sleep(0)
        async with condition:
            condition.notify()
            rival = asyncio.create_task(other())
            await asyncio.sleep(0)
        for _ in range(turns):
            await asyncio.sleep(0)
        trace(turns, task.cancel())
        await asyncio.wait([task, rival])
        trace(task.cancelled(), condition.locked())
