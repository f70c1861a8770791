import { constants } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { Recording } from '../../../../test/support/recording.js';
import { SSLContext } from '../../src/index.js';
import { runOn } from '../support/loops.js';
import { serve } from '../support/pairs.js';
import { tlsDrivers } from '../support/tls-drivers.js';

const { SSL_OP_NO_TLSv1_3: secureOptions } = constants;
const ssl = new SSLContext({ minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', secureOptions });
const refusal = { code: 'ERR_SSL_NO_PROTOCOLS_AVAILABLE' };
const asked = { serverHostname: 'localhost', sslHandshakeTimeout: 30 };

describe.each(tlsDrivers)('a client without a version to offer, on the $name driver,', ({ Loop }) => {
  test('fails at once, whatever the server does', async () => {
    await runOn(Loop, async (loop) => {
      const { host, port } = await serve(loop, () => new Recording(loop));
      const began = loop.time();
      const connecting = loop.createConnection(() => new Recording(loop), { host, port, ssl, ...asked });
      expect(await outcome(connecting)).toMatchObject(refusal);
      expect(loop.time() - began).toBeLessThan(20);
    });
  });

  test('fails at once when it upgrades a connection', async () => {
    await runOn(Loop, async (loop) => {
      const { host, port } = await serve(loop, () => new Recording(loop));
      const [transport, protocol] = await loop.createConnection(() => new Recording(loop), { host, port });
      expect(await outcome(loop.startTls(transport, protocol, ssl, asked))).toMatchObject(refusal);
    });
  });
});
