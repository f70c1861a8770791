"""A barrier lets as many pass as it has parties, and can be used again."""
import asyncio


async def main(trace):
    barrier = asyncio.Barrier(3)

    async def party(name):
        for number in range(2):
            trace(name, 'comes', barrier.n_waiting)
            trace(name, number, 'passes as', await barrier.wait(), barrier.n_waiting)

    await asyncio.gather(*(party(name) for name in 'abc'))
    trace(barrier.broken, barrier.n_waiting, barrier.parties)
