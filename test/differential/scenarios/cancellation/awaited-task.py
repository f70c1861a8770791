"""Awaiting a task that a third one cancels raises in the awaiter without cancelling it."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def victim():
        await loop.create_future()

    async def awaiter():
        try:
            await target
        except asyncio.CancelledError as error:
            trace('awaiter', error, asyncio.current_task().cancelling())
        await asyncio.sleep(0)
        return 'awaiter goes on'

    target = asyncio.create_task(victim())
    waiting = asyncio.create_task(awaiter())
    await asyncio.sleep(0)
    target.cancel('by a third')
    trace(await waiting)
    trace(target.cancelled(), waiting.cancelled())
