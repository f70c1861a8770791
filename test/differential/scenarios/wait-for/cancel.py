"""Cancelling a wait_for() cancels what it waits for, and waits for that to end."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(cleanup):
        try:
            await loop.create_future()
        except asyncio.CancelledError as error:
            trace('child', error)
            for _ in range(cleanup):
                await asyncio.sleep(0)
            trace('child cleaned up')
            raise

    for cleanup in (0, 2):
        inner = asyncio.create_task(child(cleanup))
        task = asyncio.create_task(asyncio.wait_for(inner, 100))
        await asyncio.sleep(0)
        task.cancel('from outside')
        for turn in range(6):
            trace('turn', turn, inner.done(), task.done())
            await asyncio.sleep(0)
        trace(inner.cancelled(), task.cancelled())
