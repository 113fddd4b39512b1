/** The fixed request of the contestants that cannot make their own. */
export const BODY = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"constant","arguments":{}}}';
/** What an MCP client sends with each call. */
export const HEADERS = {
  Accept: 'application/json, text/event-stream',
  'Accept-Encoding': 'identity',
  'Content-Type': 'application/json',
  'MCP-Protocol-Version': '2025-11-25',
  'Mcp-Session-Id': 'bench-0123456789abcdef',
};
