"""wait() returns when everything is done, whatever the outcome, and raises nothing."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name, turns, error=None):
        for _ in range(turns):
            await asyncio.sleep(0)
        trace(name, 'ends')
        if error:
            raise error

    tasks = [
        asyncio.create_task(child('a', 2), name='a'),
        asyncio.create_task(child('b', 1, ValueError('b')), name='b'),
        asyncio.create_task(child('c', 3), name='c'),
    ]
    tasks[2].cancel()
    loop.call_soon(trace, 'soon')
    done, pending = await asyncio.wait(tasks)
    trace(sorted(task.get_name() for task in done), len(pending))
    loop.call_soon(trace, 'soon again')
    done, pending = await asyncio.wait(tasks)
    trace('again', len(done), len(pending), tasks[1].exception())
    await asyncio.sleep(0)
