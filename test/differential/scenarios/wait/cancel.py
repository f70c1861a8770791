"""Cancelling a wait() leaves what it waits for alone."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    async def waiter():
        try:
            await asyncio.wait([future, child_task])
        except asyncio.CancelledError as error:
            trace('waiter', error, future.cancelled(), child_task.cancelled())
            raise

    async def child():
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return 'child'

    child_task = asyncio.create_task(child())
    task = asyncio.create_task(waiter())
    await asyncio.sleep(0)
    task.cancel('no patience')
    try:
        await task
    except asyncio.CancelledError as error:
        trace('main', error)
    trace(await child_task, future.done())
