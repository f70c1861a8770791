"""A certificate for `localhost`, made once by the openssl program, for scenarios with TLS."""
import atexit
import functools
import shutil
import ssl
import subprocess
import tempfile


@functools.cache
def _certificate():
    folder = tempfile.mkdtemp(prefix='bight-')
    atexit.register(shutil.rmtree, folder)
    subprocess.run(
        ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30',
         '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
         '-keyout', f'{folder}/key.pem', '-out', f'{folder}/certificate.pem'],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return f'{folder}/certificate.pem', f'{folder}/key.pem'


def server_context():
    """For a server that has the certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*_certificate())
    return context


def client_context():
    """For a client that trusts it."""
    return ssl.create_default_context(cafile=_certificate()[0])
