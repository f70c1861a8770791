"""A task that is cancelled before its first step never runs its body."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child():
        trace('never')

    task = asyncio.create_task(child())
    task.add_done_callback(lambda done: trace('callback', done.cancelled()))
    trace('cancel', task.cancel(), task.done(), task.cancelled(), task.cancelling())
    loop.call_soon(trace, 'soon')
    try:
        await task
    except asyncio.CancelledError as error:
        trace('caught', error)
    trace('after', task.done(), task.cancelled(), task.cancel())
