// The tables that the addon and this side share. `native/engine.h` has the same; a change of either needs another
// `BINDING_VERSION`.

/** How many records are queued. */
export const HEADER_RECORDS = 0;
/** 1 while a batch is being handled, at the end of which its writes go out. */
export const HEADER_BATCH = 1;
/** Bit n: slab n is full and a fresh one is wanted. */
export const HEADER_SPENT = 2;
/** How many records the last flush took; they stay where they are until new ones are queued. */
export const HEADER_FLUSHED = 3;
/** 1 when something is ready that the user's selector has to be asked about. */
export const HEADER_WAKE_UP = 4;
/** How many of the addresses in the table below may be new under an id. */
export const HEADER_LEARNED = 5;
/** 1 when `engineSendSecured()` has made bytes that the system did not take. */
export const HEADER_SPILLED = 6;

export const ROW_WIDTH = 6;
export const ROW_CAPACITY = 1024;
export const ROWS = 8;

export const RECORD_WIDTH = 4;
export const RECORD_CAPACITY = 1024;
export const RECORDS: number = ROWS + ROW_WIDTH * ROW_CAPACITY;

export const RESULT_WIDTH = 4;
export const RESULTS: number = RECORDS + RECORD_WIDTH * RECORD_CAPACITY;

export const ADDRESS_WORDS = 33;
/** The words of an address record before its text. */
export const ADDRESS_HEADER = 5;
export const ADDRESS_CAPACITY = 256;
export const ADDRESSES: number = RESULTS + RESULT_WIDTH * RECORD_CAPACITY;

/** The id that each of these addresses has from now on, or -1. */
export const LEARNED: number = ADDRESSES + ADDRESS_WORDS * ADDRESS_CAPACITY;

export const TABLES_LENGTH: number = LEARNED + ADDRESS_CAPACITY;

// The kinds of rows.
export const ROW_READY = 1;
export const ROW_DATA = 2;
export const ROW_END = 3;
export const ROW_FAILURE = 4;
export const ROW_ACCEPTED = 5;
export const ROW_DATAGRAM = 6;
export const ROW_TIMER = 7;
export const ROW_DECRYPTED = 8;
export const ROW_TLS = 9;

export const SLABS = 2;
