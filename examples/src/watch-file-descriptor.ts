// Waits until a descriptor is readable, and ends. After "Watch a file descriptor for read events".
import { Buffer } from 'node:buffer';
import { newEventLoop, socketpair } from 'bight';

// Two connected sockets.
const [receiver, sender] = socketpair();

const loop = newEventLoop();

function reader(): void {
  console.log('Received:', receiver.recv(100).toString());
  // We are done: stop watching the descriptor.
  loop.removeReader(receiver);
  loop.stop();
}

loop.addReader(receiver, reader);

// Stands for data that comes from the network.
loop.callSoon(() => sender.send(Buffer.from('abc')));

try {
  await loop.runForever();
} finally {
  receiver.close();
  sender.close();
  loop.close();
}
