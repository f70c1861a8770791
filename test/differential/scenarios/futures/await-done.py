"""Awaiting what is already done takes no turn of the loop, however often it is done."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    done.set_result('value')
    failed = loop.create_future()
    failed.set_exception(ValueError('failure'))
    loop.call_soon(trace, 'scheduled first')
    for _ in range(3):
        trace(await done)
    try:
        await failed
    except ValueError as error:
        trace(error)

    async def nested():
        return await done, await done

    trace('nested', await nested())
    trace('giving up the turn')
    await asyncio.sleep(0)
    trace('end')
