"""wait() refuses an empty collection, a lone future and an unknown condition."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.set_result(None)
    for name, call in [
        ('empty', lambda: asyncio.wait([])),
        ('lone future', lambda: asyncio.wait(future)),
        ('condition', lambda: asyncio.wait([future], return_when='SOMETIMES')),
    ]:
        try:
            await call()
            trace(name, 'fine')
        except (TypeError, ValueError) as error:
            trace(name, trace.kind(error))
