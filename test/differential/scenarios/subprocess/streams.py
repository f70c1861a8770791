"""The streams of a process: lines in and out, the end of each, and what waits for it."""
import asyncio
from subprocess import PIPE

CLOCK = 'real'


async def main(trace):
    process = await asyncio.create_subprocess_exec('cat', stdin=PIPE, stdout=PIPE)
    trace(process.stdin.is_closing(), process.stdout.at_eof(), process.returncode)
    process.stdin.writelines([b'one\ntwo', b'\nthree|fo', b'ur'])
    await process.stdin.drain()
    trace(await process.stdout.readline(), await process.stdout.readexactly(4))
    trace(await process.stdout.readuntil(b'|'))
    process.stdin.close()
    trace(process.stdin.is_closing())
    await process.stdin.wait_closed()
    trace(await process.stdout.read(), process.stdout.at_eof(), await process.stdout.read())
    try:
        await process.stdout.readexactly(1)
    except asyncio.IncompleteReadError as error:
        trace(trace.kind(error), error.partial, error.expected)
    trace(await process.wait())
    process = await asyncio.create_subprocess_shell('echo a; echo b; printf c', stdout=PIPE, limit=10)
    async for line in process.stdout:
        trace(line)
    trace(await process.wait())
    process = await asyncio.create_subprocess_shell('echo 12345678901234567890', stdout=PIPE, limit=10)
    try:
        await process.stdout.readline()
    except ValueError as error:
        trace(trace.kind(error))
    trace(await process.communicate(), process.returncode)
