/**
 * Faults over HTTP, beside the MCP path: `GET /plimsoll/faults` (all, as `FaultStatus`), `POST /plimsoll/faults` (sets
 * one), `DELETE /plimsoll/faults/ID` (lifts it). Both answer with the fault's status.
 */
import type { ServerResponse } from 'node:http';
import { ProblemError, type Problem } from '../../../src/problem/index.js';
import { type MockRequest, readBody } from '../../wire/http-server.js';
import { REFUSALS } from '../../wire/protocol.js';
import { sendJson, sendRefusal } from '../../wire/reply.js';
import { parsedOrUndefined, type FaultControl, type MockFault } from '../../../src/protocol/index.js';

/** Answers a request below `/plimsoll/faults`; `rest` is what follows that in its path. */
export function answerFaults(faults: FaultControl, rest: string, request: MockRequest, response: ServerResponse): void {
  const method = request.method ?? '';
  if (rest === '' && method === 'GET') {
    sendJson(response, 200, JSON.stringify(faults.list()));
  } else if (rest === '' && method === 'POST') {
    readBody(request, response, ({ body }) => put(faults, body, response));
  } else if (rest.startsWith('/') && method === 'DELETE') {
    const id = rest.slice(1);
    const status = faults.remove(id);
    if (status !== null) sendJson(response, 200, JSON.stringify(status));
    else
      sendProblems(response, 404, [
        problem('no-such-fault', `there is no fault ${JSON.stringify(id)}`, 'GET /plimsoll/faults lists them'),
      ]);
  } else if (rest === '' || rest.startsWith('/')) {
    sendRefusal(response, REFUSALS.method, 'null', ['Allow', rest === '' ? 'GET, POST' : 'DELETE']);
  } else {
    sendRefusal(response, REFUSALS.path);
  }
}

function put(faults: FaultControl, body: string, response: ServerResponse): void {
  const fault = parsedOrUndefined(body);
  if (fault === undefined) {
    sendProblems(response, 400, [
      problem('bad-mock-fault', 'the fault is not JSON', 'send one JSON object with a kind'),
    ]);
    return;
  }
  try {
    // `put` checks every field before it believes the type.
    sendJson(response, 200, JSON.stringify(faults.put(fault as MockFault)));
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    sendProblems(response, 400, thrown.problems);
  }
}

const problem = (code: string, what: string, remedy: string): Problem => ({
  code,
  what: `mock server tools: ${what}`,
  remedy,
});

function sendProblems(response: ServerResponse, status: number, problems: readonly Problem[]): void {
  sendJson(response, status, JSON.stringify({ problems }));
}
