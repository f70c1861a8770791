"""Items that come in one turn go to the getters in the order in which they came."""
import asyncio


async def main(trace):
    queue = asyncio.Queue()

    async def getter(name):
        trace(name, await queue.get())

    tasks = [asyncio.create_task(getter(name)) for name in 'abc']
    await asyncio.sleep(0)
    for item in range(4):
        queue.put_nowait(item)
    trace('main', queue.get_nowait(), queue.qsize())
    await asyncio.sleep(0)
    trace('turn', [task.done() for task in tasks], queue.qsize())
    queue.put_nowait(4)
    await asyncio.gather(*tasks)
    trace(queue.qsize())
