/** Capacity: the search against a server whose capacity is known. */
import { inMode, type CaseContext, type TruthCase } from './case.js';
import { commandRun, type CommandRun } from './command-run.js';

/** Four workers of 25 ms. */
const CAPACITY = 160;
const LOW = 0.9 * CAPACITY;
const ABOVE = 165;

export const capacityCase: TruthCase = {
  id: 'capacity',
  title: 'Load line',
  claim:
    'Four workers of 25 ms can do 160 calls/s and no more. The search must end inside [0.9, 1.0) of that ' +
    'whatever the seed, and 165/s must be found divergent: its queue ages by 30 ms every second.',
  chances: 0,
  run: async (context) => {
    const seeds = Array.from({ length: inMode(context, 1, 5, 10) }, (_, i) => context.seed + i);
    const found: CommandRun[] = [];
    for (const seed of seeds) {
      context.report(`search with seed ${seed}`);
      found.push(await search(`search-${seed}`, '50/s, 1k/s', seed, context));
    }
    context.report(`${ABOVE}/s`);
    const above = await search('above', `${ABOVE}/s, 330/s`, context.seed, context);
    const ends = found.map(({ summary }) => summary.capacities[0]);
    const refused = above.summary.capacities[0];
    return {
      statements: [
        ...ends.map(
          (end, i) =>
            ({
              what: `highest rate sustained, seed ${seeds[i] ?? ''}`,
              basis: 'timing',
              unit: '/s',
              theory: CAPACITY,
              low: LOW,
              high: CAPACITY - 1e-9,
              measured: end?.passedPerSecond ?? null,
            }) as const,
        ),
        {
          what: `probes of ${ABOVE}/s that passed`,
          basis: 'exact',
          unit: '',
          theory: 0,
          low: 0,
          high: 0,
          measured:
            refused?.probes.filter(({ verdict, ratePerSecond }) => verdict === 'passed' && ratePerSecond >= ABOVE)
              .length ?? null,
        },
        {
          what: `lowest rate refused when the search begins at ${ABOVE}/s`,
          basis: 'timing',
          unit: '/s',
          theory: ABOVE,
          low: ABOVE,
          high: ABOVE,
          measured: refused?.ended === 'low-failed' ? refused.failedPerSecond : null,
        },
      ],
      pictures: [
        {
          title: 'Load line',
          finding:
            `The bracket that ${ends.length === 1 ? 'the search' : `each of ${ends.length} searches`} ` +
            'ended with, [sustained, not sustained).',
          x: 'search',
          y: 'calls per second',
          logarithmic: false,
          series: [
            {
              words: 'where it must end',
              as: 'band',
              points: [
                { x: 0.5, y: LOW, y2: CAPACITY },
                { x: ends.length + 0.5, y: LOW, y2: CAPACITY },
              ],
            },
            {
              words: 'capacity',
              as: 'theory',
              points: [
                { x: 0.5, y: CAPACITY },
                { x: ends.length + 0.5, y: CAPACITY },
              ],
            },
            {
              words: 'sustained',
              as: 'points',
              points: ends.flatMap((end, i) =>
                end?.passedPerSecond == null ? [] : [{ x: i + 1, y: end.passedPerSecond }],
              ),
            },
            {
              words: 'not sustained',
              as: 'limit',
              points: ends.flatMap((end, i) =>
                end?.failedPerSecond == null ? [] : [{ x: i + 1, y: end.failedPerSecond }],
              ),
            },
          ],
        },
      ],
      disturbed: [...found, above].flatMap(({ disturbed }) => disturbed),
      calls: [...found, above].reduce((sum, { summary }) => sum + summary.samples.logicalCalls, 0),
    };
  },
};

function search(name: string, between: string, seed: number, context: CaseContext): Promise<CommandRun> {
  return commandRun(
    `capacity-${name}`,
    `version: 1
name: truth capacity ${name}
stack: { services: { backend: { mock: tools, workers: 4, service-time: { constant: 25ms } } }, target: backend }
protocol: { sessions: 16, in-flight-per-session: 64 }
calls:
  - { tool: search, arguments: { query: hull }, expect: derived, deadline: 5s }
phases:
  - { name: load line, regime: capacity, between: [${between}], step: ${inMode(context, '1s', '4s', '6s')} }
`,
    seed,
    context.folder,
    context.signal,
  );
}
