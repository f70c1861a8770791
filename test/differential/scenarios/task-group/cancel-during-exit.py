"""A cancel that arrives while the group waits for slow clean-ups, and a second one."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def slow_cleanup(name):
        try:
            await loop.create_future()
        except asyncio.CancelledError as error:
            trace(name, error)
            try:
                for turn in range(4):
                    await asyncio.sleep(0)
            except asyncio.CancelledError as again:
                trace(name, 'again', again)
                raise
            trace(name, 'cleaned up')
            raise

    async def failing():
        await asyncio.sleep(0)
        raise ValueError('child')

    async def parent():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(slow_cleanup('slow'))
                group.create_task(failing())
        except BaseException as error:
            trace('parent', error, asyncio.current_task().cancelling())
            raise

    for cancels in (1, 2):
        trace('--', cancels)
        task = asyncio.create_task(parent())
        for _ in range(5):
            await asyncio.sleep(0)
        for number in range(cancels):
            trace('cancel', task.cancel(f'cancel {number}'))
            await asyncio.sleep(0)
        try:
            await task
        except (asyncio.CancelledError, BaseExceptionGroup) as error:
            trace('main', error, task.cancelled(), task.cancelling())
