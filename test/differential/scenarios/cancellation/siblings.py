"""A task cancels siblings that have yet to run, that run next, and that have run in this iteration."""
import asyncio


async def main(trace):
    tasks = {}

    async def child(name, victims):
        trace(name, 'starts')
        try:
            for victim in victims:
                trace(name, 'cancels', victim, tasks[victim].cancel(name))
            await asyncio.sleep(0)
            trace(name, 'second step')
            await asyncio.sleep(0)
        except asyncio.CancelledError as error:
            trace(name, 'cancelled', error)
            raise
        return name

    for name, victims in [('a', 'd'), ('b', 'ab'), ('c', 'e'), ('d', 'c'), ('e', ''), ('f', 'f')]:
        tasks[name] = asyncio.create_task(child(name, victims))
    for name in 'abcdef':
        try:
            trace('main', await tasks[name])
        except asyncio.CancelledError as error:
            trace('main', name, error)
