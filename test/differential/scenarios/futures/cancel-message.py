"""The message of cancel() travels to result(), exception() and each awaiting task."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    async def waiter(name):
        try:
            await future
        except asyncio.CancelledError as error:
            trace(name, error)

    tasks = [asyncio.create_task(waiter('first')), asyncio.create_task(waiter('second'))]
    await asyncio.sleep(0)
    trace('cancel', future.cancel('out of time'))
    try:
        future.result()
    except asyncio.CancelledError as error:
        trace('result', error)
    try:
        future.exception()
    except asyncio.CancelledError as error:
        trace('exception', error)
    for task in tasks:
        await task
    trace([task.cancelled() for task in tasks])
