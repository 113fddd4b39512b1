import { defineConfig } from 'vitest/config';

/** The official conformance suite of MCP, which runs on a Node.js of its own and looks at ours from outside. */
export default defineConfig({
  test: {
    root: new URL('../../..', import.meta.url).pathname,
    include: ['test/conformance/mcp/*.suite.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    reporters: ['default', './test/reporter.ts'],
  },
});
