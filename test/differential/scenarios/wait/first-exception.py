"""FIRST_EXCEPTION returns at an error, not at a cancellation, and at the end when nothing fails."""
import asyncio


async def main(trace):
    async def child(name, turns, error=None):
        for _ in range(turns):
            await asyncio.sleep(0)
        trace(name, 'ends')
        if error:
            raise error

    async def attempt(*tasks):
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        trace(sorted(task.get_name() for task in done), sorted(task.get_name() for task in pending))
        for task in pending:
            await task

    def make(name, turns, error=None):
        return asyncio.create_task(child(name, turns, error), name=name)

    await attempt(make('a', 1), make('b', 2, ValueError('b')), make('c', 4))
    cancelled = make('d', 3)
    cancelled.cancel()
    await attempt(cancelled, make('e', 2), make('f', 3))
    failed = make('g', 0, ValueError('g'))
    await asyncio.sleep(0)
    await attempt(failed, make('h', 2))
