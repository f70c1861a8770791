"""A party that is cancelled in one of the turns in which the others leave."""
import asyncio


async def main(trace):
    for victim, turns in [(victim, turns) for victim in range(4) for turns in range(1, 5)]:
        trace(victim, turns)
        barrier = asyncio.Barrier(3)

        async def party(number):
            try:
                trace(number, await barrier.wait(), barrier.n_waiting)
            except asyncio.CancelledError:
                trace(number, 'cancelled', barrier.n_waiting)
                raise

        tasks = [asyncio.create_task(party(number)) for number in range(4)]
        for _ in range(turns):
            await asyncio.sleep(0)
        trace(tasks[victim].cancel())
        for _ in range(5):
            await asyncio.sleep(0)
        trace([task.done() for task in tasks], barrier.n_waiting, barrier.broken)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        trace(barrier.n_waiting, barrier.broken)
