/** The official SDK's client over Streamable HTTP, closed loop: what a load engine made of it could do at best. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const { port, sessions, seconds } = JSON.parse(process.argv[2] ?? '{}');
const clients = [];
for (let i = 0; i < sessions; i++) {
  const client = new Client({ name: 'bench', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`)));
  clients.push(client);
}
async function load(forSeconds) {
  const end = performance.now() + forSeconds * 1_000;
  let calls = 0;
  await Promise.all(
    clients.map(async (client) => {
      for (; performance.now() < end; calls++) await client.callTool({ name: 'constant', arguments: {} });
    }),
  );
  return calls;
}
await load(1);
const cpu = process.cpuUsage();
const began = performance.now();
const calls = await load(seconds);
const took = (performance.now() - began) / 1_000;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ perSecond: calls / took, cpuUs: (user + system) / calls }));
process.exit(0);
