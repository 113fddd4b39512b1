/** The order of an experiment's trials, which of them are run again, and what is kept; with runs that are imagined. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../src/problem/index.js';
import { EXPERIMENT_FILE, type ExperimentFile } from '../../src/record/index.js';
import { conductTrials, type BeginningTrial } from '../../src/run/experiment.js';

const ORDER = [
  ['a', 'b'],
  ['b', 'a'],
];
const PLANNED: ExperimentFile = {
  schema: 'plimsoll/experiment-v1',
  experimentId: 'e1',
  name: 'gate',
  startedUtc: '2026-01-01T00:00:00.000Z',
  plimsollVersion: '0.0.0',
  scenarioDigest: 'd',
  seed: 1,
  arms: [
    { name: 'a', isReference: true, scenarioDigest: 'd1', git: null },
    { name: 'b', isReference: false, scenarioDigest: 'd2', git: null },
  ],
  variables: [],
  trials: 2,
  order: ORDER,
  carryOverBalanced: true,
  elapsedNs: 0,
  attempts: [],
  disturbedBlocks: [],
};

interface Setting {
  readonly experiment?: ExperimentFile;
  /** Trials that others disturb, by `arm-row-repeat`. */
  readonly disturbed?: readonly string[];
  /** The trial in which Ctrl-C is pressed. */
  readonly interruptedIn?: string;
  /** Trials that can't be begun. */
  readonly stopped?: readonly string[];
  /** Trials in which a service of the stack ends by itself. */
  readonly died?: readonly string[];
  readonly repeats?: { readonly most: number; readonly withinNs: number };
}

/** Conducts it; names the trials that ran. */
async function conducted({
  experiment = PLANNED,
  disturbed = [],
  interruptedIn,
  stopped = [],
  died = [],
  repeats,
}: Setting) {
  const dir = mkdtempSync(join(tmpdir(), 'plimsoll-experiment-'));
  const controller = new AbortController();
  const ran: string[] = [];
  const left: (number | null)[] = [];
  const nameOf = ({ arm, row, repeat }: BeginningTrial): string => `${arm}-${row}-${repeat}`;
  const ended = await conductTrials(
    {
      ...{ dir, experiment, coolDownNs: 0, interrupt: controller.signal },
      repeats: repeats ?? { most: 0, withinNs: 60e9 },
    },
    (trial) => {
      const name = nameOf(trial);
      ran.push(name);
      left.push(trial.leftNs);
      if (name === interruptedIn) controller.abort();
      const { arm, row, repeat } = trial;
      if (stopped.includes(name)) {
        const problem = { code: 'gateway-not-installed', what: `${name} is not there`, remedy: 'install it' };
        return Promise.resolve({ stopped: new ProblemError('preflight', problem) });
      }
      const isCut = controller.signal.aborted;
      return Promise.resolve({
        attempt: { row, repeat, arm, run: `runs/${name}`, standing: isCut ? 'interrupted' : 'used', reason: null },
        disturbed: disturbed.includes(name) ? 'others were busy' : null,
        died: died.includes(name)
          ? { code: 'service-died', what: `gate of ${name} ended`, remedy: 'see its log' }
          : null,
      });
    },
  );
  const kept = JSON.parse(readFileSync(join(dir, EXPERIMENT_FILE), 'utf8')) as ExperimentFile;
  expect(kept).toEqual(ended.experiment);
  return { ...ended, ran, left };
}

const used = ({ attempts }: ExperimentFile): readonly string[] =>
  attempts.filter(({ standing }) => standing === 'used').map(({ run }) => run.replace('runs/', ''));

