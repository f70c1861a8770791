"""An exception handler that raises is itself reported, to the default handler, and the loop goes on."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    def handler(loop, context):
        trace('handler', *trace.context(context))
        raise KeyError('in the handler')

    def fail():
        raise ValueError('in the callback')

    loop.set_exception_handler(handler)
    loop.call_soon(fail)
    loop.call_soon(trace, 'next callback')
    await asyncio.sleep(0)
    trace('main goes on')
