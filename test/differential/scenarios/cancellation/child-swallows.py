"""A child that swallows the cancel gives its value to the parent, which is not cancelled."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child():
        try:
            await loop.create_future()
        except asyncio.CancelledError as error:
            trace('child swallows', error)
        return 'the value of the child'

    async def parent():
        value = await asyncio.create_task(child())
        trace('parent gets', value, asyncio.current_task().cancelling())
        await asyncio.sleep(0)
        return 'the value of the parent'

    task = asyncio.create_task(parent())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    trace('cancel', task.cancel('please'))
    trace(await task, task.cancelled(), task.cancelling())
