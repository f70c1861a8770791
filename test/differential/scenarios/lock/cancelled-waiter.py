"""A waiter that is cancelled leaves the line; one that is cancelled when it was woken wakes the next."""
import asyncio


async def main(trace):
    for turns in (0, 1, 2):
        lock = asyncio.Lock()

        async def user(name):
            try:
                await lock.acquire()
            except asyncio.CancelledError as error:
                trace(name, error, lock.locked())
                raise
            trace(name, 'has')
            try:
                await asyncio.sleep(0)
            finally:
                lock.release()

        await lock.acquire()
        tasks = [asyncio.create_task(user(name)) for name in 'abc']
        await asyncio.sleep(0)
        lock.release()
        for _ in range(turns):
            await asyncio.sleep(0)
        trace('cancels', tasks[0].cancel('enough'))
        results = await asyncio.gather(*tasks, return_exceptions=True)
        trace([trace.kind(result) if result else None for result in results], lock.locked())
