"""One future given several times runs once and fills every place."""
import asyncio


async def main(trace):
    async def child(name):
        trace(name, 'runs')
        await asyncio.sleep(0)
        return name

    task = asyncio.create_task(child('task'))
    trace(await asyncio.gather(task, child('other'), task, task))
