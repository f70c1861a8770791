"""A limit of zero or less: a future that is not done is cancelled, a coroutine never begins."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child():
        trace('never')

    async def running():
        try:
            await loop.create_future()
        except asyncio.CancelledError as error:
            trace('running', error)
            await asyncio.sleep(0)
            raise

    future = loop.create_future()
    task = asyncio.create_task(running())
    await asyncio.sleep(0)
    for name, make in [('coroutine', child), ('future', lambda: future), ('task', lambda: task)]:
        loop.call_soon(trace, 'soon', name)
        try:
            await asyncio.wait_for(make(), 0)
        except asyncio.TimeoutError as error:
            trace(name, error)
    trace(future.cancelled(), task.cancelled())
