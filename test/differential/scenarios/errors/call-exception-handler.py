"""call_exception_handler() hands any context on at once, to the handler or to the default one."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    loop.call_exception_handler({'message': 'before any handler was set', 'extra': 1})
    loop.set_exception_handler(lambda loop, context: trace('handler', *trace.context(context)))
    loop.call_soon(trace, 'soon')
    loop.call_exception_handler({'message': 'something went wrong', 'exception': ValueError('cause'), 'future': None})
    trace('after the call')
    loop.call_exception_handler({'exception': None, 'message': 'the keys keep their order', 'custom': 2})
    loop.default_exception_handler({'message': 'straight to the default'})
    for wrong in (1, 'text'):
        try:
            loop.set_exception_handler(wrong)
        except TypeError as error:
            trace('refused', error)
    await asyncio.sleep(0)
