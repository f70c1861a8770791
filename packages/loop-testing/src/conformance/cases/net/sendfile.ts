import { closeSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RuntimeError } from '@bight/contextvars';
import { SendfileNotAvailableError } from '@bight/loop-abstract';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../../case.js';
import { deepEqual, fails, ok } from '../../check.js';
import type { Ground } from '../../ground.js';
import { close, connect } from './connections.js';

/** Files over a connection. */
export const sendfileCases: CaseDefinition[] = suite(
  'NetLoop',
  'sendfile()',
  (define) => {
    const content = 'the content of a file, which is not long';

    /** Sends a part of a file over a connection; gives how much was sent, and what came out. */
    async function send(
      ground: Ground,
      options: Parameters<Ground['loop']['sendfile']>[2],
    ): Promise<[sent: number, received: string]> {
      const file = path.join(ground.directory(), 'file');
      writeFileSync(file, content);
      const descriptor = openSync(file, 'r');
      ground.defer(() => closeSync(descriptor));
      return await ground.run(async () => {
        const { client, accepted } = await connect(ground);
        const sent = await ground.loop.sendfile(client.transport, descriptor, options);
        client.transport.close();
        await accepted.lost;
        await client.lost;
        return [sent, accepted.received] as [number, string];
      });
    }

    define('sends a whole file', async (ground) => {
      deepEqual(await send(ground, null), [content.length, content]);
    });

    define('sends a part of a file', async (ground) => {
      deepEqual(await send(ground, { offset: 4, count: 7 }), [7, 'content']);
    });

    define(
      'needs the system call on request',
      async (ground) => {
        deepEqual(await send(ground, { fallback: false }), [content.length, content]);
      },
      { needs: ['systemSendfile'] },
    );

    define('on a transport that closes is refused', async (ground) => {
      const { loop, run } = ground;
      await run(async () => {
        const pair = await connect(ground);
        pair.client.transport.close();
        const error = await fails(() => loop.sendfile(pair.client.transport, 0), Error);
        ok(error instanceof RuntimeError && !(error instanceof SendfileNotAvailableError));
        await close(pair);
      });
    });
  },
  { states: WITH_SYSTEM },
);
