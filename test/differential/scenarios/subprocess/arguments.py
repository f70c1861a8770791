"""What a program gets: its arguments as they are, a folder, an environment; a shell gets a command."""
import asyncio
from subprocess import DEVNULL, PIPE

CLOCK = 'real'


async def main(trace):
    options = dict(stdin=DEVNULL, stdout=PIPE)

    async def output(starting):
        process = await starting
        stdout, _ = await process.communicate()
        trace(stdout, process.returncode)

    program, shell = asyncio.create_subprocess_exec, asyncio.create_subprocess_shell
    await output(program('printf', '<%s>', 'a b', '', '"', "'", '$HOME', '*', 'ü', **options))
    await output(program(b'printf', '<%s>', b'\xc3\xbc', **options))
    await output(program('sh', '-c', 'echo "$0" "$@"', 'name', 'one', 'two', **options))
    await output(program('pwd', cwd='/', **options))
    await output(program('/usr/bin/env', env={'ONE': '1', 'EMPTY': ''}, **options))
    await output(program('/usr/bin/env', env={}, **options))
    await output(shell('printf "<%s>" a\\ b "c  d" \'$HOME\' $((1 + 2)); exit 9', **options))
    await output(shell('echo $ONE | tr 1 2', env={'ONE': '1', 'PATH': '/usr/bin:/bin'}, cwd='/', **options))
    await output(shell('', **options))
