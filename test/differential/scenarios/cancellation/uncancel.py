"""cancelling() counts the requests, uncancel() takes one back and stops at zero."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child():
        me = asyncio.current_task()
        trace('start', me.cancelling(), me.uncancel())
        try:
            await loop.create_future()
        except asyncio.CancelledError:
            trace('caught', me.cancelling())
            trace('uncancel', me.uncancel(), me.uncancel(), me.uncancel())
        await asyncio.sleep(0)
        me.cancel()
        trace('pending', me.cancelling(), me.uncancel())
        try:
            await asyncio.sleep(0)
            trace('went on')
        except asyncio.CancelledError as error:
            trace('still thrown', error)
        return 'end'

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    task.cancel()
    task.cancel()
    trace('requests', task.cancelling())
    trace(await task, task.cancelling(), task.cancelled(), task.uncancel())
