import { describe, expect, test } from '@jest/globals';
import { chosenOf, runsOf } from '../../../../test/support/extent.js';
import { Recording } from '../../../../test/support/recording.js';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { runOn, type TestLoop } from '../support/loops.js';
import { type Direction, Middle } from '../support/middle.js';
import { serve } from '../support/pairs.js';
import { tlsDrivers } from '../support/tls-drivers.js';

// What an attacker on the way can do to one byte. Whatever it is, no protocol may take less or other bytes than were
// sent for the whole of a conversation.

const { ca, server } = certificates();
const question = Buffer.from('a question');
const answer = Buffer.from('an answer that is a little longer');

/** How many bytes of a direction are damaged, one in each conversation. */
const BYTES = process.env.RECORD_BYTES === 'all' ? Infinity : runsOf(60, 2);

/**
 * When both ends wait for bytes that the damage has taken, the connection is reset: after this many milliseconds of
 * silence.
 */
const SILENCE = 20;

type Damage = (chunk: Buffer, at: number) => Buffer;

const damages: Record<string, Damage> = {
  flipped: (chunk, at) => {
    const copy = Buffer.from(chunk);
    copy[at]! ^= 1 << (at % 8);
    return copy;
  },
  'cut out': (chunk, at) => Buffer.concat([chunk.subarray(0, at), chunk.subarray(at + 1)]),
  doubled: (chunk, at) => Buffer.concat([chunk.subarray(0, at + 1), chunk.subarray(at)]),
};

/** The server answers the question and ends the connection, as soon as it has all of it. */
class Answering extends Recording {
  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    if (this.data.length !== question.length) return;
    this.transport.write(answer);
    this.transport.close();
  }
}

/** One conversation. @returns what each end has received, or the error that it got */
interface Conversation {
  client: Recording;
  accepted: Answering | undefined;
  refused: Error | null;
}

async function converse(
  loop: TestLoop,
  ssl: SSLContext,
  port: number,
  accepted: () => Answering | undefined,
): Promise<Conversation> {
  const client = new Recording(loop);
  let refused: Error | null = null;
  try {
    const [transport] = await loop.createConnection(() => client, {
      host: '127.0.0.1',
      port,
      ssl,
      serverHostname: 'localhost',
      sslHandshakeTimeout: 60,
      sslShutdownTimeout: 60,
    });
    transport.write(question);
    await client.event('lost');
  } catch (error) {
    refused = error as Error;
  }
  const made = accepted();
  if (made !== undefined && made.events.length > 0) {
    made.transport.abort();
    await made.event('lost');
  }
  return { client, accepted: made, refused };
}

describe.each(tlsDrivers)('$name: a byte on its way', ({ Loop }) => {
  describe.each(['TLSv1.2', 'TLSv1.3'] as const)('%s', (version) => {
    describe.each<Direction>(['to the server', 'to the client'])('%s', (direction) => {
      test.each(Object.entries(damages))(
        'that is %s is an error, or has changed nothing',
        async (_, damage) => {
          await runOn(Loop, async (loop) => {
            const only = { minVersion: version, maxVersion: version };
            let made: Answering | undefined;
            const factory = () => {
              made = new Answering(loop);
              return made;
            };
            const { port } = await serve(loop, factory, {
              ssl: new SSLContext({ cert: server.cert, key: server.key, ...only }),
              sslHandshakeTimeout: 60,
              sslShutdownTimeout: 60,
            });
            let target = -1;
            let total = 0;
            let silence: NodeJS.Timeout | undefined;
            const middle = await Middle.to(port, (way, chunk, offset) => {
              silence?.refresh();
              if (way !== direction) return chunk;
              total = Math.max(total, offset + chunk.length);
              const at = target - offset;
              if (at < 0 || at >= chunk.length) return chunk;
              silence = setTimeout(() => middle.reset(), SILENCE);
              return damage(chunk, at);
            });
            const run = async (): Promise<Conversation> => {
              made = undefined;
              // A context of its own: no session of an earlier conversation.
              const ssl = createDefaultContext({ ca: ca.cert, ...only });
              try {
                return await converse(loop, ssl, middle.port, () => made);
              } finally {
                clearTimeout(silence);
                silence = undefined;
              }
            };
            const whole = await run();
            expect(whole.client.data).toEqual(answer);
            expect(whole.client.lost).toBeNull();
            // An end that TLS does not announce is a clean one (as in asyncio), and a record that seems longer hides
            // the announcement.
            middle.resetsAtEnd = true;
            for (target of chosenOf([...Array(total).keys()], BYTES)) {
              const { client, accepted, refused } = await run();
              // Everything that an end has received is a prefix of what was sent.
              expect(answer.subarray(0, client.data.length)).toEqual(client.data);
              const got = accepted?.data ?? Buffer.alloc(0);
              expect(question.subarray(0, got.length)).toEqual(got);
              const endedWell = refused === null && client.events.includes('eof') && client.lost === null;
              if (endedWell)
                expect({ target, data: client.data.toString() }).toEqual({ target, data: answer.toString() });
            }
            middle.close();
          });
        },
      );
    });
  });
});
