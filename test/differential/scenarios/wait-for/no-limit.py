"""wait_for() without a limit awaits, and cancels when it is cancelled."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name):
        trace(name, 'begins')
        try:
            await asyncio.sleep(0)
            trace(name, 'ends')
            return name
        except asyncio.CancelledError as error:
            trace(name, error)
            raise

    loop.call_soon(trace, 'soon')
    trace(await asyncio.wait_for(child('first'), None))
    task = asyncio.create_task(asyncio.wait_for(child('second'), None))
    await asyncio.sleep(0)
    task.cancel('enough')
    try:
        await task
    except asyncio.CancelledError as error:
        trace('main', error)
