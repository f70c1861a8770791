"""Cancelling a task that waits for a future cancels the future; the task wakes one iteration later."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    async def child():
        try:
            await future
        except asyncio.CancelledError as error:
            trace('child', error, future.cancelled())
            raise
        finally:
            trace('finally')

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    future.add_done_callback(lambda done: trace('future callback', done.cancelled()))
    trace('cancel', task.cancel(), future.cancelled(), task.done())
    loop.call_soon(trace, 'soon')
    try:
        await task
    except asyncio.CancelledError as error:
        trace('main', error)
    trace(task.cancelled(), task.cancelling())
