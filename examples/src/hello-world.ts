// Says hello from a callback, and stops the loop. After "Hello World with call_soon()" in Python's documentation.
import { type AbstractEventLoop, newEventLoop } from 'bight';

function helloWorld(loop: AbstractEventLoop): void {
  console.log('Hello World');
  loop.stop();
}

const loop = newEventLoop();
loop.callSoon(helloWorld, [loop]);
try {
  await loop.runForever();
} finally {
  loop.close();
}
