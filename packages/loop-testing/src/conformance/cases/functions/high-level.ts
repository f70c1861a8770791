import type { CaseDefinition } from '../../case.js';
import type { HighLevel } from '../../high-level.js';
import { bridgingCases } from './bridging.js';
import { channelCases } from './channels.js';
import { poolCases } from './pools.js';
import { processCases } from './processes.js';
import { queueCases } from './queues.js';
import { signalReceiverCases } from './signal-receiver.js';
import { streamCases } from './streams.js';
import { synchronizingCases } from './synchronizing.js';

/** What `bight` builds on tasks, on a loop that need not be its own. */
export const highLevelCases = (bight: HighLevel): CaseDefinition[] => [
  ...synchronizingCases(bight),
  ...queueCases(bight),
  ...channelCases(bight),
  ...streamCases(bight),
  ...bridgingCases(bight),
  ...processCases(bight),
  ...poolCases(bight),
  ...signalReceiverCases(bight),
];
