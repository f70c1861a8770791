export default { test: { setupFiles: ['./contexts.setup.mjs'] } };
