/** Comparisons with everything that a page can show: idle and loaded phases, a fault, tools, rows run again. */
import { compareTrials, type Comparison, type ComparisonInput, type StackPicture } from '../../src/compare/index.js';
import { asIs, rowsOf, slowerBy, type Arm } from '../compare/trials.js';
import { fixtureInput, PLAIN_NAMES, type FixtureNames } from './fixture.js';

/** The gateways of an arm stand between its client and the link to the server. */
function stackWith(gateways: number, name: string): StackPicture {
  const names = Array.from({ length: gateways }, (_, index) => `${name}-${index + 1}`);
  return [
    ...names.map((each, index) => [{ name: each, kind: 'gateway' as const, to: [names[index + 1] ?? 'upstream'] }]),
    [{ name: 'upstream', kind: 'link', to: ['backend', 'spare'] }],
    [
      { name: 'backend', kind: 'server', to: [] },
      { name: 'spare', kind: 'server', to: [] },
    ],
  ];
}

const FACTORS = [1, 1.02, 1.35, 0.8, 1.09] as const;

/** Arms of these names, the first of them the reference; the others are slower and faster by known factors. */
export function comparisonOf(
  names: readonly string[],
  {
    trials = 6,
    texts = PLAIN_NAMES,
    ...more
  }: Partial<ComparisonInput> & { trials?: number; texts?: FixtureNames } = {},
): Comparison {
  const arms: Record<string, Arm> = {};
  names.forEach((name, index) => (arms[name] = index === 0 ? asIs : slowerBy(FACTORS[index % FACTORS.length] ?? 1)));
  const values = (value: (arm: string) => unknown) => names.map((arm) => ({ arm, values: [value(arm)] }));
  return compareTrials({
    arms: names,
    rows: rowsOf(arms, trials, {
      from: fixtureInput(texts).analysis,
      stackOf: (arm) => stackWith(names.indexOf(arm) % 3, arm),
    }),
    plannedRows: trials,
    leftOut: [
      { arm: names[1] ?? '', row: 1, folder: `runs/${names[1] ?? ''}-2-disturbed`, why: 'others used 4 % of CPU' },
    ],
    gates: null,
    environment: [
      {
        field: 'identity.scenarioDigest',
        standing: 'declared',
        arms: values((arm) => `${arm.length}`.repeat(64).slice(0, 64)),
      },
      { field: 'target.serverVersion', standing: 'finding', arms: values((arm) => `${arm} 1.4.2`) },
      { field: 'identity.seed', standing: 'information', arms: values(() => 7) },
    ],
    ...more,
  });
}

export const TWO = ['released', 'candidate'] as const;
export const FIVE = ['direct', 'thin', 'queue', 'cached', 'double hop'] as const;
