"""With return_exceptions, errors and cancellations are results like any other."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name, error=None):
        await asyncio.sleep(0)
        if error:
            raise error
        return name

    cancelled = loop.create_future()
    victim = asyncio.create_task(child('victim'))
    loop.call_soon(cancelled.cancel, 'the future')
    victim.cancel()
    trace(
        await asyncio.gather(
            child('a'), child('b', ValueError('b')), cancelled, child('c', asyncio.CancelledError()), victim, child('d'),
            return_exceptions=True,
        )
    )
