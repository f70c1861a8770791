import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TLSSocket } from 'node:tls';
import { wrapFuture } from '@bight/loop-core';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { type Certificate, certificates } from '../support/certificates.js';
import { runOn, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';
import { tlsDrivers } from '../support/tls-drivers.js';

const { ca, server, expired, client, selfSigned } = certificates();
const directory = mkdtempSync(join(tmpdir(), 'bight-openssl-'));
const children = new Set<ChildProcess>();

afterAll(async () => {
  for (const child of children) {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  rmSync(directory, { recursive: true, force: true });
});

function openssl(...args: string[]): ChildProcess {
  const child = spawn('openssl', args, { cwd: directory, stdio: ['pipe', 'pipe', 'pipe'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  child.stderr.resume();
  return child;
}

/** `openssl s_server` with a certificate, on a port of its own choice. */
async function startServer({ certFile, keyFile }: Certificate, ...more: string[]): Promise<number> {
  const child = openssl(
    's_server',
    '-accept',
    '127.0.0.1:0',
    '-cert',
    certFile,
    '-key',
    keyFile,
    '-rev',
    ...more,
  );
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = await wrapFuture(lines.next());
    if (done) throw new Error('openssl s_server has ended');
    const port = /^ACCEPT \S*?:?(\d+)$/.exec(value)?.[1];
    if (port !== undefined) return Number(port);
  }
}

/** Runs `openssl s_client`, which sends one line and ends when it is answered. @returns what it printed */
async function runClient(port: number, ...more: string[]): Promise<string> {
  const child = openssl('s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', ca.certFile, ...more);
  let printed = '';
  child.stdin!.write('hello\n');
  child.stdin!.on('error', () => {});
  child.stdout!.on('data', (data: Buffer) => {
    printed += data;
    if (printed.includes('hello\n')) child.stdin!.end('Q\n');
  });
  await wrapFuture(once(child, 'exit'));
  return printed;
}

async function ask(loop: TestLoop, port: number, ssl: SSLContext, serverHostname = 'localhost') {
  const options = { host: '127.0.0.1', port, ssl, serverHostname };
  const [transport, protocol] = await loop.createConnection(() => new Recording(loop), options);
  transport.write(Buffer.from('hello\n'));
  await protocol.received(6);
  const tls = transport.getExtraInfo('sslObject') as TLSSocket;
  const found = { said: protocol.text, alpn: tls.alpnProtocol, reused: tls.isSessionReused() };
  transport.close();
  await protocol.event('lost');
  return found;
}

const trusting = createDefaultContext({ ca: ca.cert });

describe.each(tlsDrivers)('$name: our client and openssl s_server', ({ Loop }) => {
  test('agree on a good certificate, and on ALPN', async () => {
    await runOn(Loop, async (loop) => {
      const port = await startServer(server, '-alpn', 'first,second');
      const context = createDefaultContext({ ca: ca.cert, alpnProtocols: ['second', 'third'] });
      const { said, alpn } = await ask(loop, port, context);
      expect(said).toBe('olleh\n');
      expect(alpn).toBe('second');
    });
  });

  test.each<[string, Certificate, string, string]>([
    ['for another name', server, 'wrong.example', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['that has expired', expired, 'localhost', 'CERT_HAS_EXPIRED'],
    ['of an unknown authority', selfSigned, 'localhost', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('a certificate %s is refused with a reason', async (_, certificate, host, code) => {
    await runOn(Loop, async (loop) => {
      const port = await startServer(certificate);
      await expect(ask(loop, port, trusting, host)).rejects.toMatchObject({ code });
    });
  });

  test('a server that asks for a certificate gets the one of the context', async () => {
    await runOn(Loop, async (loop) => {
      const port = await startServer(server, '-Verify', '1', '-verify_return_error', '-CAfile', ca.certFile);
      const { cert, key } = client;
      const { said } = await ask(loop, port, createDefaultContext({ ca: ca.cert, cert, key }));
      expect(said).toBe('olleh\n');
    });
  });

  test.each(['-tls1_2', '-tls1_3'])(
    'a second connection resumes the session of the first (%s)',
    async (version) => {
      await runOn(Loop, async (loop) => {
        const port = await startServer(server, version);
        const context = createDefaultContext({ ca: ca.cert });
        const reused = [];
        for (let round = 0; round < 2; round++) reused.push((await ask(loop, port, context)).reused);
        expect(reused).toEqual([false, true]);
      });
    },
  );
});

describe.each(tlsDrivers)('$name: our server and openssl s_client', ({ Loop }) => {
  test('agree on the certificate, the host and ALPN', async () => {
    await runOn(Loop, async (loop) => {
      const ssl = new SSLContext({ cert: server.cert, key: server.key, alpnProtocols: ['echo'] });
      const { port } = await serve(loop, () => new Echo(loop), { ssl });
      const checks = ['-verify_hostname', 'localhost', '-verify_return_error', '-alpn', 'echo'];
      const printed = await runClient(port, ...checks);
      expect(printed).toContain('Verify return code: 0 (ok)');
      expect(printed).toContain('ALPN protocol: echo');
      expect(printed).toContain('hello\n');
    });
  });

  test('a client is asked for its certificate, and turned away without one', async () => {
    await runOn(Loop, async (loop) => {
      const ssl = new SSLContext({ cert: server.cert, key: server.key, ca: ca.cert, requestCert: true });
      const made: Echo[] = [];
      const remember = () => {
        made.push(new Echo(loop));
        return made.at(-1)!;
      };
      const { port } = await serve(loop, remember, { ssl });
      expect(await runClient(port, '-cert', client.certFile, '-key', client.keyFile)).toContain('hello\n');
      expect(made[0]!.transport.getExtraInfo('peercert')).toMatchObject({ subject: { CN: 'a client' } });
      expect(await runClient(port)).not.toContain('hello\n');
      expect(made.slice(1).flatMap(({ events }) => events)).toEqual([]);
    });
  });

  test('a session is resumed', async () => {
    await runOn(Loop, async (loop) => {
      const ssl = new SSLContext({ cert: server.cert, key: server.key });
      const { port } = await serve(loop, () => new Echo(loop), { ssl });
      const session = join(directory, `session-${port}`);
      expect(await runClient(port, '-sess_out', session)).toContain('New, TLSv1.3');
      expect(await runClient(port, '-sess_in', session)).toContain('Reused, TLSv1.3');
    });
  });
});
