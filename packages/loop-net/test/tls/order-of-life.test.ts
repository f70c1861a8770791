import type { BaseTransport } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomRuns } from '../../../../test/support/extent.js';
import { Recording } from '../../../../test/support/recording.js';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { runOn, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';
import { busyTlsDrivers } from '../support/restless.js';
import { turns } from '../support/turns.js';

const { ca, server } = certificates();

/** How one end of a connection behaves. */
interface Manners {
  /** How many bytes it sends as soon as it has a transport. */
  greeting: number;
  /** What it does to the connection after that. */
  then: 'close' | 'abort' | 'wait';
  /** For how many turns it reads nothing. */
  pausedTurns: number;
}

/** `made`, then data while it is not paused, then at most one end, then `lost` once. */
const LIFE = /^(?:made(?: (?:data|pause|resume))*(?: eof)?(?: (?:pause|resume))* lost)?$/;

class Mannered extends Recording {
  readonly #loop: TestLoop;
  readonly #manners: Manners;

  constructor(loop: TestLoop, manners: Manners) {
    super(loop);
    this.#loop = loop;
    this.#manners = manners;
  }

  override connectionMade(transport: BaseTransport): void {
    super.connectionMade(transport);
    const { greeting, then, pausedTurns } = this.#manners;
    if (greeting > 0) this.transport.write(Buffer.alloc(greeting, 'x'));
    if (pausedTurns > 0) {
      this.transport.pauseReading();
      void turns(this.#loop, pausedTurns).then(() => this.transport.resumeReading());
    }
    if (then === 'close') this.transport.close();
    if (then === 'abort') this.transport.abort();
  }

  get life(): string {
    return this.events.map((event) => event.replace(/ .*/, '')).join(' ');
  }
}

const manners = fc.record<Manners>({
  greeting: fc.constantFrom(0, 1, 20_000, 200_000),
  then: fc.constantFrom('close', 'abort', 'wait'),
  pausedTurns: fc.constantFrom(0, 1, 50),
});

describe.each(busyTlsDrivers)('$name: the life of a TLS transport', ({ Loop }) => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'keeps its order, whichever end speaks first (%s)',
    async (version) => {
      await runOn(Loop, async (loop) => {
        const only = { minVersion: version, maxVersion: version };
        const ssl = new SSLContext({ cert: server.cert, key: server.key, ...only });
        let serving: Manners;
        let accepted: Mannered[] = [];
        const factory = () => {
          accepted.push(new Mannered(loop, serving));
          return accepted.at(-1)!;
        };
        const { port } = await serve(loop, factory, { ssl });
        const options = {
          host: '127.0.0.1',
          port,
          ssl: createDefaultContext({ ca: ca.cert, ...only }),
          serverHostname: 'localhost',
        };
        await Promise.resolve(
          fc.assert(
            fc.asyncProperty(manners, manners, async (here, there) => {
              serving = there;
              accepted = [];
              const client = new Mannered(loop, here);
              const connecting = Promise.resolve(loop.createConnection(() => client, options));
              // The server may have aborted before the client has seen the end of the handshake.
              const transport = await connecting.then(
                ([made]) => made,
                () => null,
              );
              if (here.then === 'wait' && there.then === 'wait') {
                await accepted[0]!.received(here.greeting);
                await client.received(there.greeting);
                expect(client.data.length).toBe(there.greeting);
                transport!.close();
              }
              for (const end of [client, ...accepted]) {
                if (end.events.length > 0) await end.event('lost');
                expect(end.life).toMatch(LIFE);
              }
              // What was sent before an orderly end is received, unless this end had stopped reading.
              if (here.then === 'wait' && there.then === 'close' && client.lost === null) {
                expect(client.data.length).toBe(there.greeting);
              }
            }),
            randomRuns(20, 3),
          ),
        );
      });
    },
  );

  test('bytes that came with the handshake follow connectionMade, the end follows the bytes', async () => {
    await runOn(Loop, async (loop) => {
      const ssl = new SSLContext({ cert: server.cert, key: server.key });
      const accepted: Mannered[] = [];
      const factory = () => {
        accepted.push(new Mannered(loop, { greeting: 10, then: 'close', pausedTurns: 0 }));
        return accepted.at(-1)!;
      };
      const { port } = await serve(loop, factory, { ssl });
      const context = createDefaultContext({ ca: ca.cert });
      for (let round = 0; round < 30; round++) {
        const [, client] = await loop.createConnection(
          () => new Mannered(loop, { greeting: 10, then: 'wait', pausedTurns: 0 }),
          { host: '127.0.0.1', port, ssl: context, serverHostname: 'localhost' },
        );
        await client.event('lost');
        await accepted.at(-1)!.event('lost');
        expect(client.life).toBe('made data eof lost');
        expect(accepted.at(-1)!.life).toMatch(LIFE);
      }
    });
  });
});
