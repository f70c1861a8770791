// The checks of each driver, client and framework: functions that throw on a failure.
import { contexts } from './contexts.mjs';
import { httpAttacks } from './http-attacks.mjs';
import { httpServers } from './http-servers.mjs';
import { ioredis } from './ioredis.mjs';
import { mail } from './mail.mjs';
import { mqtt } from './mqtt.mjs';
import { mysql2 } from './mysql2.mjs';
import { pg } from './pg.mjs';
import { simulated } from './simulated.mjs';
import { simulatedPg } from './simulated-pg.mjs';
import { ssh } from './ssh2.mjs';
import { undici } from './undici.mjs';
import { ws } from './ws.mjs';

/** All of them, in the order of the page. */
export const checks = [
  ...pg,
  ...ioredis,
  mysql2,
  ...mqtt,
  ws,
  ...undici,
  ...httpServers,
  httpAttacks,
  ...contexts,
  mail,
  ssh,
  ...simulated,
  ...simulatedPg,
];
