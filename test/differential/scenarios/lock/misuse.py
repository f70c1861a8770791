"""Misuse of a lock raises."""
import asyncio


async def main(trace):
    lock = asyncio.Lock()
    try:
        lock.release()
    except RuntimeError as error:
        trace(error)
    condition = asyncio.Condition(lock)
    try:
        condition.notify()
    except RuntimeError as error:
        trace(error)
    try:
        await condition.wait()
    except RuntimeError as error:
        trace(error)
    try:
        async with lock:
            raise ValueError('inside')
    except ValueError as error:
        trace(error, lock.locked())
    semaphore = asyncio.BoundedSemaphore(1)
    try:
        semaphore.release()
    except ValueError as error:
        trace(error)
    for make in (lambda: asyncio.Semaphore(-1), lambda: asyncio.Barrier(0)):
        try:
            make()
        except ValueError as error:
            trace(trace.kind(error))
