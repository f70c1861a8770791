"""wait_for() something that is done: no turn, but one where there is time left to wait."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    done.set_result('value')
    failed = loop.create_future()
    failed.set_exception(ValueError('failure'))
    cancelled = loop.create_future()
    cancelled.cancel('before')
    for timeout in (None, 0, -1, 10):
        loop.call_soon(trace, 'soon', timeout)
        trace(timeout, await asyncio.wait_for(done, timeout))
        for future in (failed, cancelled):
            try:
                await asyncio.wait_for(future, timeout)
            except (ValueError, asyncio.CancelledError) as error:
                trace(timeout, trace.kind(error))
        trace('giving up the turn')
        await asyncio.sleep(0)
        await asyncio.sleep(0)
