"""Python's TLS contexts, rebuilt as bight's from the files that were loaded into them."""

import ssl
import weakref

import link
from link import Special


_load_cert_chain = ssl.SSLContext.load_cert_chain
_load_verify_locations = ssl.SSLContext.load_verify_locations
_set_alpn_protocols = ssl.SSLContext.set_alpn_protocols


def load_cert_chain(self, certfile, keyfile=None, password=None):
    _load_cert_chain(self, certfile, keyfile, password)
    self._bridge_cert = certfile, keyfile or certfile, password


def load_verify_locations(self, cafile=None, capath=None, cadata=None):
    _load_verify_locations(self, cafile, capath, cadata)
    if cafile is not None:
        self._bridge_ca = cafile


def set_alpn_protocols(self, protocols):
    _set_alpn_protocols(self, protocols)
    self._bridge_alpn = list(protocols)


ssl.SSLContext.load_cert_chain = load_cert_chain
ssl.SSLContext.load_verify_locations = load_verify_locations
ssl.SSLContext.set_alpn_protocols = set_alpn_protocols

VERSIONS = {ssl.TLSVersion.TLSv1: 'TLSv1', ssl.TLSVersion.TLSv1_1: 'TLSv1.1', ssl.TLSVersion.TLSv1_2: 'TLSv1.2',
            ssl.TLSVersion.TLSv1_3: 'TLSv1.3'}
tls_contexts = weakref.WeakKeyDictionary()


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def tls(context, server_side):
    if context is None or isinstance(context, bool):
        return context
    if not isinstance(context, ssl.SSLContext):
        return Special(context, None)
    made = tls_contexts.get(context)
    key = (context.verify_mode, context.check_hostname, context.minimum_version, context.maximum_version)
    if made is not None and made[0] == key:
        return made[1]
    options = {
        'requestCert': context.verify_mode != ssl.CERT_NONE,
        'rejectUnauthorized': context.verify_mode == ssl.CERT_REQUIRED,
        'checkHostname': context.check_hostname,
    }
    cert = getattr(context, '_bridge_cert', None)
    if cert is not None:
        options.update(cert=read(cert[0]), key=read(cert[1]))
        if cert[2] is not None:
            options['passphrase'] = cert[2]() if callable(cert[2]) else cert[2]
    if hasattr(context, '_bridge_ca'):
        options['ca'] = read(context._bridge_ca)
    if hasattr(context, '_bridge_alpn'):
        options['alpnProtocols'] = context._bridge_alpn
    if context.minimum_version in VERSIONS:
        options['minVersion'] = VERSIONS[context.minimum_version]
    elif context.options & ssl.OP_NO_TLSv1_2 and context.options & ssl.OP_NO_TLSv1_1:
        options['minVersion'] = 'TLSv1.3'
    if context.maximum_version in VERSIONS:
        options['maxVersion'] = VERSIONS[context.maximum_version]
    elif context.options & ssl.OP_NO_TLSv1_3:
        options['maxVersion'] = 'TLSv1.2'
    made = link.construct('SSLContext', options)
    tls_contexts[context] = key, made
    return made
