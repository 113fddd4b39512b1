/** What records have in common that are made without a run: where the program is, header, a sample, and end. */
import { pathToFileURL } from 'node:url';

export const [MS, S] = [1e6, 1e9];

/** The program that is measured: that of this repository unless `PLIMSOLL_DIST` names another. */
export const dist = pathToFileURL(process.env['PLIMSOLL_DIST'] ?? new URL('../../dist', import.meta.url).pathname).href;

export const headerOf = (runId, name, scenarioDigest) => ({
  ...{ runId, name, scenarioDigest },
  plimsollVersion: '0.0.0',
  startedUtc: '2026-01-01T00:00:00.000Z',
  monotonicEpochNs: '0',
  pid: process.pid,
});

/** An answered sample with every field it has, and no time in it: the caller sets what its attempts differ by. */
export const blankSample = () => ({
  callId: 0,
  attempt: 0,
  phase: 0,
  stage: 0,
  spec: 0,
  session: 0,
  intendedNs: 0,
  admittedNs: 0,
  sentNs: 0,
  firstByteNs: 0,
  doneNs: 0,
  receivedNs: NaN,
  startedNs: NaN,
  finishedNs: NaN,
  outcome: 0,
  errorClass: 0,
  httpStatus: 200,
  rpcCode: 0,
  bytesOut: 412,
  bytesIn: 280,
  flags: 0,
});

/** A phase ends with all its calls. */
export function endPhase(record, { phase, name, atNs }) {
  for (const edge of ['scheduled-end', 'drained']) record.event({ type: 'phase', atNs, phase, name, edge });
}

/** The run ends a second after its last phase, of a generator that was never late. */
export function endRun(record, lastPhase, seconds) {
  endPhase(record, lastPhase);
  record.event({ type: 'run', atNs: lastPhase.atNs + S, edge: 'end' });
  for (let second = 1; second <= seconds; second++)
    record.health({
      atNs: second * S,
      lagP99Ns: 70_000,
      lagMaxNs: 200_000,
      loopDelayMaxNs: 2 * MS,
      gcNs: 5 * MS,
      inFlight: 8,
      queued: 0,
    });
}
