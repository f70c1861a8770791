"""The forms of a standard stream: the null device, a merged error output, a file, nothing that was asked for."""
import asyncio
import tempfile
from subprocess import DEVNULL, PIPE, STDOUT

CLOCK = 'real'


async def main(trace):
    async def shell(command, **stdio):
        process = await asyncio.create_subprocess_shell(command, **stdio)
        trace([stream is None for stream in (process.stdin, process.stdout, process.stderr)])
        trace(await process.communicate(), process.returncode)

    await shell('cat', stdin=DEVNULL, stdout=PIPE)
    await shell('echo one; echo two >&2; echo three', stdin=DEVNULL, stdout=PIPE, stderr=STDOUT)
    await shell('echo gone; echo kept >&2', stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE)
    await shell('echo gone; echo gone >&2', stdin=DEVNULL, stdout=DEVNULL, stderr=STDOUT)
    await shell('exec 3>&2; echo "$(readlink /proc/$$/fd/0)"', stdin=DEVNULL, stdout=PIPE, stderr=PIPE)
    with tempfile.TemporaryFile() as file:
        await shell('echo first; echo second >&2', stdin=DEVNULL, stdout=file.fileno(), stderr=STDOUT)
        await shell('echo third', stdin=DEVNULL, stdout=file.fileno())
        file.seek(0)
        await shell('cat', stdin=file.fileno(), stdout=PIPE)
