"""The inner error that no task waits for any more is not reported by the shield."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    inner = loop.create_future()
    outer = asyncio.shield(inner)
    trace('cancel outer', outer.cancel('enough'), inner.done())
    await asyncio.sleep(0)
    inner.set_exception(ValueError('not awaited'))
    await asyncio.sleep(0)
    try:
        await outer
    except asyncio.CancelledError as error:
        trace(error, inner.exception())
    second = loop.create_future()
    shielded = asyncio.shield(second)
    trace('cancel inner', second.cancel('inner'), shielded.done())
    await asyncio.sleep(0)
    trace(shielded.cancelled())
