"""remove_done_callback() takes out every occurrence and says how many there were."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def repeated(done):
        trace('never')

    def kept(done):
        trace('kept')

    trace('absent', future.remove_done_callback(repeated))
    future.add_done_callback(repeated)
    future.add_done_callback(kept)
    future.add_done_callback(repeated)
    future.add_done_callback(kept)
    trace('removed', future.remove_done_callback(repeated))
    trace('removed again', future.remove_done_callback(repeated))
    future.set_result(None)
    trace('too late', future.remove_done_callback(kept))
    await asyncio.sleep(0)
    trace('end')
