"""Several waiters of a semaphore are cancelled in each of the turns in which they are woken."""
import asyncio


async def main(trace):
    for turns in range(4):
        for victims in ((0,), (1,), (0, 1), (0, 2), (1, 0)):
            semaphore = asyncio.Semaphore(2)

            async def user(name):
                try:
                    async with semaphore:
                        trace(name, 'has', semaphore.locked())
                        await asyncio.sleep(0)
                except asyncio.CancelledError:
                    trace(name, 'cancelled', semaphore.locked())
                    raise

            await semaphore.acquire()
            await semaphore.acquire()
            tasks = [asyncio.create_task(user(name)) for name in 'abcd']
            await asyncio.sleep(0)
            semaphore.release()
            semaphore.release()
            for _ in range(turns):
                await asyncio.sleep(0)
            trace(turns, list(victims), [tasks[victim].cancel() for victim in victims])
            await asyncio.gather(*tasks, return_exceptions=True)
            trace(semaphore.locked(), [task.cancelled() for task in tasks])
