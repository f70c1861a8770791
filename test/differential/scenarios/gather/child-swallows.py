"""A cancelled gather() is cancelled even when every child swallows its cancellation."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def stubborn(name):
        try:
            await loop.create_future()
        except asyncio.CancelledError:
            trace(name, 'swallows')
        return name

    async def failing():
        try:
            await loop.create_future()
        except asyncio.CancelledError:
            raise ValueError('instead of being cancelled')

    for make in (lambda: asyncio.gather(stubborn('a'), stubborn('b')), lambda: asyncio.gather(failing(), stubborn('c'))):
        outer = make()
        await asyncio.sleep(0)
        trace('cancel', outer.cancel('stop'), outer.done())
        try:
            trace(await outer)
        except (asyncio.CancelledError, ValueError) as error:
            trace('raised', error, outer.cancelled())
        await asyncio.sleep(0)
        trace('again', outer.cancel())
