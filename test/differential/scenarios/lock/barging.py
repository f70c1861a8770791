"""A task that comes later does not take a lock that was released for a waiter."""
import asyncio


async def main(trace):
    lock = asyncio.Lock()

    async def user(name):
        async with lock:
            trace(name)

    await lock.acquire()
    first = asyncio.create_task(user('first'))
    await asyncio.sleep(0)
    lock.release()
    trace(lock.locked())
    await lock.acquire()
    trace('main')
    lock.release()
    await first
