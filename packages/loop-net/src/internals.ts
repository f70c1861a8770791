/*
 * The members that the files of this package share and that its users never see: a subclass may have a member of any
 * name.
 */

export const kAccept: unique symbol = Symbol('accept');
export const kArrive: unique symbol = Symbol('arrive');
export const kCallConnectionLost: unique symbol = Symbol('callConnectionLost');
export const kDeliver: unique symbol = Symbol('deliver');
export const kDeliverEarly: unique symbol = Symbol('deliverEarly');
export const kDeliverReceived: unique symbol = Symbol('deliverReceived');
export const kEngine: unique symbol = Symbol('engine');
export const kEnvironment: unique symbol = Symbol('environment');
export const kFd: unique symbol = Symbol('fd');
export const kNet: unique symbol = Symbol('net');
export const kNext: unique symbol = Symbol('next');
export const kPrevious: unique symbol = Symbol('previous');
export const kQueue: unique symbol = Symbol('queue');
export const kRelease: unique symbol = Symbol('release');
export const kReportDrained: unique symbol = Symbol('reportDrained');
export const kReportEnd: unique symbol = Symbol('reportEnd');
export const kReportError: unique symbol = Symbol('reportError');
export const kReportExhausted: unique symbol = Symbol('reportExhausted');
export const kReportFailure: unique symbol = Symbol('reportFailure');
export const kReportSecured: unique symbol = Symbol('reportSecured');
export const kReportStarted: unique symbol = Symbol('reportStarted');
export const kRest: unique symbol = Symbol('rest');
export const kRun: unique symbol = Symbol('run');
export const kSecureContext: unique symbol = Symbol.for('@bight/loop-net/secureContext');
export const kSessions: unique symbol = Symbol.for('@bight/loop-net/sessions');
export const kSetWriter: unique symbol = Symbol('setWriter');
export const kSettle: unique symbol = Symbol('settle');
export const kStart: unique symbol = Symbol('start');
export const kSurrender: unique symbol = Symbol('surrender');
export const kTakesAtOnce: unique symbol = Symbol('takesAtOnce');
export const kTryAgain: unique symbol = Symbol('tryAgain');
