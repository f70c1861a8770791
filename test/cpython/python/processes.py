"""The pipes and processes of a loop."""

import asyncio
import os
import socket
import subprocess

from link import Special
from protocols import Factory, factory


class ProcessesMixin:
    """The methods of a loop that need pipes and processes."""

    async def _pipe(self, name, protocol_factory, pipe):
        if isinstance(pipe, socket.socket):
            fd = os.dup(pipe.fileno())
        else:
            fd = os.dup(pipe.fileno())
        try:
            transport, protocol = await self._start(name, factory(protocol_factory), fd, convert=self._made)
        except BaseException:
            try:
                os.close(fd)
            except OSError:
                pass
            raise
        pipe.close()
        transport._own_info['pipe'] = pipe
        return transport, protocol

    async def connect_read_pipe(self, protocol_factory, pipe):
        return await self._pipe('connectReadPipe', protocol_factory, pipe)

    async def connect_write_pipe(self, protocol_factory, pipe):
        return await self._pipe('connectWritePipe', protocol_factory, pipe)

    async def subprocess_exec(self, protocol_factory, program, *args, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs):
        for part in (program, *args):
            if not isinstance(part, (str, bytes, os.PathLike)):
                raise TypeError(f'program arguments must be a bytes or text string, not {type(part).__name__}')
        options = self._process_options(stdin, stdout, stderr, kwargs)
        shell = kwargs.pop('shell', False)
        if shell:
            raise ValueError('shell must be False')
        return await self._spawn('subprocessExec', protocol_factory,
                                 [os.fsdecode(program), [os.fsdecode(arg) for arg in args], options])

    async def subprocess_shell(self, protocol_factory, cmd, *, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, **kwargs):
        if not isinstance(cmd, (bytes, str)):
            raise ValueError('cmd must be a string')
        options = self._process_options(stdin, stdout, stderr, kwargs)
        if not kwargs.pop('shell', True):
            raise ValueError('shell must be True')
        return await self._spawn('subprocessShell', protocol_factory, [os.fsdecode(cmd), options])

    def _process_options(self, stdin, stdout, stderr, kwargs):
        options = {}
        for name, value in (('stdin', stdin), ('stdout', stdout), ('stderr', stderr)):
            if value is not None and not isinstance(value, int):
                value = value.fileno()
            options[name] = value
        for name in list(kwargs):
            value = kwargs[name]
            if name == 'universal_newlines':
                options['universalNewlines'] = kwargs.pop(name)
            elif name in ('bufsize', 'text', 'encoding', 'errors'):
                options[name] = kwargs.pop(name)
            elif name in ('cwd', 'env') and value is not None:
                value = kwargs.pop(name)
                options[name] = os.fsdecode(value) if name == 'cwd' else dict(value)
            elif name == 'pass_fds' and value:
                fds = kwargs.pop(name)
                options['extraStdio'] = [fd if fd in fds else subprocess.DEVNULL for fd in range(3, max(fds) + 1)]
            elif name == 'start_new_session':
                options['detached'] = kwargs.pop(name)
            elif name in ('cwd', 'env', 'pass_fds', 'close_fds', 'preexec_fn', 'creationflags', 'startupinfo') \
                    and not value:
                kwargs.pop(name)
        if set(kwargs) - {'shell'}:
            raise NotImplementedError(f'bridge: {sorted(kwargs)}')
        return options

    async def _spawn(self, name, protocol_factory, args):
        def make():
            protocol = protocol_factory()
            return protocol

        class Remembering(Factory):
            def __call__(inner):
                special = super().__call__()
                made.append(special.obj)
                return Special(special.obj, 'process')
        made = []
        special = Special(Remembering(protocol_factory), 'factory')
        transport, protocol = await self._start(name, special, *args, convert=self._made)
        return transport, protocol


def adapt_subprocess(module):
    def set_up(self):
        super(module.SubprocessWatcherMixin, self).setUp()
        self.loop = asyncio.new_event_loop()
        self.set_event_loop(self.loop)

    def tear_down(self):
        super(module.SubprocessWatcherMixin, self).tearDown()
    module.SubprocessWatcherMixin.setUp = set_up
    module.SubprocessWatcherMixin.tearDown = tear_down
