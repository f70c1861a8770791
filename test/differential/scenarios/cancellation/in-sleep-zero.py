"""A task cancelled while it only gave up its turn is cancelled at that very wake-up."""
import asyncio


async def main(trace):
    async def child(name):
        for turn in range(5):
            trace(name, turn)
            try:
                await asyncio.sleep(0)
            except asyncio.CancelledError:
                trace(name, 'cancelled in turn', turn)
                raise

    first = asyncio.create_task(child('first'))
    second = asyncio.create_task(child('second'))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    trace('cancel', first.cancel(), first.cancel())
    for task in (first, second):
        try:
            await task
            trace('finished')
        except asyncio.CancelledError:
            trace('cancelled')
