"""The methods that do not wait."""
import asyncio


async def main(trace):
    for queue in (asyncio.Queue(1), asyncio.LifoQueue(1), asyncio.PriorityQueue(1)):
        try:
            queue.get_nowait()
        except asyncio.QueueEmpty as error:
            trace(trace.kind(error))
        queue.put_nowait(1)
        try:
            queue.put_nowait(2)
        except asyncio.QueueFull as error:
            trace(trace.kind(error))
        trace(queue.qsize(), queue.full(), queue.empty(), queue.maxsize)
    trace(asyncio.Queue().full(), asyncio.Queue(-3).full())
