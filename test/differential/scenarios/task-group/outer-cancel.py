"""Cancelling the task around a group cancels the children; the cancel goes on, an error of a child beats it."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name, error=None):
        try:
            await loop.create_future()
        except asyncio.CancelledError as cancelled:
            trace(name, cancelled)
            if error:
                raise error
            raise

    async def parent(body_waits, error):
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(child('first', error))
                group.create_task(child('second'))
                if body_waits:
                    await loop.create_future()
        except BaseException as caught:
            trace('parent', caught, asyncio.current_task().cancelling())
            raise

    for body_waits in (True, False):
        for error in (None, ValueError('clean-up')):
            trace('--', body_waits, error)
            task = asyncio.create_task(parent(body_waits, error))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            task.cancel('from outside')
            try:
                await task
            except (asyncio.CancelledError, BaseExceptionGroup) as caught:
                trace('main', caught, task.cancelled(), task.cancelling())
