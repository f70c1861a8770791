"""A waiter cancelled when it was woken gives what it got to the next."""
import asyncio


async def main(trace):
    for turns in (0, 1):
        for bounded in (False, True):
            semaphore = (asyncio.BoundedSemaphore if bounded else asyncio.Semaphore)(1)

            async def user(name):
                await semaphore.acquire()
                trace(name, 'has')
                try:
                    await asyncio.sleep(0)
                finally:
                    semaphore.release()

            await semaphore.acquire()
            tasks = [asyncio.create_task(user(name)) for name in 'abc']
            await asyncio.sleep(0)
            tasks[1].cancel()
            semaphore.release()
            for _ in range(turns):
                await asyncio.sleep(0)
            tasks[0].cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            trace([trace.kind(result) if result else None for result in results], semaphore.locked())
