import {
  type AbstractEventLoop,
  type AbstractFuture,
  type AbstractServer,
  type Address,
  BufferedProtocol,
  DatagramProtocol,
  type DatagramTransport,
  type InetAddress,
  isInetAddress,
  PIPE,
  Protocol,
  type ReadTransport,
  STDOUT,
  SubprocessProtocol,
  type SubprocessTransport,
  Transport,
  type WriteTransport,
} from '@bight/loop-abstract';
import { expectTypeOf } from 'expect-type';

declare const loop: AbstractEventLoop;
declare const transport: Transport;
declare const server: AbstractServer;
declare const process: SubprocessTransport;

class Echo extends Protocol {
  #transport: Transport | undefined;
  override connectionMade(made: Transport): void {
    this.#transport = made;
  }
  override dataReceived(data: Buffer): void {
    this.#transport?.write(data);
  }
  override eofReceived(): boolean {
    return true;
  }
}

// The factory's protocol comes back with its own type.
expectTypeOf(loop.createConnection(() => new Echo(), { host: 'localhost', port: 7 })).toEqualTypeOf<
  AbstractFuture<[Transport, Echo]>
>();
expectTypeOf(
  loop.createDatagramEndpoint(() => new DatagramProtocol(), { localAddr: { host: '::', port: 0 } }),
).toEqualTypeOf<AbstractFuture<[DatagramTransport, DatagramProtocol]>>();
expectTypeOf(
  loop.subprocessExec(() => new SubprocessProtocol(), 'cat', ['-u'], { stdin: PIPE, stderr: STDOUT }),
).toEqualTypeOf<AbstractFuture<[SubprocessTransport, SubprocessProtocol]>>();
expectTypeOf(loop.connectReadPipe(() => new Echo(), 0)).toEqualTypeOf<
  AbstractFuture<[ReadTransport, Echo]>
>();
expectTypeOf(loop.connectWritePipe(() => new Echo(), 1)).toEqualTypeOf<
  AbstractFuture<[WriteTransport, Echo]>
>();
expectTypeOf(loop.createServer(() => new Echo())).toEqualTypeOf<AbstractFuture<AbstractServer>>();

// Plain objects with any of the methods are protocols, and their parameters need no types.
loop.createServer(() => ({}), { host: ['127.0.0.1', '::1'], port: 0 });
loop.createServer(() => ({
  dataReceived(data) {
    expectTypeOf(data).toExtend<Buffer>();
  },
  connectionLost(exception) {
    expectTypeOf(exception).toEqualTypeOf<Error | null>();
  },
}));
loop.createServer(() => new BufferedProtocol());
loop.createServer(() => ({ getBuffer: (sizehint: number) => Buffer.alloc(sizehint), bufferUpdated() {} }));
loop.subprocessShell(() => ({ pipeDataReceived(_fd: number, _data: Buffer) {} }), 'true');
// @ts-expect-error a misspelt method
loop.createServer(() => ({ dataRecieved(_data: Buffer) {} }));
// @ts-expect-error the class and not a factory
loop.createServer(Echo);
// @ts-expect-error true stands for the client's context, so a server must be given one
loop.createServer(() => new Echo(), { ssl: true });
// @ts-expect-error a datagram endpoint has no reuseAddress
loop.createDatagramEndpoint(() => ({}), { reuseAddress: true });

// A datagram's address is typed by the family that the protocol serves.
class Inet extends DatagramProtocol<InetAddress> {
  override datagramReceived(_data: Buffer, addr: InetAddress): void {
    expectTypeOf(addr.port).toEqualTypeOf<number>();
  }
}
loop.createDatagramEndpoint(() => new Inet(), { localAddr: { host: '127.0.0.1', port: 0 } });
expectTypeOf<Parameters<DatagramProtocol<string>['datagramReceived']>[1]>().toEqualTypeOf<string>();
expectTypeOf<Parameters<DatagramProtocol['datagramReceived']>[1]>().toEqualTypeOf<Address>();
// @ts-expect-error no family has such addresses
export type Numbered = DatagramProtocol<number>;

// Extra info is typed by name, as for TCP; a fallback is part of the type.
expectTypeOf(transport.getExtraInfo('peername').port).toEqualTypeOf<number>();
expectTypeOf(transport.getExtraInfo('socket').getpeername()).toEqualTypeOf<InetAddress>();
expectTypeOf(transport.getExtraInfo('socket').getsockname<string>()).toEqualTypeOf<string>();
expectTypeOf(transport.getExtraInfo('peername', null)).toEqualTypeOf<InetAddress | null>();
expectTypeOf(transport.getExtraInfo('colour')).toEqualTypeOf<unknown>();
// @ts-expect-error the fallback may be what there is
transport.getExtraInfo('socket', null).getpeername();
expectTypeOf(server.sockets[0]!.getsockname().port).toEqualTypeOf<number>();
const address = server.sockets[0]!.getsockname<Address>();
if (isInetAddress(address)) expectTypeOf(address.port).toEqualTypeOf<number>();
else expectTypeOf(address).toEqualTypeOf<string>();

// Bytes are views and never strings.
transport.write(new Uint8Array(1));
transport.write(new DataView(new ArrayBuffer(1)));
transport.writelines([Buffer.from('a'), new Float64Array(1)]);
// @ts-expect-error a string
transport.write('hello');

// Pipes of a subprocess by descriptor.
expectTypeOf(process.getPipeTransport(0)).toEqualTypeOf<WriteTransport | null>();
expectTypeOf(process.getPipeTransport(1)).toEqualTypeOf<ReadTransport | null>();

// A foreign transport.
export class MemoryTransport extends Transport {
  override write(data: ArrayBufferView): void {
    this.getProtocol();
    data.byteLength;
  }
}
export class ForeignTransport implements Pick<Transport, 'close'> {
  close(): void {}
}

// Sockets that are accepted have the class of the one that listens.
declare class Socket {
  readonly family: number;
  readonly type: number;
  readonly proto: number;
  fileno(): number;
  getsockname<A extends Address = InetAddress>(): A;
  getpeername<A extends Address = InetAddress>(): A;
  getsockopt(level: number, option: number): number;
  setsockopt(level: number, option: number, value: number | boolean): void;
  detach(): number;
}
declare const listening: Socket;
expectTypeOf(loop.sockAccept(listening)).toEqualTypeOf<
  AbstractFuture<[conn: Socket, address: InetAddress]>
>();
