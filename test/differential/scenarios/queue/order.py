"""Producers wait for room and consumers for items, first come, first served."""
import asyncio


async def main(trace):
    queue = asyncio.Queue(maxsize=2)

    async def producer(name):
        for number in range(3):
            await queue.put(f'{name}{number}')
            trace('put', f'{name}{number}', queue.qsize(), queue.full())

    async def consumer(name, count):
        for _ in range(count):
            trace(name, 'got', await queue.get(), queue.empty())

    await asyncio.gather(producer('a'), producer('b'), consumer('x', 2), consumer('y', 4))
    trace(queue.qsize(), queue.maxsize)
