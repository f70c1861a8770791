"""Ending the future of shield() by hand, in the turn in which the inner future ends, has an error reported."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: trace('handler', *trace.context(context)))

    def result(future):
        future.set_result('result')

    def error(future):
        future.set_exception(ValueError('error'))

    def cancel(future):
        future.cancel('cancel')

    for end_outer in (result, error, cancel):
        for end_inner in (result, error, cancel):
            for together in (True, False):
                inner = loop.create_future()
                outer = asyncio.shield(inner)
                end_outer(outer)
                if not together:
                    await asyncio.sleep(0)
                    await asyncio.sleep(0)
                end_inner(inner)
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                trace(end_outer.__name__, end_inner.__name__, together, 'done')
                if not outer.cancelled():
                    outer.exception()
                if not inner.cancelled():
                    inner.exception()
