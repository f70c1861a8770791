import { Socket } from '@bight/sockets';
import { type CreateDatagramEndpointOptions, getRunningLoop } from 'bight';
import { DatagramRecorder, endpoint } from '../../support/datagrams.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const lane = trace.lane('never');
  const loop = getRunningLoop();
  using sock = new Socket();
  const all: CreateDatagramEndpointOptions[] = [
    {},
    { sock },
    { sock, localAddr: { host: '127.0.0.1', port: 0 } },
    { sock, allowBroadcast: true },
  ];
  for (const options of all) {
    try {
      await loop.createDatagramEndpoint(() => new DatagramRecorder(lane), options);
    } catch (error) {
      trace(trace.kind(error));
    }
  }
  try {
    await endpoint(lane, { localAddr: { host: '192.0.2.1', port: 0 } });
  } catch (error) {
    trace(error);
  }
}