describe('the trials of an experiment', () => {
  it('run in the planned order, each once', async () => {
    const { ran, status, experiment } = await conducted({});
    expect(status).toBe('complete');
    expect(ran).toEqual(['a-0-0', 'b-0-0', 'b-1-0', 'a-1-0']);
    expect(used(experiment)).toEqual(ran);
  });

  it.each(['a-0-0', 'b-0-0'])(
    'run again as a whole row when others disturbed %s, whichever arm it is',
    async (name) => {
      const { ran, experiment } = await conducted({ disturbed: [name], repeats: { most: 3, withinNs: 60e9 } });
      expect(ran).toEqual(['a-0-0', 'b-0-0', 'a-0-1', 'b-0-1', 'b-1-0', 'a-1-0']);
      expect(used(experiment)).toEqual(['a-0-1', 'b-0-1', 'b-1-0', 'a-1-0']);
      const [arm] = name.split('-');
      expect(experiment.disturbedBlocks).toEqual([{ row: 0, repeat: 0, arms: [arm], reason: 'others were busy' }]);
      expect(experiment.attempts.slice(0, 2).map(({ standing }) => standing)).toEqual(['disturbed', 'disturbed']);
    },
  );

  it('are repeated no more often than was fixed beforehand, and count then as they are', async () => {
    const disturbed = ['a-0-0', 'a-0-1', 'a-0-2', 'b-1-0'];
    const { ran, experiment } = await conducted({ disturbed, repeats: { most: 2, withinNs: 60e9 } });
    expect(ran).toEqual(['a-0-0', 'b-0-0', 'a-0-1', 'b-0-1', 'a-0-2', 'b-0-2', 'b-1-0', 'a-1-0']);
    expect(used(experiment)).toEqual(['a-0-2', 'b-0-2', 'b-1-0', 'a-1-0']);
    expect((await conducted({ disturbed, repeats: { most: 2, withinNs: 0 } })).ran).toHaveLength(4);
    expect((await conducted({ disturbed })).ran).toHaveLength(4);
  });

  it('begin no repetition later than was fixed, counted over interruptions too', async () => {
    const setting = { disturbed: ['a-0-0', 'a-0-1'], repeats: { most: 9, withinNs: 60e9 } };
    expect((await conducted({ ...setting, experiment: { ...PLANNED, elapsedNs: 50e9 } })).ran).toHaveLength(8);
    expect((await conducted({ ...setting, experiment: { ...PLANNED, elapsedNs: 61e9 } })).ran).toHaveLength(4);
    const { experiment } = await conducted({ ...setting, experiment: { ...PLANNED, elapsedNs: 50e9 } });
    expect(experiment.elapsedNs).toBeGreaterThan(50e9);
    expect(experiment.elapsedNs).toBeLessThan(60e9);
  });

  it('know how long the rest will take by what those before took, with all that is around them', async () => {
    const first = await conducted({ interruptedIn: 'b-1-0' });
    expect(first.left[0]).toBeNull();
    // Two trials took 20 s, so that two more take as long.
    const { left } = await conducted({ experiment: { ...first.experiment, elapsedNs: 20e9 } });
    expect((left[0] ?? 0) / 20e9).toBeCloseTo(1, 1);
    expect((left[1] ?? 0) / 20e9).toBeCloseTo(1 / 3, 1);
  });

  it('end with an interruption; going on runs the rows that are not complete, in the same order', async () => {
    const first = await conducted({ interruptedIn: 'a-1-0' });
    expect(first.status).toBe('interrupted');
    expect(used(first.experiment)).toEqual(['a-0-0', 'b-0-0', 'b-1-0']);
    const second = await conducted({ experiment: first.experiment });
    expect(second.ran).toEqual(['b-1-1', 'a-1-1']);
    expect(used(second.experiment)).toEqual(['a-0-0', 'b-0-0', 'b-1-1', 'a-1-1']);
    expect(second.status).toBe('complete');
    expect((await conducted({ experiment: second.experiment })).ran).toEqual([]);
  });

  describe('of an arm that can not be run', () => {
    const three: ExperimentFile = {
      ...PLANNED,
      arms: [...PLANNED.arms, { name: 'c', isReference: false, scenarioDigest: 'd3', git: null }],
      order: [
        ['a', 'c', 'b'],
        ['c', 'b', 'a'],
      ],
    };

    it('are left out, with the reason, while the other arms are run to their end', async () => {
      const { ran, status, experiment } = await conducted({ experiment: three, stopped: ['c-0-0'] });
      expect(status).toBe('complete');
      expect(ran).toEqual(['a-0-0', 'c-0-0', 'b-0-0', 'b-1-0', 'a-1-0']);
      expect(used(experiment)).toEqual(['a-0-0', 'b-0-0', 'b-1-0', 'a-1-0']);
      expect(experiment.stoppedArms).toEqual([
        { arm: 'c', row: 0, code: 'gateway-not-installed', reason: 'c-0-0 is not there', remedy: 'install it' },
      ]);
      // Going on later does not begin it again.
      expect((await conducted({ experiment })).ran).toEqual([]);
    });

    it('are left out from the trial on in which its gateway died', async () => {
      const { ran, status, experiment } = await conducted({ experiment: three, died: ['c-0-0'] });
      expect(status).toBe('complete');
      expect(ran).toEqual(['a-0-0', 'c-0-0', 'b-0-0', 'b-1-0', 'a-1-0']);
      expect(experiment.stoppedArms).toEqual([
        { arm: 'c', row: 0, code: 'service-died', reason: 'gate of c-0-0 ended', remedy: 'see its log' },
      ]);
    });

    it.each(['a-0-0', 'b-0-0'])('go on when %s died and there is nothing to compare without its arm', async (name) => {
      const { ran, experiment } = await conducted({ died: [name] });
      expect(ran).toHaveLength(4);
      expect(experiment.stoppedArms).toBeUndefined();
    });

    it.each([
      ['it is the reference', three, 'a-0-0'],
      ['nothing is left that the reference could be compared with', PLANNED, 'b-0-0'],
    ])('end the experiment when %s', async (_what, experiment, name) => {
      await expect(conducted({ experiment, stopped: [name] })).rejects.toThrow(`${name} is not there`);
    });
  });
});
