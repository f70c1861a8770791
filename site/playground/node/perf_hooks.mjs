// The page has a clock of its own, and measures nothing else.
const { performance, PerformanceObserver } = globalThis;

export { PerformanceObserver, performance };
export default { performance, PerformanceObserver };
