"""A wait() that runs out of time returns what is done, and cancels nothing."""
import asyncio

TICK = 1 / 64


async def main(trace):
    async def child(name, ticks):
        await asyncio.sleep(ticks * TICK)
        trace(name, 'ends')
        return name

    tasks = [asyncio.create_task(child('a', 1), name='a'), asyncio.create_task(child('b', 5), name='b')]
    done, pending = await asyncio.wait(tasks, timeout=3 * TICK)
    trace([task.get_name() for task in done], [task.get_name() for task in pending], [t.cancelled() for t in pending])
    done, pending = await asyncio.wait(tasks, timeout=0)
    trace('nought', len(done), len(pending))
    done, pending = await asyncio.wait(tasks, timeout=None)
    trace('no limit', len(done), len(pending))
    done, pending = await asyncio.wait(tasks, timeout=0)
    trace('all done', len(done), len(pending))
