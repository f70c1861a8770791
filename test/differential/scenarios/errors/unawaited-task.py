"""The error of a task that was not awaited yet is kept until it is asked for."""
import asyncio


async def main(trace):
    async def fail(name):
        await asyncio.sleep(0)
        raise ValueError(name)

    task = asyncio.create_task(fail('later'))
    for turn in range(4):
        trace('turn', turn, task.done())
        await asyncio.sleep(0)
    trace(task.exception())
    try:
        task.result()
    except ValueError as error:
        trace('result', error)
    try:
        await task
    except ValueError as error:
        trace('awaited', error)
