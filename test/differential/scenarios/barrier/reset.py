"""reset() fails the tasks that wait."""
import asyncio


async def main(trace):
    barrier = asyncio.Barrier(3)

    async def party(name):
        try:
            trace(name, await barrier.wait())
        except asyncio.BrokenBarrierError as error:
            trace(name, error)

    tasks = [asyncio.create_task(party(name)) for name in 'ab']
    await asyncio.sleep(0)
    trace(barrier.n_waiting)
    await barrier.reset()
    trace(barrier.n_waiting, barrier.broken)
    tasks += [asyncio.create_task(party(name)) for name in 'cde']
    await asyncio.gather(*tasks)
    trace(barrier.n_waiting, barrier.broken)
