"""A task that cancels itself is cancelled at its next wait, not before."""
import asyncio


async def main(trace):
    async def waits():
        trace('cancel', asyncio.current_task().cancel('by itself'))
        trace('goes on')
        try:
            await asyncio.sleep(0)
            trace('never')
        except asyncio.CancelledError as error:
            trace('caught', error)
        await asyncio.sleep(0)
        return 'survived'

    async def returns():
        asyncio.current_task().cancel()
        return 'lost'

    async def raises():
        asyncio.current_task().cancel()
        raise ValueError('kept')

    async def awaits_done():
        done = asyncio.get_running_loop().create_future()
        done.set_result('no wait')
        asyncio.current_task().cancel()
        trace(await done)
        await asyncio.sleep(0)

    for coroutine in (waits, returns, raises, awaits_done):
        task = asyncio.create_task(coroutine())
        try:
            trace('result', await task)
        except (asyncio.CancelledError, ValueError) as error:
            trace('raised', error)
        trace('state', task.cancelled(), task.cancelling())
