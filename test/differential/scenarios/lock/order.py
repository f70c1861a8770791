"""The task that has waited longest gets the lock next; no task overtakes."""
import asyncio


async def main(trace):
    lock = asyncio.Lock()

    async def user(name, turns):
        trace(name, 'wants')
        await lock.acquire()
        trace(name, 'has')
        for _ in range(turns):
            await asyncio.sleep(0)
        lock.release()
        trace(name, 'gave back', lock.locked())

    users = [asyncio.create_task(user(name, turns)) for name, turns in (('a', 2), ('b', 0), ('c', 1), ('d', 0))]
    await asyncio.sleep(0)
    own = asyncio.create_task(user('main', 0))
    await asyncio.gather(*users, own)
