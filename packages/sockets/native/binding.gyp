{
  'targets': [
    {
      'target_name': 'bight_sockets',
      'sources': [
        'address.c', 'arguments.c', 'binding.c', 'constants.c', 'engine-addresses.c', 'engine-binding.c',
        'engine-collect.c', 'engine-flush.c', 'engine-receive.c', 'engine-slabs.c', 'engine-slots.c', 'engine-tls.c',
        'engine.c', 'environment.c', 'openssl.c', 'options.c', 'process.c', 'resolver.c', 'selector.c', 'socket.c',
        'tls-binding.c', 'tls-bio.c', 'tls-certificates.c', 'tls-connection.c', 'tls-context.c', 'tls-questions.c',
        'tls-table.c', 'tls-tickets.c', 'transfer.c',
      ],
      'defines': ['NAPI_VERSION=8', '_GNU_SOURCE'],
      'cflags': ['-std=c11', '-O2', '-Wall', '-Wextra', '-fvisibility=hidden'],
      'xcode_settings': {
        'GCC_C_LANGUAGE_STANDARD': 'c11',
        'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
        'MACOSX_DEPLOYMENT_TARGET': '11.0',
      },
      'conditions': [
        ['OS=="linux"', {'sources': ['epoll.c', 'linux-datagrams.c', 'linux-process.c', 'linux.c']}],
        ['OS=="mac"', {'sources': ['darwin-datagrams.c', 'darwin.c', 'kqueue.c']}],
      ],
    },
  ],
}
