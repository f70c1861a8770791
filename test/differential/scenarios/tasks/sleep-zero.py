"""Many tasks that give up their turn go round in the order in which they came."""
import asyncio


async def main(trace):
    async def worker(name, turns):
        for turn in range(turns):
            trace(name, turn)
            await asyncio.sleep(0)
        if name == 1:
            late = asyncio.create_task(worker('late', 2))
            await late
        return name

    tasks = [asyncio.create_task(worker(number, number % 4)) for number in range(10)]
    for _ in range(3):
        trace('main')
        await asyncio.sleep(0)
    for task in tasks:
        trace('finished', await task)
