"""bight's own streams with the faces of asyncio's; and CPython's tests on them."""

import asyncio
import contextvars
import importlib
import os
import re
import types
from asyncio import coroutines, events

import coroutine_methods
import link
import network
from contexts import adopt
from link import JS, Special, address_to_js, encode, rpc
from processes import adapt_subprocess
from tasks import BightFuture, BightTask, Step
from tls_contexts import tls

LIMIT = 2 ** 16


class StreamReader(JS):
    _transport = None
    _waiter = None

    def __init__(self, limit=LIMIT, loop=None):
        self._loop = events.get_event_loop() if loop is None else loop
        adopt(self, link.construct('StreamReader', {'limit': limit, 'loop': self._loop}))

    @property
    def _buffer(self):
        """What is left: all of it is taken, and given back."""
        return bytearray(rpc(op='left', on=encode(self)))

    def feed_data(self, data):
        self._call('feedData', data)

    def feed_eof(self):
        self._call('feedEof')

    def at_eof(self):
        return self._call('atEof')

    def exception(self):
        return self._call('exception')

    def set_exception(self, exc):
        self._call('setException', exc)

    async def read(self, n=-1):
        return await self._call('read', n)

    async def readline(self):
        return await self._call('readline')

    async def readexactly(self, n):
        return await self._call('readexactly', n)

    async def readuntil(self, separator=b'\n'):
        return await self._call('readuntil', separator)


class StreamWriter(JS):
    @property
    def transport(self):
        return self._get('transport')

    def write(self, data):
        self._call('write', data)

    def writelines(self, data):
        self._call('writelines', list(data))

    def write_eof(self):
        self._call('writeEof')

    def can_write_eof(self):
        return self.transport.can_write_eof()

    async def drain(self):
        await self._call('drain')

    def close(self):
        self._call('close')

    def is_closing(self):
        return self._call('isClosing')

    async def wait_closed(self):
        await self._call('waitClosed')

    def get_extra_info(self, name, default=None):
        return self.transport.get_extra_info(name, default)

    async def start_tls(self, sslcontext, *, server_hostname=None, ssl_handshake_timeout=None):
        options = {}
        events.get_running_loop()._tls_options(options, None, False, server_hostname, ssl_handshake_timeout, None)
        await self._call('startTls', tls(sslcontext, False), options)


class FlowControlMixin(JS):
    def __init__(self, loop=None):
        adopt(self, link.construct('FlowControlProtocol', loop or events.get_event_loop()))

    def pause_writing(self):
        self._call('pauseWriting')

    def resume_writing(self):
        self._call('resumeWriting')

    def connection_lost(self, exc):
        self._call('connectionLost', exc)

    async def _drain_helper(self):
        await coroutine_methods.start(events.get_running_loop(), self, 'drained')


def face(cls):
    def make():
        return cls.__new__(cls)
    return make


class Process(JS):
    """bight's Process with the face of asyncio's."""

    @property
    def pid(self):
        return self._get('pid')

    @property
    def returncode(self):
        return self._get('returncode')

    @property
    def stdin(self):
        return self._get('stdin')

    @property
    def stdout(self):
        return self._get('stdout')

    @property
    def stderr(self):
        return self._get('stderr')

    async def wait(self):
        return await self._start('wait')

    async def communicate(self, input=None):
        return tuple(await self._start('communicate', input))

    def _start(self, name, *args):
        return coroutine_methods.start(events.get_running_loop(), self, name, *args)

    def send_signal(self, signal):
        self._call('sendSignal', int(signal))

    def terminate(self):
        self._call('terminate')

    def kill(self):
        self._call('kill')


link.proxies['process'] = face(Process)
link.proxies['reader'], link.proxies['writer'] = face(StreamReader), face(StreamWriter)


def options_of(loop, server_side, limit, ssl=None, server_hostname=None, ssl_handshake_timeout=None,
               ssl_shutdown_timeout=None, sock=None, local_addr=None, **others):
    options = {'limit': limit}
    loop._tls_options(options, ssl, server_side, server_hostname, ssl_handshake_timeout, ssl_shutdown_timeout)
    if sock is not None:
        options['sock'] = loop._given_socket(sock)
    if local_addr is not None:
        options['localAddr'] = address_to_js(local_addr)
    for name, value in others.items():
        if value is not None:
            options[re.sub('_(.)', lambda found: found[1].upper(), name)] = int(value) if name == 'family' else value
    return options


async def open_connection(host=None, port=None, *, limit=LIMIT, **kwds):
    loop = events.get_running_loop()
    options = options_of(loop, False, limit, host=host, port=port, **kwds)
    return tuple(await coroutine_methods.start(loop, None, 'openConnection', options))


async def open_unix_connection(path=None, *, limit=LIMIT, **kwds):
    loop = events.get_running_loop()
    options = options_of(loop, False, limit, path=network.path_to_js(path), **kwds)
    return tuple(await coroutine_methods.start(loop, None, 'openUnixConnection', options))


class Handler:
    """Calls the callback of a server's; what it returns is a coroutine that bight goes on with."""

    def __init__(self, loop, callback):
        self._loop, self.callback = loop, callback
        self._context = contextvars.copy_context()

    def __call__(self, *args):
        result = self._context.run(self.callback, *args)
        if not coroutines.iscoroutine(result):
            return None
        running = types.SimpleNamespace(_coro=result, _loop=self._loop, _context=self._context)
        return Special(Step(running), None)


