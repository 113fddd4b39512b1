/** The control API of the `tools` mock, beside the MCP path (`CONTROL_PATHS`). */
import { CONTROL_PATHS, type MockState } from '../../src/protocol/index.js';
import type { ServerResponse } from 'node:http';
import type { Calls } from './calls.js';
import type { McpEndpoint } from './endpoint.js';
import { answerFaults, type MockFaults } from './faults/index.js';
import type { MockClock } from '../timing/mock-clock.js';
import type { MockRequest } from '../wire/http-server.js';
import { REFUSALS } from '../wire/protocol.js';
import { sendEmpty, sendJson, sendRefusal } from '../wire/reply.js';
import { sendRows } from '../wire/rows.js';
import type { Sessions } from './sessions.js';
import type { FaultHits } from './fault-hits.js';
import type { CallTruth, EffectLedger } from './truth.js';

/** What the control API reports. */
export interface TruthSources {
  readonly clock: MockClock;
  readonly calls: Calls;
  readonly endpoint: McpEndpoint;
  readonly sessions: Sessions;
  readonly faults: MockFaults;
  readonly truth: CallTruth;
  readonly ledger: EffectLedger;
  readonly hits: FaultHits;
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
    truth: { rows: truth.rows, dropped: truth.dropped },
    ledger: { rows: ledger.rows, dropped: ledger.dropped },
    faultHits: { rows: hits.rows, dropped: hits.dropped },
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
  const { clock, truth, ledger, hits } = sources;
  if (path.startsWith(CONTROL_PATHS.faults)) {
    answerFaults(sources.faults, path.slice(CONTROL_PATHS.faults.length), request, response);
    return;
  }
  switch (`${request.method ?? ''} ${path}`) {
    case `GET ${CONTROL_PATHS.truth}`:
      sendRows(response, truth.read(clock.absolute));
      return;
    case `GET ${CONTROL_PATHS.ledger}`:
      sendRows(response, ledger.read(clock.absolute));
      return;
    case `GET ${CONTROL_PATHS.faultHits}`:
      sendRows(response, hits.read(clock.absolute));
      return;
    case `GET ${CONTROL_PATHS.state}`:
      sendJson(response, 200, JSON.stringify(mockState(sources)));
      return;
    case `POST ${CONTROL_PATHS.reset}`:
      truth.reset();
      ledger.reset();
      sendEmpty(response, 204);
      return;
    default:
      sendRefusal(response, REFUSALS.path);
  }
}
