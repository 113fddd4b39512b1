/** Overload and drain: half of the capacity, one and a half times the capacity, half again. */
import { fluidOverload } from '../theory/index.js';
import { inMode, type TruthCase } from './case.js';
import { commandRun, phaseOf } from './command-run.js';

const SERVICE_MS = 10;
/** 1 % of the longest wait; the backlog is gone to within a few services. */
const PEAK_SHARE = 0.01;
const DRAIN_SLACK_S = 0.1;
const MOST_POINTS = 240;

export const drainCase: TruthCase = {
  id: 'drain',
  title: 'Overload and drain',
  claim:
    'One worker of 10 ms: at 50/s no call waits, at 150/s each second adds half a second of wait, and at ' +
    '50/s again the backlog goes as fast as it came. 10 s of overload make 5 s of wait, gone after another ' +
    '10 s.',
  chances: 0,
  run: async (context) => {
    const overS = inMode(context, 2, 10, 10);
    const afterS = overS + 3;
    const run = await commandRun(
      'drain',
      `version: 1
name: truth drain
load-line: 100/s
stack: { services: { backend: { mock: tools, workers: 1, service-time: { constant: ${SERVICE_MS}ms } } }, target: \
backend }
protocol: { sessions: 16, in-flight-per-session: 64 }
calls:
  - { tool: search, arguments: { query: hull }, expect: derived, deadline: 30s }
phases:
  - { name: flood, regime: overload, before: { rate: 50/s, for: ${overS}s }, rate: 150/s, for: ${overS}s, after: { \
rate: 50/s, for: ${afterS}s } }
`,
      context.seed,
      context.folder,
      context.signal,
    );
    const flood = phaseOf(run.summary, 'flood');
    const fluid = fluidOverload(overS, 1.5, 0.5);
    const { samples } = run.record;
    const points = Array.from({ length: samples.length }, (_, row) => ({
      x: ((samples.intendedNs[row] ?? NaN) - flood.startNs) / 1e9,
      y: ((samples.startedNs[row] ?? NaN) - (samples.receivedNs[row] ?? NaN)) / 1e9,
    })).filter(({ y }) => !Number.isNaN(y));
    const step = Math.max(1, Math.ceil(points.length / MOST_POINTS));
    const total = overS * 50 + overS * 150 + afterS * 50;
    return {
      statements: [
        {
          what: 'calls offered',
          basis: 'exact',
          unit: 'calls',
          theory: total,
          low: total,
          high: total,
          measured: flood.offered,
        },
        {
          what: 'longest response, less its service',
          basis: 'timing',
          unit: 's',
          theory: fluid.peakWait,
          low: fluid.peakWait * (1 - PEAK_SHARE),
          high: fluid.peakWait * (1 + PEAK_SHARE),
          measured: flood.drain === null ? null : flood.drain.peakWaitNs / 1e9 - SERVICE_MS / 1000,
        },
        {
          what: 'when the call that waited longest was meant to start',
          basis: 'timing',
          unit: 's',
          theory: 2 * overS,
          low: 2 * overS - DRAIN_SLACK_S,
          high: 2 * overS + DRAIN_SLACK_S,
          measured: flood.drain === null ? null : (flood.drain.peakWaitAtNs - flood.startNs) / 1e9,
        },
        {
          what: 'from the end of the overload to an empty queue',
          basis: 'timing',
          unit: 's',
          theory: fluid.drain,
          low: fluid.drain - DRAIN_SLACK_S,
          high: fluid.drain + DRAIN_SLACK_S,
          measured: flood.drain?.drainNs == null ? null : flood.drain.drainNs / 1e9,
        },
      ],
      pictures: [
        {
          title: 'Overload and drain',
          finding: 'The reported wait of calls by their intended start, on the line of the fluid.',
          x: 'intended start in s',
          y: 'wait in s',
          logarithmic: false,
          series: [
            {
              words: 'theory',
              as: 'theory',
              points: [
                { x: 0, y: 0 },
                { x: overS, y: 0 },
                { x: 2 * overS, y: fluid.peakWait },
                { x: 2 * overS + fluid.drain, y: 0 },
                { x: 2 * overS + afterS, y: 0 },
              ],
            },
            { words: 'measured', as: 'points', points: points.filter((_, i) => i % step === 0) },
          ],
        },
      ],
      disturbed: run.disturbed,
      calls: flood.offered,
    };
  },
};
