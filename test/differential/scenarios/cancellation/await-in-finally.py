"""Waiting in a finally block during cancellation: undisturbed, disturbed by a second cancel, and with an error."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def cleanup(name, fail):
        trace(name, 'cleanup begins')
        try:
            for _ in range(3):
                await asyncio.sleep(0)
        except asyncio.CancelledError as error:
            trace(name, 'cleanup disturbed', error)
            raise
        trace(name, 'cleanup ends')
        if fail:
            raise ValueError('cleanup failed')

    async def child(name, fail=False):
        try:
            await loop.create_future()
        finally:
            await cleanup(name, fail)

    calm = asyncio.create_task(child('calm'))
    disturbed = asyncio.create_task(child('disturbed'))
    failing = asyncio.create_task(child('failing', True))
    await asyncio.sleep(0)
    for task in (calm, disturbed, failing):
        task.cancel('first')
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    trace('second', disturbed.cancel('second'))
    for task in (calm, disturbed, failing):
        try:
            await task
        except (asyncio.CancelledError, ValueError) as error:
            trace(error, task.cancelled(), task.cancelling())
