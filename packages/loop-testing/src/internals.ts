/*
 * The members that the files of this package share and that its users never see: a subclass may have a member of any
 * name.
 */

export const kAccept: unique symbol = Symbol('accept');
export const kAddressesOf: unique symbol = Symbol('addressesOf');
export const kAt: unique symbol = Symbol('at');
export const kBegin: unique symbol = Symbol('begin');
export const kBreak: unique symbol = Symbol('break');
export const kCheckOwn: unique symbol = Symbol('checkOwn');
export const kClock: unique symbol = Symbol('clock');
export const kDatagrams: unique symbol = Symbol('datagrams');
export const kDeliverAccepted: unique symbol = Symbol('deliverAccepted');
export const kDeliverNext: unique symbol = Symbol('deliverNext');
export const kDropAll: unique symbol = Symbol('dropAll');
export const kFreeze: unique symbol = Symbol('freeze');
export const kGreet: unique symbol = Symbol('greet');
export const kHere: unique symbol = Symbol('here');
export const kHostAt: unique symbol = Symbol('hostAt');
export const kLink: unique symbol = Symbol('link');
export const kListeners: unique symbol = Symbol('listeners');
export const kMakeChannel: unique symbol = Symbol('makeChannel');
export const kNameOf: unique symbol = Symbol('nameOf');
export const kOnMove: unique symbol = Symbol('onMove');
export const kPaths: unique symbol = Symbol('paths');
export const kProcess: unique symbol = Symbol('process');
export const kRefuse: unique symbol = Symbol('refuse');
export const kReport: unique symbol = Symbol('report');
export const kReportDrained: unique symbol = Symbol('reportDrained');
export const kReportError: unique symbol = Symbol('reportError');
export const kSettle: unique symbol = Symbol('settle');
export const kSourceFor: unique symbol = Symbol('sourceFor');
export const kStep: unique symbol = Symbol('step');
export const kTls: unique symbol = Symbol('tls');
export const kVanish: unique symbol = Symbol('vanish');
export const kWatchProgress: unique symbol = Symbol('watchProgress');
