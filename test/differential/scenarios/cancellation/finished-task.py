"""Cancelling a finished task does nothing and returns False."""
import asyncio


async def main(trace):
    async def good():
        return 'kept'

    async def bad():
        raise ValueError('kept')

    tasks = [asyncio.create_task(good()), asyncio.create_task(bad())]
    await asyncio.sleep(0)
    for task in tasks:
        trace(task.cancel('late'), task.cancelled(), task.cancelling(), task.exception())
    trace(tasks[0].result())
