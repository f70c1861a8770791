"""gather() is notified of a child that is done before a later argument begins, of which it makes a task."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name):
        trace(name, 'begins')
        await asyncio.sleep(0)
        trace(name, 'ends')

    failed = loop.create_future()
    failed.set_exception(ValueError('failed before'))
    for make in (lambda: asyncio.gather(failed, child('after')), lambda: asyncio.gather(child('before'), failed)):
        try:
            await make()
        except ValueError as error:
            trace('caught', error)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
