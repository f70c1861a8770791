"""A limit on get() and put(): an item is never lost."""
import asyncio


async def main(trace):
    queue = asyncio.Queue(1)
    for attempt in (lambda: queue.get(), lambda: queue.put('b')):
        try:
            trace(await asyncio.wait_for(attempt(), 0.01))
            trace('in time')
        except TimeoutError as error:
            trace(error)
        trace(queue.qsize())
        if queue.empty():
            queue.put_nowait('a')
    trace(await asyncio.wait_for(queue.get(), 1), queue.qsize())
    getter = asyncio.create_task(asyncio.wait_for(queue.get(), 1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    queue.put_nowait('c')
    trace(await getter)
