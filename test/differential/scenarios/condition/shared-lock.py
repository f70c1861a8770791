"""Two conditions on one lock: a bounded buffer."""
import asyncio


async def main(trace):
    lock = asyncio.Lock()
    not_empty = asyncio.Condition(lock)
    not_full = asyncio.Condition(lock)
    buffer = []

    async def producer(name):
        for number in range(3):
            async with lock:
                await not_full.wait_for(lambda: len(buffer) < 2)
                buffer.append(f'{name}{number}')
                trace('put', buffer[-1], len(buffer))
                not_empty.notify()

    async def consumer(count):
        for _ in range(count):
            async with lock:
                await not_empty.wait_for(lambda: len(buffer) > 0)
                trace('took', buffer.pop(0))
                not_full.notify()

    await asyncio.gather(producer('a'), consumer(4), producer('b'), consumer(2))
    trace(buffer)
