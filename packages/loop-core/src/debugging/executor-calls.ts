const executors = new WeakMap<object, object>();

/** Notes to which executor a call was given, for snapshots of loops. @internal */
export function noteCall(call: object, executor: object): void {
  executors.set(call, executor);
}

/** The executor to which a call was given. @internal */
export function executorOf(call: object): object | undefined {
  return executors.get(call);
}
