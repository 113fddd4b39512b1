/** Where a mock tells the truth, on the port it serves MCP on; so no MCP endpoint may be below it. */
export const TRUTH_PREFIX = '/plimsoll/';
