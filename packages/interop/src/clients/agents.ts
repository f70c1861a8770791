import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { Dialler } from './dialler.js';
import { type ConnectOptions, withoutUrlPath } from './target.js';

/** An agent of `http` whose connections a dialler makes. */
export function httpAgent(dialler: Dialler, settings?: http.AgentOptions): http.Agent {
  return Object.assign(new http.Agent(settings), {
    createConnection: (given: object): Duplex =>
      dialler.connect(withoutUrlPath(given as ConnectOptions), { isSecured: false }),
  });
}

/** An agent of `https` whose connections a dialler makes. */
export function httpsAgent(dialler: Dialler, settings?: https.AgentOptions): https.Agent {
  return Object.assign(new https.Agent(settings), {
    createConnection: (given: object): Duplex =>
      dialler.connect(withoutUrlPath(given as ConnectOptions), { isSecured: true }),
  });
}
