// Python's protocols, as bight calls them.

import { encode } from './encoding.mjs';
import { bight } from './environment.mjs';
import { callMethod, request } from './requests.mjs';

export class PythonProtocol extends bight.Protocol {
  constructor(number) {
    super();
    this.py = number;
  }
  connectionMade(transport) {
    callMethod(this.py, 'connection_made', transport);
  }
  dataReceived(data) {
    callMethod(this.py, 'data_received', data);
  }
  eofReceived() {
    return callMethod(this.py, 'eof_received');
  }
  connectionLost(error) {
    callMethod(this.py, 'connection_lost', error);
  }
  pauseWriting() {
    callMethod(this.py, 'pause_writing');
  }
  resumeWriting() {
    callMethod(this.py, 'resume_writing');
  }
}

export class PythonBufferedProtocol extends bight.BufferedProtocol {
  #room = null;
  constructor(number) {
    super();
    this.py = number;
  }
  getBuffer(sizehint) {
    const length = request({ op: 'get_buffer', py: this.py, sizehint });
    this.#room = Buffer.alloc(length);
    return this.#room;
  }
  bufferUpdated(count) {
    request({ op: 'buffer_updated', py: this.py, data: encode(this.#room.subarray(0, count)) });
  }
}
for (const name of ['connectionMade', 'eofReceived', 'connectionLost', 'pauseWriting', 'resumeWriting']) {
  Object.defineProperty(PythonBufferedProtocol.prototype, name, {
    value: PythonProtocol.prototype[name],
    configurable: true,
    writable: true,
  });
}

export class PythonDatagramProtocol extends bight.DatagramProtocol {
  constructor(number) {
    super();
    this.py = number;
  }
  datagramReceived(data, address) {
    callMethod(this.py, 'datagram_received', data, { $address: address });
  }
  errorReceived(error) {
    callMethod(this.py, 'error_received', error);
  }
}
export class PythonSubprocessProtocol extends bight.SubprocessProtocol {
  constructor(number) {
    super();
    this.py = number;
  }
  pipeDataReceived(fd, data) {
    callMethod(this.py, 'pipe_data_received', fd, data);
  }
  pipeConnectionLost(fd, error) {
    callMethod(this.py, 'pipe_connection_lost', fd, error);
  }
  processExited() {
    request({ op: 'process_exited', py: this.py });
  }
}
for (const kind of [PythonDatagramProtocol, PythonSubprocessProtocol]) {
  for (const name of ['connectionMade', 'connectionLost', 'pauseWriting', 'resumeWriting']) {
    Object.defineProperty(kind.prototype, name, {
      value: PythonProtocol.prototype[name],
      configurable: true,
      writable: true,
    });
  }
}
