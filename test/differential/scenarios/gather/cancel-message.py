"""The error of a cancelled gather() that returns exceptions is that of the last argument, whichever ended last."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name, turns):
        try:
            await loop.create_future()
        except asyncio.CancelledError:
            for _ in range(turns):
                await asyncio.sleep(0)
            raise asyncio.CancelledError(name) from None

    for return_exceptions in (False, True):
        for first, second, third in ((0, 1, 2), (2, 1, 0), (0, 2, 0)):
            outer = asyncio.gather(
                child('first', first), child('second', second), child('third', third),
                return_exceptions=return_exceptions)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            outer.cancel('from outside')
            try:
                await outer
            except asyncio.CancelledError as error:
                trace(return_exceptions, first, second, third, error, outer.cancelled())
            for _ in range(4):
                await asyncio.sleep(0)
