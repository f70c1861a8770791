"""Tasks that sleep wake in the order of their deadlines, equal ones in the order of their sleeps."""
import asyncio

TICK = 1 / 64


async def main(trace):
    async def sleeper(name, *ticks):
        for count in ticks:
            trace(name, await asyncio.sleep(count * TICK, result=count))
        return name

    tasks = [
        asyncio.create_task(sleeper('a', 2, 2, 0)),
        asyncio.create_task(sleeper('b', 1, 1, 1, 1)),
        asyncio.create_task(sleeper('c', 4)),
        asyncio.create_task(sleeper('d', 0, 4)),
        asyncio.create_task(sleeper('e', 0, 0, 2, 2)),
    ]
    for task in tasks:
        trace('finished', await task)
