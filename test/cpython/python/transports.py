"""bight's transports, servers and sockets with the interface of asyncio's."""

import asyncio
import socket
import ssl
import tempfile
from asyncio import trsock

import link
from coroutine_methods import start
from link import JS, address_from_js, address_to_js, decode, handler, held
from protocols import special_protocol, transports_by_protocol, within
from shared_sockets import close_double, doubles


def with_js(kind):
    def register(cls):
        link.proxies[kind] = cls
        return cls
    return register


NAMES = {'ssl_object': 'sslObject', 'sslcontext': 'sslContext'}


class TransportMixin(JS):
    _loop = None

    def __init__(self):
        self._own_info = {}

    def __repr__(self):
        closing = self.is_closing()
        return f"<{type(self).__name__} {'closed' if closing else 'open'}>"

    def get_extra_info(self, name, default=None):
        if name in self._own_info:
            return self._own_info[name]
        if name == 'compression':
            return None
        marker = '\0none'
        value = self._call('getExtraInfo', NAMES.get(name, name), marker)
        if value == marker:
            return default
        if name in ('peername', 'sockname'):
            return '' if value is None else address_from_js(value)
        if name == 'cipher':
            return cipher(value)
        if name == 'peercert':
            return self._peercert(value)
        return value

    def _peercert(self, value):
        context = self._own_info.get('sslcontext')
        if context is not None and context.verify_mode == ssl.CERT_NONE:
            return {}
        raw = value.get('raw') if isinstance(value, dict) else None
        if not raw:
            return {}
        with tempfile.NamedTemporaryFile('w', suffix='.pem') as file:
            file.write(ssl.DER_cert_to_PEM_cert(raw))
            file.flush()
            return ssl._ssl._test_decode_cert(file.name)

    def is_closing(self):
        return self._call('isClosing')

    def close(self):
        self._call('close')

    def set_protocol(self, protocol):
        self._call('setProtocol', special_protocol(protocol))

    def get_protocol(self):
        return self._call('getProtocol')


def cipher(value):
    if value is None:
        return None
    name = value['name']
    bits = 128 if '128' in name else 256
    return name, value.get('version'), bits


class ReadMixin(TransportMixin):
    def is_reading(self):
        return self._call('isReading')

    def pause_reading(self):
        self._call('pauseReading')

    def resume_reading(self):
        self._call('resumeReading')


class LimitsMixin(TransportMixin):
    def set_write_buffer_limits(self, high=None, low=None):
        self._call('setWriteBufferLimits', {'high': high, 'low': low})

    def get_write_buffer_size(self):
        return self._call('getWriteBufferSize')

    def get_write_buffer_limits(self):
        return tuple(self._call('getWriteBufferLimits'))

    def abort(self):
        self._call('abort')


class WriteMixin(LimitsMixin):
    def write(self, data):
        self._call('write', data)

    def writelines(self, list_of_data):
        self._call('writelines', list(list_of_data))

    def write_eof(self):
        self._call('writeEof')

    def can_write_eof(self):
        return self._call('canWriteEof')


@with_js('stream')
class BightTransport(ReadMixin, WriteMixin, asyncio.Transport):
    pass


@with_js('tls')
class BightSSLTransport(ReadMixin, WriteMixin, asyncio.Transport):
    def _test__append_write_backlog(self, data):
        self.write(data)

    def get_extra_info(self, name, default=None):
        if name == 'ssl_object' and name not in self._own_info:
            return SSLObject(self)
        return super().get_extra_info(name, default)


class SSLObject:
    def __init__(self, transport):
        self.transport = transport

    def cipher(self):
        return self.transport.get_extra_info('cipher')

    def compression(self):
        return None

    def getpeercert(self, binary_form=False):
        return self.transport.get_extra_info('peercert')

    def selected_alpn_protocol(self):
        return self.transport._call('getExtraInfo', 'sslObject')._get('alpnProtocol') or None


@with_js('read')
class BightReadTransport(ReadMixin, asyncio.ReadTransport):
    pass


@with_js('write')
class BightWriteTransport(WriteMixin, asyncio.WriteTransport):
    pass


@with_js('datagrams')
class BightDatagramTransport(LimitsMixin, asyncio.DatagramTransport, asyncio.Transport):
    def sendto(self, data, addr=None):
        self._call('sendto', data, address_to_js(addr))


@with_js('subprocess')
class BightSubprocessTransport(TransportMixin, asyncio.SubprocessTransport):
    def __init__(self):
        super().__init__()
        self._exit_waiters = []
        self._has_exited = False
        self._closed = False

    @property
    def _pid(self):
        return self.get_pid()

    @property
    def _returncode(self):
        return self.get_returncode()

    def get_pid(self):
        return self._call('getPid')

    def get_returncode(self):
        return self._call('getReturncode')

    def get_pipe_transport(self, fd):
        return self._call('getPipeTransport', fd)

    def send_signal(self, signal):
        self._call('sendSignal', int(signal))

    def terminate(self):
        self._call('terminate')

    def kill(self):
        self._call('kill')

    def _exited(self):
        self._has_exited = True
        waiters, self._exit_waiters = self._exit_waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(self.get_returncode())

    async def _wait(self):
        returncode = self.get_returncode()
        if returncode is not None:
            return returncode
        waiter = asyncio.get_running_loop().create_future()
        self._exit_waiters.append(waiter)
        return await waiter


@with_js('socket')
class BightSocket(JS):
    @property
    def family(self):
        return socket.AddressFamily(self._get('family'))

    @property
    def type(self):
        return socket.SocketKind(self._get('type'))

    @property
    def proto(self):
        return self._get('proto')

    def fileno(self):
        return self._call('fileno')

    def getsockname(self):
        return address_from_js(self._call('getsockname'))

    def getpeername(self):
        return address_from_js(self._call('getpeername'))

    def getsockopt(self, level, option, buflen=None):
        args = () if buflen is None else ({'buflen': buflen},)
        return self._call('getsockopt', level, option, *args)

    def setsockopt(self, level, option, value):
        self._call('setsockopt', level, option, value)

    def gettimeout(self):
        return 0

    def setblocking(self, flag):
        if flag:
            raise ValueError('setblocking(): only non-blocking')


@with_js('server')
class BightServer(JS, asyncio.AbstractServer):
    _loop = None

    def close(self):
        self._call('close')

    def get_loop(self):
        return self._loop

    def is_serving(self):
        return self._call('isServing')

    async def start_serving(self):
        await start(self._loop, self, 'startServing')

    async def serve_forever(self):
        await start(self._loop, self, 'serveForever')

    async def wait_closed(self):
        await start(self._loop, self, 'waitClosed')

    @property
    def sockets(self):
        return tuple(python_socket(sock) for sock in self._get('sockets'))

    # What tests read, where it is the same as `sockets`.
    _waiters = None

    @property
    def _sockets(self):
        return list(self.sockets) or None


def python_socket(sock):
    return trsock.TransportSocket(sock) if isinstance(sock, socket.socket) else sock


@handler
def method(value):
    protocol, args = held[value['py']][0], decode(value['args'])
    name = value['method']
    if name == 'connection_made' and isinstance(args[0], BightSubprocessTransport):
        transports_by_protocol[protocol] = args[0]
    try:
        return within(protocol, getattr(protocol, name), *args)
    finally:
        if name == 'connection_lost' and doubles:
            close_double(protocol)
