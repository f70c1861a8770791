"""How many turns gather() takes with one child, several, done futures, and itself nested."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child():
        return 'child'

    def done():
        future = loop.create_future()
        future.set_result('done')
        return future

    cases = [
        ('one coroutine', lambda: asyncio.gather(child())),
        ('two coroutines', lambda: asyncio.gather(child(), child())),
        ('done futures', lambda: asyncio.gather(done(), done())),
        ('nested', lambda: asyncio.gather(asyncio.gather(child(), done()), asyncio.gather(done()))),
        ('empty inside', lambda: asyncio.gather(asyncio.gather(), child())),
    ]
    for name, make in cases:
        running = True

        def count(turn):
            if running:
                trace(name, 'turn', turn)
                loop.call_soon(count, turn + 1)

        loop.call_soon(count, 0)
        trace(name, await make())
        running = False
        await asyncio.sleep(0)
