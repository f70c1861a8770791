"""A task that swallows its cancellation goes on and finishes with a value."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def stubborn():
        for attempt in range(3):
            try:
                await loop.create_future()
            except asyncio.CancelledError as error:
                trace('swallowed', attempt, error, asyncio.current_task().cancelling())
        await asyncio.sleep(0)
        return 'finished anyway'

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    for attempt in range(3):
        trace('cancel', task.cancel(f'attempt {attempt}'))
        await asyncio.sleep(0)
        trace('a turn later', task.done())
    trace(await task, task.cancelled(), task.cancelling())
