"""An exception reaches every awaiter; a callback sees it without raising."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    async def waiter(name):
        try:
            await future
        except ValueError as error:
            trace(name, 'caught', error)
            raise RuntimeError(name)

    first = asyncio.create_task(waiter('first'))
    second = asyncio.create_task(waiter('second'))
    await asyncio.sleep(0)
    future.add_done_callback(lambda done: trace('callback', done.exception()))
    loop.call_soon(future.set_exception, ValueError('broken'))
    for task in (second, first):
        try:
            await task
        except RuntimeError as error:
            trace('task', error)
    trace(future.exception())