@link.handler
def handler(value):
    return link.held[value['py']][0](*link.decode(value['args']))


def connected(loop, callback):
    return Special(Handler(loop, callback), 'handler' if callable(callback) else None)


async def start_server(client_connected_cb, host=None, port=None, *, limit=LIMIT, **kwds):
    loop = events.get_running_loop()
    options = options_of(loop, True, limit, host=host, port=port, **kwds)
    return await coroutine_methods.start(loop, None, 'startServer', connected(loop, client_connected_cb), options,
                                  convert=loop._served)


async def start_unix_server(client_connected_cb, path=None, *, limit=LIMIT, **kwds):
    loop = events.get_running_loop()
    options = options_of(loop, True, limit, path=network.path_to_js(path), **kwds)
    return await coroutine_methods.start(loop, None, 'startUnixServer', connected(loop, client_connected_cb), options,
                                  convert=loop._served)


async def create_subprocess_exec(program, *args, stdin=None, stdout=None, stderr=None, limit=LIMIT, **kwds):
    for part in (program, *args):
        if not isinstance(part, (str, bytes, os.PathLike)):
            raise TypeError(f'program arguments must be a bytes or text string, not {type(part).__name__}')
    loop = events.get_running_loop()
    options = {'limit': limit, **loop._process_options(stdin, stdout, stderr, kwds)}
    return await coroutine_methods.start(loop, None, 'createSubprocessExec', os.fsdecode(program),
                                         [os.fsdecode(arg) for arg in args], options)


async def create_subprocess_shell(cmd, stdin=None, stdout=None, stderr=None, limit=LIMIT, **kwds):
    if not isinstance(cmd, (bytes, str)):
        raise ValueError('cmd must be a string')
    loop = events.get_running_loop()
    options = {'limit': limit, **loop._process_options(stdin, stdout, stderr, kwds)}
    return await coroutine_methods.start(loop, None, 'createSubprocessShell', os.fsdecode(cmd), options)


SUBPROCESSES = {'create_subprocess_exec': create_subprocess_exec, 'create_subprocess_shell': create_subprocess_shell}

OPENERS = {'open_connection': open_connection, 'open_unix_connection': open_unix_connection,
           'start_server': start_server, 'start_unix_server': start_unix_server}


class OnBightStreams:
    def setUp(self):
        self._plain = asyncio.StreamReader, asyncio.streams.FlowControlMixin
        asyncio.StreamReader, asyncio.streams.FlowControlMixin = StreamReader, FlowControlMixin
        super().setUp()
        loop = self.loop
        loop.create_future = lambda: BightFuture(loop=loop)
        loop.set_task_factory(lambda loop, coro, context=None: BightTask(coro, loop=loop, context=context))

    def tearDown(self):
        super().tearDown()
        asyncio.StreamReader, asyncio.streams.FlowControlMixin = self._plain


class OnBightOpeners:
    """A mixin: asyncio's functions that open streams are bight's."""

    FUNCTIONS = OPENERS

    def setUp(self):
        self._openers = {name: getattr(asyncio, name) for name in self.FUNCTIONS}
        for name, function in self.FUNCTIONS.items():
            setattr(asyncio, name, function)
        super().setUp()

    def tearDown(self):
        try:
            super().tearDown()
        finally:
            for name, function in self._openers.items():
                setattr(asyncio, name, function)


class OnBightSubprocesses(OnBightOpeners):
    """A mixin: asyncio's functions that start processes are bight's."""

    FUNCTIONS = SUBPROCESSES


MODULES = ['bight_streams', 'bight_openers', 'bight_subprocesses']


def names_with(module, words):
    with open(module.__file__) as file:
        parts = re.split(r'\n    (?=(?:async )?def test_|@)', file.read())
    return [found[1] for part in parts for found in re.finditer(r'def (test_\w+)', part)
            if any(word in part for word in words)]


def load(module, loader):
    tests = {name: importlib.import_module('test.test_asyncio.test_' + name) for name in ('streams', 'server', 'ssl')}
    if module == 'bight_streams':
        cls = type('StreamReaderTests', (OnBightStreams, tests['streams'].StreamTests), {})
        chosen = [(cls, names_with(tests['streams'], ['StreamReader(', 'FlowControlMixin(']))]
    elif module == 'bight_subprocesses':
        processes = importlib.import_module('test.test_asyncio.test_subprocess')
        adapt_subprocess(processes)
        cls = type('SubprocessTests', (OnBightSubprocesses, processes.SubprocessThreadedWatcherTests), {})
        chosen = [(cls, loader.getTestCaseNames(cls))]
    else:
        openers = [f'asyncio.{name}' for name in OPENERS] + ['_basetest_open_connection']
        streams = type('StreamTests', (OnBightOpeners, tests['streams'].StreamTests), {})
        ssl = type('TestSSL', (OnBightOpeners, tests['ssl'].TestSSL), {})
        server = type('StartServerTests', (OnBightOpeners, tests['server'].SelectorStartServerTests), {})
        chosen = [(streams, names_with(tests['streams'], openers)), (ssl, names_with(tests['ssl'], openers)),
                  (server, loader.getTestCaseNames(server))]
    for cls, names in chosen:
        cls.__module__, cls.__qualname__ = module, cls.__name__
        for name in names:
            if hasattr(cls, name):
                yield cls(name)
