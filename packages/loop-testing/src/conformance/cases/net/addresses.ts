import type { AddrInfo, InetAddress } from '@bight/loop-abstract';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../../case.js';
import { deepEqual, equal, fails } from '../../check.js';
import { HOST } from './connections.js';

/** Names and addresses. */
export const addressCases: CaseDefinition[] = suite(
  'NetLoop',
  'getaddrinfo()',
  (define) => {
    define('gives the ways to reach an address', async ({ loop, run }) => {
      await run(async () => {
        const infos: AddrInfo[] = await loop.getaddrinfo(HOST, 80, { type: 1 });
        equal(infos.length, 1);
        const sockaddr = infos[0]?.sockaddr as InetAddress;
        equal(sockaddr.host, HOST);
        equal(sockaddr.port, 80);
        equal(infos[0]?.type, 1);
      });
    });

    define('can be undone with getnameinfo()', async ({ loop, run }) => {
      await run(async () => {
        // NI_NUMERICHOST | NI_NUMERICSERV
        deepEqual(await loop.getnameinfo({ host: HOST, port: 80 }, { flags: 1 | 2 }), [HOST, '80']);
      });
    });

    define('fails where there is no such address', async ({ loop, run }) => {
      await run(
        async () => void (await fails(() => loop.getaddrinfo('256.256.256.256.', 80, { flags: 4 }), Error)),
      );
    });
  },
  { states: WITH_SYSTEM },
);
