"""gather() returns results in the order of its arguments, whatever finishes first."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name, turns):
        for turn in range(turns):
            trace(name, turn)
            await asyncio.sleep(0)
        return name

    future = loop.create_future()
    future.set_result('future')
    task = asyncio.create_task(child('task', 2))
    for turn in range(7):
        loop.call_soon(trace, 'queued', turn)
    trace(await asyncio.gather(child('a', 3), child('b', 0), task, future, child('c', 1)))
    loop.call_soon(trace, 'after')
    trace(await asyncio.gather(future, task))
    await asyncio.sleep(0)
