/** What `compare FILE` is asked for: its flags, checked. */
import type { Given, GivenArm, ReadOptions } from '../scenario/index.js';
import { ProblemError } from '../problem/index.js';
import { compareOrder, type CompareFlags, type CompareOrder } from './compare-outputs.js';
import { engineChoice, requireFolder, seedOf } from './choices.js';
import type { TrialsOrder } from './conduct-trials.js';
import { disturbancesOf, type DisturbanceFlags } from './disturbances.js';
import { givenTrialOption, misplacedOption, TRIAL_DEFAULTS } from './trial-options.js';

export interface ExperimentFlags extends CompareFlags, DisturbanceFlags {
  readonly profile?: string;
  readonly arm: readonly string[];
  readonly baseline?: string;
  readonly candidate?: string;
  readonly set: readonly string[];
  readonly seed?: string;
  readonly explain?: true;
  readonly resume?: string;
  readonly out: string;
  readonly toxiproxy?: string;
  readonly faultEngine: string;
  readonly quiet?: true;
  readonly json?: true;
}

/** As they are given: what has a default may be missing. */
export type GivenFlags = Omit<ExperimentFlags, keyof typeof DEFAULTS> &
  Partial<Pick<ExperimentFlags, keyof typeof DEFAULTS>>;

const DEFAULTS = { out: 'reports/experiments', ...TRIAL_DEFAULTS } as const satisfies Partial<ExperimentFlags>;

/** What the flags ask for. @throws ProblemError (`bad-input`) for a flag that says nothing. */
export function experimentOrder(file: string, given: GivenFlags): ExperimentOrder {
  const flags: ExperimentFlags = { ...DEFAULTS, ...given };
  const seed = seedOf(flags.seed);
  requireFolder('--out', flags.out);
  requireFolder('--resume', flags.resume);
  return {
    file,
    read: {
      set: flags.set,
      ...(flags.profile === undefined ? {} : { profile: flags.profile }),
      ...(seed === undefined ? {} : { seed }),
      given: givenOf(flags),
    },
    engine: engineChoice(flags),
    out: flags.out,
    resume: flags.resume ?? null,
    ...disturbancesOf(flags),
    // Into the experiment, beside its runs.
    compare: { ...compareOrder(flags), out: null },
    explain: flags.explain === true,
    quiet: flags.quiet === true,
    json: flags.json === true,
  };
}

export interface ExperimentOrder extends TrialsOrder {
  readonly read: ReadOptions;
  readonly compare: CompareOrder;
  readonly explain: boolean;
  readonly json: boolean;
}

/** Arms that are named on the command line, beside those of the file or in place of them. */
function givenOf({ arm, baseline, candidate }: Pick<ExperimentFlags, 'arm' | 'baseline' | 'candidate'>): Given {
  const arms = arm.map((text): GivenArm => {
    const at = text.indexOf('=');
    if (at > 0) return { option: '--arm', name: text.slice(0, at), what: text.slice(at + 1) };
    throw new ProblemError('bad-input', {
      code: 'bad-arm',
      what: `--arm "${text}" does not say what the arm is`,
      remedy: 'write it like --arm candidate=git:HEAD, --arm gateway=gateway.yaml, or --arm large=PROFILE',
    });
  });
  const named = ([option, what]: readonly [string, string | undefined]): readonly GivenArm[] =>
    what === undefined ? [] : [{ option: `--${option}`, name: option, what }];
  return {
    arms: [...named(['baseline', baseline]), ...named(['candidate', candidate]), ...arms],
    reference: baseline === undefined ? null : 'baseline',
  };
}

/** @throws ProblemError (`bad-input`) for what is said of trials beside runs that were made before. */
export function refuseTrialOptions(flags: GivenFlags): void {
  const [arm] = givenOf(flags).arms;
  if (arm !== undefined)
    throw new ProblemError('bad-input', {
      code: 'arms-of-runs',
      what: `${arm.option} names an arm to be run, and no scenario file is given`,
      remedy: 'give the scenario first: plimsoll compare my.yaml --baseline git:v1.2 --candidate git:HEAD',
    });
  // Without `--quiet`: where nothing runs there is no progress either.
  const option = givenTrialOption(flags);
  if (option === null) return;
  throw misplacedOption(
    `${option} is about trials to be run, and runs that were made are compared as they are`,
    `leave ${option} out, or give a scenario: plimsoll compare my.yaml ${option}`,
  );
}
