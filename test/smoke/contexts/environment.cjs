// The test environment of a user's project: each test has a context of its own.
const { withContexts } = require('@bight/loop-testing/jest');
const { TestEnvironment } = require('jest-environment-node');

module.exports = withContexts(TestEnvironment);
