"""Signals to a process that runs, and to one that has ended."""
import asyncio
import signal
from subprocess import DEVNULL

CLOCK = 'real'


async def main(trace):
    ways = {
        'send_signal': lambda process: process.send_signal(signal.SIGHUP),
        'terminate': lambda process: process.terminate(),
        'kill': lambda process: process.kill(),
    }
    for name, send in ways.items():
        process = await asyncio.create_subprocess_exec('sleep', '1000', stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
        trace(name, process.returncode, send(process), process.returncode)
        trace(await process.wait(), process.returncode)
        for other, again in ways.items():
            try:
                again(process)
            except ProcessLookupError as error:
                trace(other, trace.kind(error))
