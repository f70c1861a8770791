/**
 * A class whose instances are `T`: what an add-on such as `withNet()` takes.
 *
 * ```ts
 * function withClock<B extends Constructor<SchedulingLoop>>(Base: B) {
 *   return class extends Base {
 *     uptime(): number {
 *       return this.time();
 *     }
 *   };
 * }
 * ```
 *
 * @typeParam T - the type of the instances
 */
// biome-ignore lint/suspicious/noExplicitAny: TypeScript lets a class extend a type parameter only with these parameters
export type Constructor<T> = new (...args: any[]) => T;
