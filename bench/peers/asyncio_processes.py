"""Measures the cost of subprocesses in asyncio.

Reads JSON objects from standard input, a line each, and answers each with nanoseconds per operation, of elapsed time or
of this process's processor time.
"""

import asyncio
import json
import sys
import time
from subprocess import DEVNULL, PIPE

CHUNK = bytes(1 << 20)


async def spawn(count, parallel, pipes):
    stdio = PIPE if pipes else DEVNULL

    async def some(times):
        for _ in range(times):
            process = await asyncio.create_subprocess_exec("true", stdin=stdio, stdout=stdio, stderr=stdio)
            await process.wait()

    await asyncio.gather(*(some(count // parallel) for _ in range(parallel)))
    return count


async def pump(megabytes):
    process = await asyncio.create_subprocess_exec("cat", stdin=PIPE, stdout=PIPE)

    async def feed():
        for _ in range(megabytes):
            process.stdin.write(CHUNK)
            await process.stdin.drain()
        process.stdin.close()

    async def count():
        received = 0
        while data := await process.stdout.read(1 << 20):
            received += len(data)
        return received

    _, received = await asyncio.gather(feed(), count())
    await process.wait()
    assert received == megabytes << 20
    return megabytes


async def main():
    loop = asyncio.get_running_loop()
    operations = {"spawn": spawn, "pump": pump}
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        request = json.loads(line)
        operation = operations[request.pop("operation")]
        clock = {"elapsed": time.perf_counter_ns, "cpu": time.process_time_ns}[request.pop("clock")]
        began = clock()
        count = await operation(**request)
        print((clock() - began) / count, flush=True)


asyncio.run(main())
