import type { DebugLoop, ErrorHandlingLoop, NetLoop, SchedulingLoop, TaskLoop } from '@bight/loop-abstract';

/** What a loop must have so that the network can be added to it. Debug mode is asked for where it exists. */
export type NetHostLoop = SchedulingLoop & TaskLoop & ErrorHandlingLoop & Partial<DebugLoop>;

/** Such a loop with the network added, as the library's own code sees it. */
export type NetBaseLoop = NetHostLoop & Pick<NetLoop, 'getaddrinfo'>;
