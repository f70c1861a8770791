// Node's half of the bridge: gives Python access to bight's objects, and calls Python where bight calls back. usage:
// node bridge.mjs CHECKOUT ADDON SCRIPT [ARGUMENT …], with BRIDGE_PYTHON set to a JSON of {home, executable, library}
import { discardBytes, encode, encodeError, pack, unpack } from './encoding.mjs';
import { native, scriptArguments, scriptPath, trace } from './environment.mjs';
import { operations, turn } from './operations.mjs';
import { redirectReports } from './reports.mjs';
import { request } from './requests.mjs';

function serve(message) {
  trace('served', message);
  return operations[message.op](message);
}

const answer = (value) => pack({ v: encode(value) });

function refusal(error) {
  discardBytes();
  return pack({ x: encodeError(error instanceof Error ? error : new Error(String(error))) });
}

native.onRequest((bytes) => {
  try {
    return answer(serve(unpack(bytes)));
  } catch (error) {
    return refusal(error);
  }
});

native.onWake(() => {
  request({ op: 'drain' });
});

redirectReports();

const { home, executable, library } = JSON.parse(process.env.BRIDGE_PYTHON);
delete process.env.BRIDGE_PYTHON;
native.start(home, executable, scriptPath, scriptArguments, library);

for (let bytes = native.serve(); bytes.length > 0; bytes = native.serve()) {
  let reply;
  try {
    const message = unpack(bytes);
    let result = serve(message);
    if (message.op === 'run' || message.op === 'gc') result = await result;
    // The platform gets its turn between the calls of a program that is not inside of a loop.
    await turn();
    reply = answer(result);
  } catch (error) {
    reply = refusal(error);
  }
  native.reply(reply);
}
process.exit(process.exitCode ?? 0);
