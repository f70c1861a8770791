"""A callback that raises is reported with its handle, and the loop goes on."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    def fail(name):
        trace('about to fail', name)
        raise ValueError(name)

    reported = []

    def handler(handler_loop, context):
        trace('handler', handler_loop is loop, *trace.context(context))
        reported.append(context)

    loop.set_exception_handler(handler)
    trace('handler set', loop.get_exception_handler() is handler)
    first = loop.call_soon(fail, 'soon')
    timer = loop.call_later(0, fail, 'timer')
    loop.call_soon(trace, 'next callback')
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    trace(reported[0]['handle'] is first, reported[1]['handle'] is timer)
    loop.set_exception_handler(None)
    trace('no handler', loop.get_exception_handler())
    loop.call_soon(fail, 'default handler')
    await asyncio.sleep(0)
