"""An inner task that answers its cancellation with a value or an error of its own."""
import asyncio

TICK = 1 / 64


async def main(trace):
    loop = asyncio.get_running_loop()

    async def swallows():
        try:
            await loop.create_future()
        except asyncio.CancelledError as error:
            trace('swallows', error)
        return 'value after all'

    async def fails():
        try:
            await loop.create_future()
        except asyncio.CancelledError:
            raise ValueError('error instead')

    for coroutine in (swallows, fails):
        try:
            trace('timeout', await asyncio.wait_for(coroutine(), TICK))
        except (asyncio.TimeoutError, ValueError) as error:
            trace('timeout', error)
        task = asyncio.create_task(asyncio.wait_for(coroutine(), 100))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel('outer')
        try:
            trace('cancel', await task)
        except (asyncio.CancelledError, ValueError) as error:
            trace('cancel', error)
