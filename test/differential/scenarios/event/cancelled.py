"""A waiter cancelled before, and right after, the event is set."""
import asyncio


async def main(trace):
    event = asyncio.Event()

    async def waiter(name):
        try:
            await event.wait()
            trace(name, 'woken')
        except asyncio.CancelledError:
            trace(name, 'cancelled', event.is_set())
            await event.wait()
            trace(name, 'woken all the same')

    a, b, c = [asyncio.create_task(waiter(name)) for name in 'abc']
    await asyncio.sleep(0)
    a.cancel()
    event.set()
    b.cancel()
    await asyncio.sleep(0)
    c.cancel()
    for task in (a, b, c):
        await asyncio.wait([task])
        trace(task.cancelled())
