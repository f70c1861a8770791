"""A party that is cancelled does not count; its place can be taken."""
import asyncio


async def main(trace):
    barrier = asyncio.Barrier(3)

    async def party(name):
        try:
            trace(name, await barrier.wait())
        except asyncio.CancelledError:
            trace(name, 'cancelled', barrier.n_waiting)
            raise

    a, b = [asyncio.create_task(party(name)) for name in 'ab']
    await asyncio.sleep(0)
    a.cancel()
    await asyncio.wait([a])
    trace(barrier.n_waiting)
    c, d = [asyncio.create_task(party(name)) for name in 'cd']
    await asyncio.wait([b, c, d])
    trace(barrier.n_waiting, barrier.broken)
