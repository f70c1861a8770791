"""Two tasks await one future: cancelling one of them cancels the future, and so the other's wait."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    shared = loop.create_future()

    async def waiter(name):
        try:
            await shared
        except asyncio.CancelledError as error:
            trace(name, error, asyncio.current_task().cancelling())
            raise

    first = asyncio.create_task(waiter('first'))
    second = asyncio.create_task(waiter('second'))
    await asyncio.sleep(0)
    second.cancel('enough')
    trace('shared', shared.cancelled())
    for name, task in [('first', first), ('second', second)]:
        try:
            await task
        except asyncio.CancelledError as error:
            trace('main', name, error)
    trace(first.cancelled(), second.cancelled())
