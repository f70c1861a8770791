"""run() raises what main raises, after the clean-up."""
import asyncio


def run(trace):
    async def left_behind():
        try:
            await asyncio.sleep(100)
        finally:
            trace('left behind is cancelled')

    async def fails():
        asyncio.create_task(left_behind())
        await asyncio.sleep(0)
        raise ValueError('main')

    async def cancels_itself():
        asyncio.create_task(left_behind())
        asyncio.current_task().cancel('itself')
        await asyncio.sleep(0)

    async def is_cancelled():
        await asyncio.sleep(0)
        raise asyncio.CancelledError('spontaneous')

    async def good():
        return None

    for main in (fails, cancels_itself, is_cancelled, good):
        try:
            trace('result', asyncio.run(main()))
        except (ValueError, asyncio.CancelledError) as error:
            trace('raised', error)
    try:
        asyncio.get_running_loop()
    except RuntimeError as error:
        trace('no running loop', trace.kind(error))
