/** Two outages whose cost is known: one that holds calls back and serves them all in the end, one that refuses them. */
import type { RecoverySummary } from '../../../src/analysis/index.js';
import { inMode, type TruthCase } from './case.js';
import { commandRun, phaseOf } from './command-run.js';
import type { Statement } from './result.js';

const SERVICE_MS = 10;
const RATE = 50;
const RHO = (RATE * SERVICE_MS) / 1000;
const DRAIN_SLACK_S = 0.1;
/** Recovery is watched in windows of so long: no time to recover is known better. */
const WINDOW_S = 1;
/** Calls that are under way at an edge may fall on either side of it. */
const EDGE_CALLS = 2;
const MOST_POINTS = 240;

function recoveryFrom(recoveries: readonly RecoverySummary[], fault: string): RecoverySummary {
  const recovery = recoveries.find((each) => each.fault === fault);
  if (recovery === undefined) throw new Error(`the run has no recovery from ${fault}`);
  return recovery;
}

export const outageCase: TruthCase = {
  id: 'outage',
  title: 'Two outages',
  claim:
    'One worker of 10 ms at 50/s, half of what it can do. A stall of 4 s holds up what arrives, and X rho ' +
    '/ (1 - rho) = 4 s after it no call waits any more. A link that is down for 4 s refuses what arrives, ' +
    'and costs X times the rate: 200 calls.',
  chances: 0,
  run: async (context) => {
    const outageS = inMode(context, 1, 4, 4);
    const beforeS = inMode(context, 6, 8, 8);
    const phaseS = beforeS + 2 * outageS + 6;
    const run = await commandRun(
      'outage',
      `version: 1
name: truth outage
load-line: 100/s
stack:
  services: { backend: { mock: tools, workers: 1, service-time: { constant: ${SERVICE_MS}ms } } }
  links: { upstream: { to: backend } }
  target: upstream
protocol: { sessions: 16, in-flight-per-session: 64 }
calls:
  - { tool: search, arguments: { query: hull }, expect: derived, deadline: 30s }
phases:
  - { name: held, regime: steady, rate: ${RATE}/s, for: ${phaseS}s, warmup: 1s }
  - { name: cut, regime: steady, rate: ${RATE}/s, for: ${phaseS}s, warmup: 1s }
faults:
  - { id: stall, phase: held, at: ${beforeS}s, for: ${outageS}s, on: backend, type: stall }
  - { id: down, phase: cut, at: ${beforeS}s, for: ${outageS}s, on: upstream, type: down }
recovery: { latency-factor: 5x, window: ${WINDOW_S}s, hold: 2s }
`,
      context.seed,
      context.folder,
      context.signal,
    );
    const held = recoveryFrom(run.summary.recoveries, 'stall');
    const cut = recoveryFrom(run.summary.recoveries, 'down');
    /** By the confirmed edges: a fault that was lifted late has lasted longer. */
    const lastedS = ({ onsetNs, clearNs }: RecoverySummary): number => ((clearNs ?? NaN) - onsetNs) / 1e9;
    const drainS = (lastedS(held) * RHO) / (1 - RHO);
    const lost = lastedS(cut) * RATE;
    const { startNs } = phaseOf(run.summary, 'held');
    const { samples } = run.record;
    const points = Array.from({ length: samples.length }, (_, row) => ({
      phase: samples.phase[row],
      x: ((samples.intendedNs[row] ?? NaN) - startNs) / 1e9,
      y: ((samples.startedNs[row] ?? NaN) - (samples.receivedNs[row] ?? NaN)) / 1e9,
    })).filter(({ phase, y }) => phase === 0 && !Number.isNaN(y));
    const step = Math.max(1, Math.ceil(points.length / MOST_POINTS));
    const onS = (held.onsetNs - startNs) / 1e9;
    const offS = onS + lastedS(held);
    const timing = (
      what: string,
      unit: Statement['unit'],
      theory: number,
      slack: number,
      measured: number | null,
    ): Statement => ({ what, basis: 'timing', unit, theory, low: theory - slack, high: theory + slack, measured });
    const recovered = held.timeToRecover.kind === 'value' ? held.timeToRecover.ns / 1e9 : null;
    return {
      statements: [
        {
          what: 'good calls that the stall cost in the end',
          basis: 'exact',
          unit: 'calls',
          theory: 0,
          low: 0,
          high: 0,
          measured: phaseOf(run.summary, 'held').offered - phaseOf(run.summary, 'held').good,
        },
        timing(
          'from the end of the stall to an empty queue',
          's',
          drainS,
          DRAIN_SLACK_S,
          held.drain?.ns == null ? null : held.drain.ns / 1e9,
        ),
        timing('time to recover from the stall, to a window', 's', drainS, WINDOW_S + DRAIN_SLACK_S, recovered),
        timing('good calls that the refusing link cost', 'calls', lost, EDGE_CALLS, cut.dip?.lostGoodCalls ?? null),
        timing('depth of that dip', 'share', 1, 1e-9, cut.dip?.depth ?? null),
        timing(
          'time to recover from the refusing link, to a window',
          's',
          0,
          WINDOW_S,
          cut.timeToRecover.kind === 'value' ? cut.timeToRecover.ns / 1e9 : null,
        ),
      ],
      pictures: [
        {
          title: 'A stall and its backlog',
          finding:
            'The reported wait of calls by their intended start: as long as what is left of the stall, and ' +
            'then as long as the backlog.',
          x: 'intended start in s',
          y: 'wait in s',
          logarithmic: false,
          series: [
            {
              words: 'theory',
              as: 'theory',
              points: [
                { x: 0, y: 0 },
                { x: onS, y: 0 },
                { x: onS, y: lastedS(held) },
                { x: offS + drainS, y: 0 },
                { x: phaseS, y: 0 },
              ],
            },
            { words: 'measured', as: 'points', points: points.filter((_, i) => i % step === 0) },
          ],
        },
      ],
      disturbed: run.disturbed,
      calls: samples.length,
    };
  },
};
