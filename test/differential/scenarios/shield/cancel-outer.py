"""Cancelling the awaiter of a shield leaves the shielded task running."""
import asyncio


async def main(trace):
    async def inner():
        for turn in range(4):
            trace('inner', turn)
            await asyncio.sleep(0)
        return 'inner result'

    async def outer(task):
        try:
            trace('outer', await asyncio.shield(task))
        except asyncio.CancelledError as error:
            trace('outer', error, task.cancelled())
            raise

    task = asyncio.create_task(inner())
    shielded = asyncio.create_task(outer(task))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    trace('cancel', shielded.cancel('only the outer'))
    try:
        await shielded
    except asyncio.CancelledError as error:
        trace('main', error)
    trace('inner', await task)
