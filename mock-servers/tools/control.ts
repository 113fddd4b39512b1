/** The control API of the `tools` mock, beside the MCP path (`CONTROL_PATHS`). */
import { CONTROL_PATHS, type MockState } from '../../src/protocol/index.js';
import type { ServerResponse } from 'node:http';
import type { Calls } from './calls.js';
import type { McpEndpoint } from './endpoint.js';
import { answerFaults } from './faults/index.js';
import type { MockParts } from './parts.js';
import type { MockRequest } from '../wire/http-server.js';
import { REFUSALS } from '../wire/protocol.js';
import { sendEmpty, sendJson, sendRefusal } from '../wire/reply.js';
import { sendRows } from '../wire/rows.js';

/** What the control API reports. */
export interface TruthSources extends MockParts {
  readonly calls: Calls;
  readonly endpoint: McpEndpoint;
  readonly connections: () => MockState['connections'];
}

/** The state now. */
export function mockState(sources: TruthSources): MockState {
  const { clock, calls, endpoint, sessions, faults, truth, ledger, hits } = sources;
  if (faults.on) faults.advance(clock.now());
  const cpu = process.cpuUsage();
  return {
    sessions: { open: sessions.count, opened: sessions.opened },
    ...calls.view(),
    methods: endpoint.counts,
    connections: sources.connections(),
    truth: truth.counts,
    ledger: ledger.counts,
    faultHits: hits.counts,
    lateness: calls.tallies.lateness,
    work: calls.tallies.work,
    cpu: { userUs: cpu.user, systemUs: cpu.system },
  };
}

/** Answers a request of the control API; `path` begins with `CONTROL_PREFIX`. */
export function answerControl(
  sources: TruthSources,
  path: string,
  request: MockRequest,
  response: ServerResponse,
): void {
  const { clock, truth, ledger, hits, faults } = sources;
  if (path.startsWith(CONTROL_PATHS.faults))
    return answerFaults(faults, path.slice(CONTROL_PATHS.faults.length), request, response);
  switch (`${request.method ?? ''} ${path}`) {
    case `GET ${CONTROL_PATHS.truth}`:
      return sendRows(response, truth.read(clock.absolute));
    case `GET ${CONTROL_PATHS.ledger}`:
      return sendRows(response, ledger.read());
    case `GET ${CONTROL_PATHS.faultHits}`:
      return sendRows(response, hits.read());
    case `GET ${CONTROL_PATHS.state}`:
      return sendJson(response, 200, JSON.stringify(mockState(sources)));
    case `POST ${CONTROL_PATHS.reset}`:
      truth.reset();
      ledger.reset();
      return sendEmpty(response, 204);
    default:
      sendRefusal(response, REFUSALS.path);
  }
}
