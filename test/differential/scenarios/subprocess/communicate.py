"""communicate(): input and both outputs at once; a process that does not read; no pipes."""
import asyncio
from subprocess import DEVNULL, PIPE, STDOUT

CLOCK = 'real'


async def main(trace):
    pipes = dict(stdin=PIPE, stdout=PIPE, stderr=PIPE)
    process = await asyncio.create_subprocess_shell('cat; echo err >&2; exit 3', **pipes)
    trace(await process.communicate(b'in'), process.returncode)
    process = await asyncio.create_subprocess_shell('wc -c; wc -c >&2', **pipes)
    trace(await process.communicate(bytes(1_000_000)), process.returncode)
    process = await asyncio.create_subprocess_shell('exec 0<&-; echo done', **pipes)
    trace(await process.communicate(bytes(1_000_000)), process.returncode)
    process = await asyncio.create_subprocess_shell('cat', stdin=PIPE, stdout=PIPE, stderr=STDOUT)
    trace(await process.communicate(b''), process.returncode)
    process = await asyncio.create_subprocess_exec('true', stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
    trace(await process.communicate(), process.returncode)
    process = await asyncio.create_subprocess_exec('cat', stdin=PIPE, stdout=PIPE)
    data = bytes(range(256)) * 20_000
    stdout, stderr = await process.communicate(data)
    trace(stdout == data, stderr, process.returncode)
