"""reset() and abort() in each of the turns in which those who have met leave, while others already wait to come in."""
import asyncio


async def main(trace):
    for name, turns in [(name, turns) for name in ('reset', 'abort') for turns in range(5)]:
        trace(name, turns)
        barrier = asyncio.Barrier(2)

        async def party(number):
            try:
                trace(number, await barrier.wait(), barrier.n_waiting)
            except asyncio.BrokenBarrierError as error:
                trace(number, error, barrier.n_waiting)

        tasks = [asyncio.create_task(party(number)) for number in range(5)]
        for _ in range(turns):
            await asyncio.sleep(0)
        await (barrier.reset() if name == 'reset' else barrier.abort())
        trace(barrier.n_waiting, barrier.broken)
        for _ in range(6):
            await asyncio.sleep(0)
        trace([task.done() for task in tasks], barrier.n_waiting, barrier.broken)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        trace(barrier.n_waiting, barrier.broken)
