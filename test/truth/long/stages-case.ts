/** 20 ms moved from the queue into the service: the total stays, the split moves. */
import type { StageName } from '../../../src/analysis/index.js';
import { inMode, type TruthCase } from './case.js';
import { commandRun, phaseOf, type CommandRun } from './command-run.js';

const MOVED_MS = 20;
/** What a quiet machine adds to a service that a timer ends. */
const SLACK_MS = 1;

export const stagesCase: TruthCase = {
  id: 'stages',
  title: 'Where the time went',
  claim:
    'The same 30 ms twice: 20 ms of queue and 10 ms of service, then 30 ms of service. The total stays and ' +
    'the split moves by 20 ms.',
  chances: 0,
  run: async (context) => {
    const floor = (name: string, backend: string): Promise<CommandRun> =>
      commandRun(
        `stages-${name}`,
        `version: 1
name: truth stages ${name}
stack: { services: { backend: { mock: tools, workers: 1, ${backend} } }, target: backend }
calls:
  - { tool: search, arguments: { query: hull }, expect: derived, deadline: 5s }
phases:
  - { name: floor, regime: floor, for: ${inMode(context, 2, 8, 20)}s, warmup: 1s }
`,
        context.seed,
        context.folder,
        context.signal,
      );
    const queued = await floor('queued', `service-time: { constant: 10ms }, added-queue: ${MOVED_MS}ms`);
    const served = await floor('served', 'service-time: { constant: 30ms }');
    const meanMs = (run: CommandRun, stage: StageName): number => {
      const ns = phaseOf(run.summary, 'floor').stageSplit?.stages.find((each) => each.stage === stage)?.durations
        .meanNs;
      return ns == null ? NaN : ns / 1e6;
    };
    const totalMs = (run: CommandRun): number => (phaseOf(run.summary, 'floor').responseTime.ok.meanNs ?? NaN) / 1e6;
    return {
      statements: [
        {
          what: 'mean queue with the time in the queue',
          basis: 'exact',
          unit: 'ms',
          theory: MOVED_MS,
          low: MOVED_MS,
          high: MOVED_MS,
          measured: meanMs(queued, 'upstream-queue'),
        },
        {
          what: 'mean queue with the time in the service',
          basis: 'exact',
          unit: 'ms',
          theory: 0,
          low: 0,
          high: 0,
          measured: meanMs(served, 'upstream-queue'),
        },
        {
          what: 'mean service gained',
          basis: 'timing',
          unit: 'ms',
          theory: MOVED_MS,
          low: MOVED_MS - SLACK_MS,
          high: MOVED_MS + SLACK_MS,
          measured: meanMs(served, 'service') - meanMs(queued, 'service'),
        },
        {
          what: 'mean response gained',
          basis: 'timing',
          unit: 'ms',
          theory: 0,
          low: -SLACK_MS,
          high: SLACK_MS,
          measured: totalMs(served) - totalMs(queued),
        },
      ],
      pictures: [],
      disturbed: [...queued.disturbed, ...served.disturbed],
      calls: phaseOf(queued.summary, 'floor').offered + phaseOf(served.summary, 'floor').offered,
    };
  },
};
