"""Getters and putters of a full queue, one of whom is cancelled in each of the turns in which they are woken."""
import asyncio


async def main(trace):
    for victim, turns in [(victim, turns) for victim in range(6) for turns in range(4)]:
        queue = asyncio.Queue(maxsize=1)
        queue.put_nowait('first')
        taken = []

        async def putter(name):
            await queue.put(name)
            trace(name, 'has put')

        async def getter():
            taken.append(await queue.get())

        tasks = [asyncio.create_task(putter(name)) for name in 'abc']
        await asyncio.sleep(0)
        tasks += [asyncio.create_task(getter()) for _ in range(3)]
        for _ in range(turns):
            await asyncio.sleep(0)
        trace(victim, turns, tasks[victim].cancel())
        for _ in range(8):
            await asyncio.sleep(0)
        trace(taken, queue.qsize(), [task.done() for task in tasks])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
