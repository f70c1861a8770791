// The page's clock; it has no other measurements.
const { performance, PerformanceObserver } = globalThis;

export { PerformanceObserver, performance };
export default { performance, PerformanceObserver };
