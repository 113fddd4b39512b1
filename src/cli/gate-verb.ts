/** The verb `gate`: a run that is judged, or, with --calibrate, a target against itself. */
import type { ExitCode } from '../problem/index.js';
import { calibrate, type CalibrateFlags } from './calibrate.js';
import { gateRun, type GateFlags } from './gate-run.js';
import { givenTrialOption, misplacedOption, TRIAL_DEFAULTS } from './trial-options.js';

type Defaulted = keyof typeof TRIAL_DEFAULTS;
export type GateVerbFlags = GateFlags &
  Omit<CalibrateFlags, Defaulted> &
  Partial<Pick<CalibrateFlags, Defaulted>> & { readonly calibrate?: true };

/** Options of a calibration beside those of its trials. */
const OF_CALIBRATION = {
  pairs: '--pairs',
  arm: '--arm',
  quiet: '--quiet',
} as const satisfies Partial<Record<keyof GateVerbFlags, string>>;

/** @throws ProblemError (`bad-input`) for options of the one beside the other. */
export async function gateVerb(what: string, flags: GateVerbFlags): Promise<ExitCode> {
  if (flags.calibrate !== true) {
    const keys = Object.keys(OF_CALIBRATION) as (keyof typeof OF_CALIBRATION)[];
    const own = keys.find((key) => flags[key] !== undefined);
    const option = own === undefined ? givenTrialOption(flags) : OF_CALIBRATION[own];
    if (option !== null)
      throw misplacedOption(
        `${option} is about a calibration, and a run that was made is judged as it is`,
        `leave ${option} out, or calibrate: plimsoll gate --calibrate FILE`,
      );
    return gateRun(what, flags);
  }
  if (flags.inconclusive !== undefined)
    throw misplacedOption('--inconclusive is about a verdict, and --calibrate gives none', 'leave it out');
  return calibrate(what, { ...TRIAL_DEFAULTS, ...flags });
}
