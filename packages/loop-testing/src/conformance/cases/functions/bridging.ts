import { EventEmitter } from 'node:events';
import { Duplex, PassThrough, Readable } from 'node:stream';
import { ContextVar } from '@bight/contextvars';
import { getRunningLoop } from '@bight/loop-core';
import { type CaseDefinition, suite } from '../../case.js';
import { deepEqual, equal, ok } from '../../check.js';
import type { HighLevel } from '../../high-level.js';

const place = new ContextVar('place', { default: 'none' });

/** What connects Node's streams and emitters with the loop. */
export const bridgingCases = (bight: HighLevel): CaseDefinition[] =>
  suite('TaskLoop', 'of bight,', (define) => {
    define('readFrom() reads a stream of Node, and writeTo() writes to one', async ({ task }) => {
      const written = await task(async () => {
        const sink = new PassThrough();
        const writer = bight.writeTo(sink);
        await writer.send(
          await bight.readFrom(Readable.from([Buffer.from('line\n'), Buffer.from('more')])).read(),
        );
        writer.close();
        const read = String(await bight.readFrom(sink).read());
        await writer.waitClosed();
        return read;
      });
      equal(written, 'line\nmore');
    });

    define('fromStream() makes a reader and a writer of a Duplex', async ({ task }) => {
      const answer = await task(async () => {
        const [reader, writer] = bight.fromStream(new PassThrough());
        await writer.send(Buffer.from('there and back\n'));
        const line = String(await reader.readline());
        writer.close();
        await writer.waitClosed();
        return line;
      });
      equal(answer, 'there and back\n');
    });

    define('toDuplex() makes a stream of Node of a transport', async ({ task }) => {
      const written = await task(async () => {
        const sink = new PassThrough();
        const { transport } = bight.writeTo(sink);
        const stream = bight.toDuplex(transport);
        ok(stream instanceof Duplex);
        stream.end(Buffer.from('through the transport'));
        return String(await bight.readFrom(sink).read());
      });
      equal(written, 'through the transport');
    });

    define('a FlowControlProtocol waits while its transport is full, and until it is closed', async (c) => {
      const { loop, task, turns, trace } = c;
      await task(async () => {
        const protocol = new bight.FlowControlProtocol(loop);
        protocol.pauseWriting();
        const waiting = loop.createTask(async () => {
          await protocol.drained();
          trace.push('drained');
          await protocol.closed();
          trace.push('closed');
        });
        await turns(2);
        trace.push('resumed');
        protocol.resumeWriting();
        await turns(2);
        protocol.connectionLost(null);
        await waiting;
      });
      deepEqual(trace, ['resumed', 'drained', 'closed']);
    });

    define('bindEmitter() has listeners run in the loop and in a context', async ({ loop, task }) => {
      const seen = await task(async () => {
        place.set('bound');
        const emitter = bight.bindEmitter(new EventEmitter());
        const seen = loop.createFuture<unknown[]>();
        emitter.on('event', () => seen.setResult([place.get(), getRunningLoop() === loop]));
        setImmediate(() => emitter.emit('event'));
        return await seen;
      });
      deepEqual(seen, ['bound', true]);
    });
  });
