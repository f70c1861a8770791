"""Cancelling gather() cancels every child that is not done; the outcome waits for all of them."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name, cleanup):
        try:
            await loop.create_future()
        except asyncio.CancelledError as error:
            trace(name, error)
            for _ in range(cleanup):
                await asyncio.sleep(0)
            trace(name, 'cleaned up')
            raise

    async def parent(return_exceptions):
        try:
            trace(await asyncio.gather(quick, child('a', 0), child('b', 2), return_exceptions=return_exceptions))
        except asyncio.CancelledError as error:
            trace('parent', error, asyncio.current_task().cancelling())
            raise

    async def short():
        return 'short'

    for return_exceptions in (False, True):
        quick = asyncio.create_task(short())
        task = asyncio.create_task(parent(return_exceptions))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        trace('cancel', task.cancel('from outside'), task.cancelling())
        for turn in range(6):
            trace('turn', turn, task.done())
            await asyncio.sleep(0)
        trace(task.cancelled())
