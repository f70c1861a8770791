"""Running, closing and nesting a running loop are refused, and it goes on."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    for name, action in [
        ('run_until_complete', lambda: loop.run_until_complete(future)),
        ('run_forever', loop.run_forever),
        ('close', loop.close),
    ]:
        try:
            action()
            trace(name, 'fine')
        except RuntimeError as error:
            trace(name, trace.kind(error))

    async def inner():
        return 'inner'

    coroutine = inner()
    try:
        asyncio.run(coroutine)
    except RuntimeError as error:
        trace('run', trace.kind(error))
    coroutine.close()
    await asyncio.sleep(0)
    trace('goes on', loop.is_running(), loop.is_closed())
