/** What the records have in common that are made without a run: where the program is, their header, and their end. */
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
