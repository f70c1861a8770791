"""A done callback that raises does not keep the others, or the awaiters, from running."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: trace('handler', *trace.context(context)))
    future = loop.create_future()

    def fail(done):
        trace('about to fail', done.result())
        raise ValueError('in the callback')

    async def waiter():
        trace('waiter', await future)

    task = asyncio.create_task(waiter())
    future.add_done_callback(fail)
    future.add_done_callback(lambda done: trace('next callback'))
    await asyncio.sleep(0)
    future.add_done_callback(fail)
    future.set_result('result')
    await task
    await asyncio.sleep(0)
    trace('end')
