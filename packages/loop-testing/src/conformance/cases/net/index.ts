import type { CaseDefinition } from '../../case.js';
import { addressCases } from './addresses.js';
import { createConnectionCases } from './create-connection.js';
import { createServerCases } from './create-server.js';
import { datagramCases } from './datagrams.js';
import { sendfileCases } from './sendfile.js';
import { tcpCases } from './tcp.js';
import { tlsCases } from './tls.js';
import { unixCases } from './unix.js';

/** The network. */
export const netCases: CaseDefinition[] = [
  ...tcpCases,
  ...createConnectionCases,
  ...createServerCases,
  ...unixCases,
  ...datagramCases,
  ...addressCases,
  ...sendfileCases,
  ...tlsCases,
];
