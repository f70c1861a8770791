"""A future that is cancelled in the iteration that would have set it."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def set_if_waiting():
        trace('setter sees', future.done())
        if not future.done():
            future.set_result('value')

    async def waiter():
        try:
            trace('value', await future)
        except asyncio.CancelledError:
            trace('cancelled')
            return 'swallowed'

    task = asyncio.create_task(waiter())
    await asyncio.sleep(0)
    loop.call_soon(future.cancel)
    loop.call_soon(set_if_waiting)
    trace('task', await task)
    other = loop.create_future()
    loop.call_soon(other.set_result, 'first')
    loop.call_soon(other.cancel)
    trace('other', await other, other.cancelled())
