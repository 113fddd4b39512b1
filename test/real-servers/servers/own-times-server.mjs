// An MCP server of the official SDK over HTTP that reports its times. One worker of 8 ms, 2 ms more for every third
// call. Words: its port, the log, and for spans the folder in which OpenTelemetry is installed; without that folder it
// reports in Server-Timing. What it measured itself it writes down: `<trace id> <queue ns> <service ns>` of each call.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [port, log, installed] = process.argv.slice(2);
const tracer = installed === undefined ? null : startTracer(createRequire(join(installed, 'server.js')));
const require = createRequire(import.meta.url);
// Behind the start of the tracer: what is loaded then is instrumented.
const { createServer } = require('node:http');
const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');
const { StreamableHTTPServerTransport } = require('@modelcontextprotocol/sdk/server/streamableHttp.js');

function startTracer(load) {
  const { trace } = load('@opentelemetry/api');
  const { BatchSpanProcessor, NodeTracerProvider } = load('@opentelemetry/sdk-trace-node');
  const { OTLPTraceExporter } = load('@opentelemetry/exporter-trace-otlp-proto');
  const { HttpInstrumentation } = load('@opentelemetry/instrumentation-http');
  new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] }).register();
  new HttpInstrumentation().enable();
  return trace.getTracer('library');
}

const current = new AsyncLocalStorage();
let worker = Promise.resolve();
let calls = 0;

const serve = () => sleep(++calls % 3 === 0 ? 10 : 8);

async function traced(act) {
  const span = tracer.startSpan('tools/call work');
  await act();
  span.end();
}

function work() {
  const { received, response, traceId } = current.getStore();
  const mine = worker.then(async () => {
    const started = process.hrtime.bigint();
    await (tracer === null ? serve() : traced(serve));
    const [queueNs, serviceNs] = [started - received, process.hrtime.bigint() - started].map(Number);
    if (tracer === null)
      response.setHeader('Server-Timing', `queue;dur=${queueNs / 1e6}, service;dur=${serviceNs / 1e6}`);
    appendFileSync(log, `${traceId} ${queueNs} ${serviceNs}\n`);
    return { content: [{ type: 'text', text: 'done' }] };
  });
  worker = mine;
  return mine;
}

const transports = new Map();
async function opened() {
  const server = new McpServer({ name: 'library', version: '1' });
  server.registerTool('work', { description: 'Takes its time' }, work);
  const transport = new StreamableHTTPServerTransport({
    enableJsonResponse: true,
    sessionIdGenerator: () => randomUUID(),
    onsessioninitialized: (id) => void transports.set(id, transport),
  });
  await server.connect(transport);
  return transport;
}

createServer(async (request, response) => {
  const received = process.hrtime.bigint();
  const traceId = request.headers.traceparent?.split('-')[1] ?? '-';
  const transport = transports.get(request.headers['mcp-session-id']) ?? (await opened());
  await current.run({ received, response, traceId }, () => transport.handleRequest(request, response));
}).listen(Number(port), '127.0.0.1');
