"""The longest waiter goes next; as many at once as the value."""
import asyncio


async def main(trace):
    semaphore = asyncio.Semaphore(2)

    async def user(name, turns):
        async with semaphore:
            trace(name, 'in', semaphore.locked())
            for _ in range(turns):
                await asyncio.sleep(0)
            trace(name, 'out')

    await asyncio.gather(*(user(name, turns) for name, turns in (('a', 3), ('b', 1), ('c', 1), ('d', 0), ('e', 2))))
    trace(semaphore.locked())
