"""The order of the three kinds of queues."""
import asyncio


async def main(trace):
    items = [[3, 'c'], [1, 'z'], [2, 'b'], [1, 'a'], [0, 'x'], [3, 'a']]
    for kind in (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue):
        queue = kind()
        for item in items:
            await queue.put(item)
        trace([await queue.get() for _ in items])
