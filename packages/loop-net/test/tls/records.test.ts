import { describe, expect, test } from '@jest/globals';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { drivers, runOn, type TestLoop } from '../support/loops.js';
import { type Direction, Middle } from '../support/middle.js';
import { serve } from '../support/pairs.js';
import { Recording } from '../support/recording.js';

// What an attacker on the way can do to one byte. Whatever it is, no protocol may take less or other bytes than were
// sent for the whole of a conversation.

const { ca, server } = certificates();
const question = Buffer.from('a question');
const answer = Buffer.from('an answer that is a little longer');

/** Every byte, where the environment asks for it; otherwise one in so many, other ones in every case. */
const STEP = process.env.BIGHT_EVERY_RECORD_BYTE === '1' ? 1 : 199;

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

/** One conversation; what each end has received, or the error that it got. */
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
      sslHandshakeTimeout: 5,
      sslShutdownTimeout: 5,
    });
    transport.write(question);
    // Bytes that are missing are waited for: an end of the connection is what settles it.
    const timer = loop.callLater(0.3, () => transport.abort());
    await client.event('lost');
    timer.cancel();
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

describe.each(drivers.slice(0, 2))('$name: a byte on its way', ({ Loop }) => {
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
              sslHandshakeTimeout: 5,
              sslShutdownTimeout: 5,
            });
            let target = -1;
            let total = 0;
            const middle = await Middle.to(port, (way, chunk, offset) => {
              if (way !== direction) return chunk;
              total = Math.max(total, offset + chunk.length);
              const at = target - offset;
              return at >= 0 && at < chunk.length ? damage(chunk, at) : chunk;
            });
            const run = async (): Promise<Conversation> => {
              made = undefined;
              // A context of its own: no session of an earlier conversation.
              const ssl = createDefaultContext({ ca: ca.cert, ...only });
              return await converse(loop, ssl, middle.port, () => made);
            };
            const whole = await run();
            expect(whole.client.data).toEqual(answer);
            expect(whole.client.lost).toBeNull();
            const length = total;
            for (target = damage.name.length % STEP; target < length; target += STEP) {
              const { client, accepted, refused } = await run();
              // Whatever an end has got is the beginning of what was sent.
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
