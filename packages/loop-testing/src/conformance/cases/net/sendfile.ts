import { closeSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RuntimeError } from '@bight/contextvars';
import { SendfileNotAvailableError } from '@bight/loop-abstract';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../../case.js';
import type { CaseContext } from '../../case-context.js';
import { deepEqual, fails, ok } from '../../check.js';
import { close, connect } from './connections.js';

/** Files over a connection. */
export const sendfileCases: CaseDefinition[] = suite(
  'NetLoop',
  'sendfile()',
  (define) => {
    const content = 'the content of a file, which is not long';

    /** Sends a part of a file over a connection; gives how much was sent, and what came out. */
    async function send(
      c: CaseContext,
      options: Parameters<CaseContext['loop']['sendfile']>[2],
    ): Promise<[sent: number, received: string]> {
      const file = path.join(c.directory(), 'file');
      writeFileSync(file, content);
      const descriptor = openSync(file, 'r');
      c.defer(() => closeSync(descriptor));
      return await c.run(async () => {
        const { client, accepted } = await connect(c);
        const sent = await c.loop.sendfile(client.transport, descriptor, options);
        client.transport.close();
        await accepted.lost;
        await client.lost;
        return [sent, accepted.received] as [number, string];
      });
    }

    define('sends a whole file', async (c) => {
      deepEqual(await send(c, null), [content.length, content]);
    });

    define('sends a part of a file', async (c) => {
      deepEqual(await send(c, { offset: 4, count: 7 }), [7, 'content']);
    });

    define(
      'needs the system call on request',
      async (c) => {
        deepEqual(await send(c, { fallback: false }), [content.length, content]);
      },
      { needs: ['systemSendfile'] },
    );

    define('on a transport that closes is refused', async (c) => {
      const { loop, run } = c;
      await run(async () => {
        const pair = await connect(c);
        pair.client.transport.close();
        const error = await fails(() => loop.sendfile(pair.client.transport, 0), Error);
        ok(error instanceof RuntimeError && !(error instanceof SendfileNotAvailableError));
        await close(pair);
      });
    });
  },
  { states: WITH_SYSTEM },
);
