/**
 * Where the mock tells the truth, beside the MCP path: `GET /plimsoll/truth`, `/plimsoll/ledger` and `/plimsoll/struck`
 * (NDJSON), `GET /plimsoll/state` (JSON), `POST /plimsoll/reset` (forgets calls and effects, not faults and what they
 * struck). `/plimsoll/faults` is passed on.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Calls } from './calls.js';
import { TRUTH_PREFIX } from '../wire/truth-prefix.js';
import type { McpEndpoint } from './endpoint.js';
import { answerFaults, type MockFaults } from './faults/index.js';
import type { MockClock } from '../timing/mock-clock.js';
import { REFUSALS } from '../wire/protocol.js';
import { sendEmpty, sendJson, sendRefusal } from '../wire/reply.js';
import { sendRows } from '../wire/rows.js';
import type { Sessions } from './sessions.js';
import type { FaultHits } from './fault-hits.js';
import type { Lateness, WorkDone } from './tallies.js';
import type { CallTruth, EffectLedger } from './truth.js';

/** `GET /plimsoll/state`. */
export interface MockState {
  readonly sessions: { readonly open: number; readonly opened: number };
  /** Calls in line, held back by `addedQueueNs`, or refused and not told yet. */
  readonly queued: number;
  readonly inService: number;
  readonly methods: Readonly<Record<string, number>>;
  readonly connections: { readonly open: number; readonly seen: number };
  /** Rows kept since the last reset, and those there was no room for. */
  readonly truth: { readonly rows: number; readonly dropped: number };
  readonly ledger: { readonly rows: number; readonly dropped: number };
  readonly affected: { readonly rows: number; readonly dropped: number };
  /** Actual against virtual finish. */
  readonly lateness: Lateness;
  readonly work: WorkDone;
  /** CPU time of the whole process so far, microseconds. */
  readonly cpu: { readonly userUs: number; readonly systemUs: number };
}

/** What the truth endpoints speak of. */
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
    affected: { rows: hits.rows, dropped: hits.dropped },
    lateness: calls.tallies.lateness,
    work: calls.tallies.work,
    cpu: { userUs: cpu.user, systemUs: cpu.system },
  };
}

const FAULTS_PATH = `${TRUTH_PREFIX}faults`;

/** Answers a request for the truth or the faults; `path` begins with `TRUTH_PREFIX`. */
export function answerTruth(
  sources: TruthSources,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { clock, truth, ledger, hits } = sources;
  if (path.startsWith(FAULTS_PATH)) {
    answerFaults(sources.faults, path.slice(FAULTS_PATH.length), request, response);
    return;
  }
  switch (`${request.method ?? ''} ${path.slice(TRUTH_PREFIX.length)}`) {
    case 'GET truth':
      sendRows(response, truth.read(clock.absolute));
      return;
    case 'GET ledger':
      sendRows(response, ledger.read(clock.absolute));
      return;
    case 'GET struck':
      sendRows(response, hits.read(clock.absolute));
      return;
    case 'GET state':
      sendJson(response, 200, JSON.stringify(mockState(sources)));
      return;
    case 'POST reset':
      truth.reset();
      ledger.reset();
      sendEmpty(response, 204);
      return;
    default:
      sendRefusal(response, REFUSALS.path);
  }
}
