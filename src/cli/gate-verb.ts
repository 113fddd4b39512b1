/** The verb `gate`: a run that is judged, or, with --calibrate, a target against itself. */
import { ProblemError, type ExitCode } from '../problem/index.js';
import { calibrate, type CalibrateFlags } from './calibrate.js';
import { gateRun, type GateFlags } from './gate-run.js';

export type GateVerbFlags = GateFlags &
  Omit<CalibrateFlags, 'repeatDisturbed' | 'within' | 'faultEngine'> &
  Partial<Pick<CalibrateFlags, 'repeatDisturbed' | 'within' | 'faultEngine'>> & { readonly calibrate?: true };

/** Options that say something of a calibration alone. */
const OF_CALIBRATION = {
  pairs: '--pairs',
  profile: '--profile',
  arm: '--arm',
  seed: '--seed',
  explain: '--explain',
  resume: '--resume',
  repeatDisturbed: '--repeat-disturbed',
  within: '--within',
  waitUntilQuiet: '--wait-until-quiet',
  toxiproxy: '--toxiproxy',
  faultEngine: '--fault-engine',
  quiet: '--quiet',
} as const satisfies Partial<Record<keyof GateVerbFlags, string>>;

/** @throws ProblemError (`bad-input`) for options of the one beside the other. */
export async function gateVerb(what: string, flags: GateVerbFlags): Promise<ExitCode> {
  if (flags.calibrate !== true) {
    const keys = Object.keys(OF_CALIBRATION) as (keyof typeof OF_CALIBRATION)[];
    const other = keys.find((key) => flags[key] !== undefined);
    const option = other === undefined ? (flags.set.length > 0 ? '--set' : null) : OF_CALIBRATION[other];
    if (option !== null)
      throw misplaced(
        `${option} is about a calibration, and a run that was made is judged as it is`,
        `leave ${option} out, or calibrate: plimsoll gate --calibrate FILE`,
      );
    return gateRun(what, flags);
  }
  if (flags.inconclusive !== undefined)
    throw misplaced('--inconclusive is about a verdict, and --calibrate gives none', 'leave it out');
  const { repeatDisturbed = '0', within = '10m', faultEngine = 'embedded' } = flags;
  return calibrate(what, { ...flags, repeatDisturbed, within, faultEngine });
}

const misplaced = (what: string, remedy: string): ProblemError =>
  new ProblemError('bad-input', { code: 'misplaced-option', what, remedy });
