/**
 * What the addon defines. Every function returns the result of its system call, or a negative number: `-errno`, or
 * one of libuv's `EAI_…` codes. `-EINVAL` also stands for arguments that are not what they should be.
 */
export interface Binding {
  /** Changes whenever the two sides would misunderstand each other. */
  readonly version: number;
  readonly constants: Readonly<Record<string, number>>;
  /** `'epoll'` or `'kqueue'`. */
  readonly pollerName: string;
  /** The length of the records that addresses cross in; their layout is in `native/address.h`. */
  readonly addressRecordLength: number;

  socket(family: number, type: number, proto: number): number;
  socketpair(family: number, type: number, proto: number, fds: Int32Array): number;
  /** Writes the end to read from and the end to write to. */
  pipe(fds: Int32Array): number;
  duplicate(fd: number): number;
  /** Writes family, type and protocol. */
  describe(fd: number, answer: Int32Array): number;
  bind(fd: number, address: Uint8Array): number;
  connect(fd: number, address: Uint8Array): number;
  listen(fd: number, backlog: number): number;
  accept(fd: number, peer: Uint8Array): number;
  getsockname(fd: number, address: Uint8Array): number;
  getpeername(fd: number, address: Uint8Array): number;
  shutdown(fd: number, how: number): number;
  close(fd: number): number;
  /** Closes a descriptor when the thread ends, as it does those that were opened here, unless they are disowned. */
  own(fd: number): number;
  disown(fd: number): number;

  /** @returns how many bytes of `value` the system filled */
  getOption(fd: number, level: number, option: number, value: Uint8Array): number;
  setOption(fd: number, level: number, option: number, value: ArrayBufferView): number;
  getNonBlocking(fd: number): number;
  setNonBlocking(fd: number, wanted: number): number;

  receive(fd: number, view: ArrayBufferView, offset: number, length: number, flags: number): number;
  receiveFrom(
    fd: number,
    view: ArrayBufferView,
    offset: number,
    length: number,
    flags: number,
    sender: Uint8Array,
  ): number;
  send(fd: number, view: ArrayBufferView, offset: number, length: number, flags: number): number;
  sendTo(
    fd: number,
    view: ArrayBufferView,
    offset: number,
    length: number,
    flags: number,
    receiver: Uint8Array,
  ): number;
  /** Sends the views from `first` on, the first of them from `offset` on, without waiting. */
  sendVector(fd: number, views: readonly ArrayBufferView[], first: number, offset: number): number;
  sendFile(fd: number, file: number, offset: number, count: number): number;
  seek(file: number, position: number): number;

  pollerOpen(): number;
  pollerChange(poller: number, fd: number, before: number, after: number): number;
  /** Writes pairs of descriptor and events. @returns how many */
  pollerWait(poller: number, pairs: Int32Array, milliseconds: number): number;
  /** Takes triples of descriptor, watched and ready events, and writes the last of each. */
  poll(triples: Int32Array, milliseconds: number): number;

  /**
   * `words` are texts with a zero byte after each: file, directory or nothing, arguments, variables. Flag 1: a session
   * of its own. Returns the process id; `-ENOSYS` where this cannot be done.
   */
  spawn(
    words: Uint8Array,
    args: number,
    variables: number,
    descriptors: Int32Array,
    flags: number,
    ended: (returncode: number) => void,
  ): number;

  getaddrinfo(
    host: string | null,
    service: string | null,
    family: number,
    type: number,
    proto: number,
    flags: number,
    callback: (status: number, answers: Buffer | undefined, canonname: string | undefined) => void,
  ): number;
  getnameinfo(
    address: Uint8Array,
    flags: number,
    callback: (status: number, host: string, service: string) => void,
  ): number;

  /** `dispatch` gets the number of rows and of results; `overflow` datagrams that fit into no slab. */
  engineOpen(
    tables: Int32Array,
    arena: Uint8Array,
    overflow: Buffer[],
    dispatch: (rows: number, results: number) => void,
  ): number;
  engineClose(engine: number): number;
  engineStart(engine: number, keepAlive: number): number;
  engineStop(engine: number): number;
  engineSlab(engine: number, which: number, memory: Uint8Array): number;
  engineWatch(engine: number, fd: number, mode: number, interest: number): number;
  engineInterest(engine: number, slot: number, mode: number, interest: number): number;
  engineRelease(engine: number, slot: number, close: number): number;
  /**
   * What decides that a slot without interest is ready: 0 the engine's poller, 1 a selector, 2 a selector that it
   * wakes.
   */
  engineSource(engine: number, slot: number, source: number): number;
  /** Within a batch: fills the event table with a selector's pairs of slot and events. @returns how many rows */
  engineTake(engine: number, pairs: Int32Array): number;
  engineTimer(engine: number, seconds: number): number;
  enginePoll(engine: number, milliseconds: number): number;
  engineFlush(engine: number): number;
  engineSend(engine: number, slot: number, bytes: Uint8Array): number;
  engineEnd(engine: number): number;
  /** From now on what the slot brings is decrypted by that TLS connection, whose handshake is over; 0: by none. */
  engineSecure(engine: number, slot: number, connection: number): number;
  /** @returns how much was encrypted; HEADER_SPILLED holds whether `tlsTake()` has some of it */
  engineSendSecured(engine: number, slot: number, bytes: Uint8Array): number;
  /** Writes the numeric address. @returns an id; 65536 is added when it did not stand for the address before */
  engineAddress(engine: number, address: Uint8Array, numeric: Uint8Array): number;

  /** 0 where Node's own OpenSSL can be used, and with it all that follows. */
  /** Simulates a missing function, or another version of the library; `null` and 0 simulate nothing. */
  tlsProbe(without: Uint8Array | null, version: number): number;
  /** Sets the certificates, in PEM form, that contexts trust which are given `CONTEXT_ROOTS` from now on. */
  tlsRoots(certificates: Uint8Array): number;
  tlsContextOpen(): number;
  tlsContextGive(context: number, what: number, bytes: Uint8Array): number;
  tlsContextSet(context: number, what: number, value: number): number;
  tlsContextClose(context: number): number;
  /** `verify` is a mode of `SSL_set_verify()`; names end with a zero byte. */
  tlsOpen(
    context: number,
    serverSide: number,
    verify: number,
    serverName: Uint8Array | null,
    session: Uint8Array | null,
  ): number;
  /** Decrypts into `room`, and puts what is to be sent into `out`; what it has done stands in `state`. */
  tlsFeed(
    connection: number,
    received: Uint8Array,
    room: Uint8Array,
    out: Uint8Array,
    state: Int32Array,
  ): number;
  tlsWrite(connection: number, bytes: Uint8Array, offset: number, out: Uint8Array, state: Int32Array): number;
  tlsEnd(connection: number, out: Uint8Array, state: Int32Array): number;
  /** Copies into `room` what has found no room in `out`, if it fits. @returns its length */
  tlsTake(connection: number, room: Uint8Array): number;
  tlsText(connection: number, what: number, room: Uint8Array): number;
  tlsNumber(connection: number, what: number): number;
  tlsSet(connection: number, what: number, value: number): number;
  tlsExport(connection: number, label: Uint8Array, context: Uint8Array | null, room: Uint8Array): number;
  tlsClose(connection: number): number;
}
