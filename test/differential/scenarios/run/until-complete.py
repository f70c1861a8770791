"""run_until_complete() with a coroutine, a future, a task, done ones, errors and cancellations."""
import asyncio


def run(trace):
    loop = asyncio.new_event_loop()

    def attempt(name, make):
        try:
            trace(name, loop.run_until_complete(make()))
        except (Exception, asyncio.CancelledError) as error:
            trace(name, 'raised', error)

    async def good():
        await asyncio.sleep(0)
        return 'good'

    async def bad():
        await asyncio.sleep(0)
        raise ValueError('bad')

    async def cancelled():
        raise asyncio.CancelledError('by itself')

    def done_future():
        future = loop.create_future()
        future.set_result('done')
        loop.call_soon(trace, 'runs in the same iteration')
        return future

    def later_future():
        future = loop.create_future()
        loop.call_soon(future.set_result, 'later')
        return future

    def failed_future():
        future = loop.create_future()
        future.set_exception(KeyError('failed'))
        return future

    attempt('coroutine', good)
    attempt('error', bad)
    attempt('cancelled', cancelled)
    attempt('done future', done_future)
    attempt('later future', later_future)
    attempt('failed future', failed_future)
    attempt('task', lambda: loop.create_task(good()))
    attempt('nonsense', lambda: 42)
    trace(loop.is_running(), loop.is_closed())
    loop.close()
