"""A cancel between the end of the awaited future and the wake-up is still thrown; the value is lost."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(future):
        try:
            trace('value', await future)
        except asyncio.CancelledError as error:
            trace('cancelled', error, future.result())
            raise

    async def failing(future):
        try:
            await future
        except BaseException as error:
            trace('failing sees', error)
            raise

    done = loop.create_future()
    failed = loop.create_future()
    first = asyncio.create_task(child(done))
    second = asyncio.create_task(failing(failed))
    await asyncio.sleep(0)
    done.set_result('lost')
    failed.set_exception(ValueError('lost too'))
    trace('cancel', first.cancel('late'), second.cancel('late too'))
    for task in (first, second):
        try:
            await task
        except asyncio.CancelledError as error:
            trace('main', error)
    trace(failed.exception())
