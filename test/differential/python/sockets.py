"""What scenarios with bare sockets share: pairs and servers that are closed when the scenario ends."""
import contextlib
import socket


@contextlib.contextmanager
def pair(kind=socket.SOCK_STREAM):
    """Two connected sockets."""
    a, b = socket.socketpair(type=kind)
    with a, b:
        a.setblocking(False)
        b.setblocking(False)
        yield a, b


@contextlib.contextmanager
def bound(kind=socket.SOCK_STREAM):
    """A socket with a free port of the loopback interface, which listens if it is a stream socket."""
    with socket.socket(type=kind) as sock:
        sock.setblocking(False)
        sock.bind(('127.0.0.1', 0))
        if kind == socket.SOCK_STREAM:
            sock.listen()
        yield sock


@contextlib.contextmanager
def unconnected(kind=socket.SOCK_STREAM):
    """A socket and nothing else."""
    with socket.socket(type=kind) as sock:
        sock.setblocking(False)
        yield sock


def fill(sock):
    """Sends until there is no room. Returns how many bytes were sent."""
    sent = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            sent += sock.send(b'-' * 65536)
    return sent
