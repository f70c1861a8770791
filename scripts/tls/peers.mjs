// Foreign ends of TLS connections: for each, a program that serves a folder with the file `300000`, and one that
// fetches it.
import path from 'node:path';

const PYTHON_SERVER = `
import http.server, os, ssl, sys
cert, key, folder, version = sys.argv[1:]
os.chdir(folder)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, version.replace('.', '_'))
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler)
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
`;
const PYTHON_CLIENT = `
import ssl, sys, urllib.request
url, ca = sys.argv[1:]
print(len(urllib.request.urlopen(url, context=ssl.create_default_context(cafile=ca)).read()))
`;
const NODE_SERVER = `
const https = require('node:https'), fs = require('node:fs'), path = require('node:path');
const [, cert, key, folder, version] = process.argv;
const read = (file) => fs.readFileSync(file);
const options = { cert: read(cert), key: read(key), minVersion: version, maxVersion: version };
const server = https.createServer(options, ({ url }, response) => response.end(read(path.join(folder, url))));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;
const NODE_CLIENT = `
const https = require('node:https'), fs = require('node:fs');
const [, url, ca] = process.argv;
https.get(url, { ca: fs.readFileSync(ca), agent: false }, (response) => {
  let length = 0;
  response.on('data', (data) => { length += data.length; }).on('end', () => console.log(length));
});
`;
const BUN_SERVER = `
const [cert, key, folder] = process.argv.slice(-4, -1);
const tls = { cert: Bun.file(cert), key: Bun.file(key) };
const fetch = (request) => new Response(Bun.file(folder + new URL(request.url).pathname));
console.log(Bun.serve({ port: 0, hostname: '127.0.0.1', tls, fetch }).port);
`;
const BUN_CLIENT = `
const [url, ca] = process.argv.slice(-2);
const response = await fetch(url, { tls: { ca: Bun.file(ca) }, keepalive: false });
console.log((await response.arrayBuffer()).byteLength);
`;

const nginx = ({ certFile, keyFile, folder, version, port }) => `
daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c;
  uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
  ssl_session_cache shared:one:1m;
  server {
    listen 127.0.0.1:${port} ssl; root ${folder};
    ssl_certificate ${certFile}; ssl_certificate_key ${keyFile}; ssl_protocols ${version};
  }
}
`;

/**
 * The peers by name. `command` is the program whose presence is checked. `serve` has the arguments of a server, which
 * prints its port or takes `port`, and with `file` the text of a file to write first. `ask` has the arguments of a
 * client, which prints the number of bytes. `only` is the only version of TLS, if there is one.
 */
export function peersOf({ node, bun, python }) {
  return {
    openssl: {
      command: 'openssl',
      serve: ({ certFile, keyFile, version, port }) => [
        's_server',
        ...['-accept', `127.0.0.1:${port}`, '-cert', certFile, '-key', keyFile, '-WWW', '-quiet'],
        version === 'TLSv1.2' ? '-tls1_2' : '-tls1_3',
      ],
      takesPort: true,
    },
    curl: {
      command: 'curl',
      ask: ({ url, caFile }) => ['-sS', '--cacert', caFile, '-o', '/dev/null', '-w', '%{size_download}', url],
    },
    python: {
      command: python,
      serve: ({ certFile, keyFile, folder, version }) => [
        '-c',
        PYTHON_SERVER,
        certFile,
        keyFile,
        folder,
        version,
      ],
      ask: ({ url, caFile }) => ['-c', PYTHON_CLIENT, url, caFile],
    },
    'node:tls': {
      command: node,
      serve: ({ certFile, keyFile, folder, version }) => [
        '-e',
        NODE_SERVER,
        certFile,
        keyFile,
        folder,
        version,
      ],
      ask: ({ url, caFile }) => ['-e', NODE_CLIENT, url, caFile],
    },
    Bun: {
      command: bun,
      serve: ({ certFile, keyFile, folder, version }) => [
        '-e',
        BUN_SERVER,
        certFile,
        keyFile,
        folder,
        version,
      ],
      ask: ({ url, caFile }) => ['-e', BUN_CLIENT, url, caFile],
    },
    nginx: {
      command: 'nginx',
      file: nginx,
      serve: ({ folder }) => ['-p', folder, '-c', path.join(folder, 'nginx.conf')],
      takesPort: true,
    },
  };
}
