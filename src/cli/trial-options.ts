/** Options that say how trials are run. Two verbs have them, and refuse them where no trial is run. */
import { ProblemError } from '../problem/index.js';
import type { DisturbanceFlags } from './disturbances.js';

/** As they are given: what has a default may be missing. */
export interface GivenTrialFlags extends Partial<DisturbanceFlags> {
  readonly profile?: string;
  readonly set: readonly string[];
  readonly seed?: string;
  readonly explain?: true;
  readonly resume?: string;
  readonly toxiproxy?: string;
  readonly faultEngine?: string;
}

/** Not those of the option parser, so that it is known which were given. The help names them. */
export const TRIAL_DEFAULTS = {
  repeatDisturbed: '0',
  within: '10m',
  faultEngine: 'embedded',
} as const satisfies Partial<GivenTrialFlags>;

/** In the order in which they are looked for. */
const OPTIONS: Readonly<Record<keyof GivenTrialFlags, string>> = {
  profile: '--profile',
  set: '--set',
  seed: '--seed',
  explain: '--explain',
  resume: '--resume',
  repeatDisturbed: '--repeat-disturbed',
  within: '--within',
  waitUntilQuiet: '--wait-until-quiet',
  toxiproxy: '--toxiproxy',
  faultEngine: '--fault-engine',
};

/** The first of them that was given; null where none was. */
export function givenTrialOption(flags: GivenTrialFlags): string | null {
  const keys = Object.keys(OPTIONS) as (keyof GivenTrialFlags)[];
  const given = keys.find((key) => (key === 'set' ? flags.set.length > 0 : flags[key] !== undefined));
  return given === undefined ? null : OPTIONS[given];
}

/** An option beside something that it says nothing of. */
export const misplacedOption = (what: string, remedy: string): ProblemError =>
  new ProblemError('bad-input', { code: 'misplaced-option', what, remedy });
