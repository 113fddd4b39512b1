/** Writing HTTP answers: explicit lengths, no object of headers built per answer, no Date. */
import type { ServerResponse } from 'node:http';
import { rpcError, type Refusal } from './protocol.js';

/** The form in which JSON-RPC responses travel. */
export type AnswerForm = 'json' | 'sse';

const SSE_HEADERS = [
  'Content-Type',
  'text/event-stream',
  'Cache-Control',
  'no-cache, no-transform',
  'X-Accel-Buffering',
  'no',
];

/** Answers with one JSON text. `headers` are further names and values, in turn. */
export function sendJson(
  response: ServerResponse,
  status: number,
  json: string,
  headers: readonly string[] = [],
): void {
  response.writeHead(status, [
    'Content-Type',
    'application/json',
    'Content-Length',
    String(Buffer.byteLength(json)),
    ...headers,
  ]);
  response.end(json);
}

/** Answers without a body. */
export function sendEmpty(response: ServerResponse, status: number, headers: readonly string[] = []): void {
  response.writeHead(status, ['Content-Length', '0', ...headers]);
  response.end();
}

/** Answers with the refusal of a request. */
export function sendRefusal(
  response: ServerResponse,
  refusal: Refusal,
  idJson = 'null',
  headers: readonly string[] = [],
): void {
  sendJson(response, refusal.status, rpcError(idJson, refusal.code, refusal.message, refusal.data), headers);
}

/** Sends the head of an SSE answer now, as a streaming server does when it begins to work on a call. */
export function beginSse(response: ServerResponse): void {
  response.writeHead(200, SSE_HEADERS);
  response.flushHeaders();
}

/** Answers a request with a JSON-RPC response, status 200. An SSE head that was sent before is not sent again. */
export function sendRpc(
  response: ServerResponse,
  form: AnswerForm,
  json: string,
  headers: readonly string[] = [],
): void {
  if (form === 'sse') {
    if (!response.headersSent) response.writeHead(200, [...SSE_HEADERS, ...headers]);
    response.end(`event: message\ndata: ${json}\n\n`);
  } else if (headers.length === 0) {
    const bytes = Buffer.byteLength(json);
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', String(bytes)]);
    // Plain ASCII, the usual case, is the same in both encodings, and Latin-1 is written without transcoding.
    response.end(json, bytes === json.length ? 'latin1' : 'utf8');
  } else {
    sendJson(response, 200, json, headers);
  }
}
