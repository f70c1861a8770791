"""A limit on the wait for a lock: the lock is never lost."""
import asyncio


async def main(trace):
    lock = asyncio.Lock()
    await lock.acquire()
    try:
        await asyncio.wait_for(lock.acquire(), 0.01)
    except TimeoutError as error:
        trace(error, lock.locked())
    lock.release()
    trace(lock.locked())
    await asyncio.wait_for(lock.acquire(), 5)
    trace(lock.locked())
    lock.release()
