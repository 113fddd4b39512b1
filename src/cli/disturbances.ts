/** What is done about others on the machine, for a single run and for the trials of an experiment alike. */
import { OTHERS_ARE_BUSY_CORES } from '../analysis/index.js';
import { waitUntilQuiet, type MachineJudge } from '../calibration/index.js';
import { amount, duration } from '../format/index.js';
import { durationNsOf, wholeOf } from './choices.js';

export interface DisturbanceFlags {
  readonly repeatDisturbed: string;
  readonly within: string;
  readonly waitUntilQuiet?: string;
}

/** How often something may be run again because others disturbed it, and until when. */
export interface Repeats {
  readonly most: number;
  readonly withinNs: number;
}

export interface Disturbances {
  readonly repeats: Repeats;
  /** How long may be waited for a quiet machine, in all; 0: not at all. */
  readonly quietWithinNs: number;
}

const MOST_REPEATS = 100;

/** @throws ProblemError (`bad-input`) for a flag that says nothing. */
export function disturbancesOf(flags: DisturbanceFlags): Disturbances {
  return {
    repeats: {
      most: wholeOf('--repeat-disturbed', flags.repeatDisturbed, MOST_REPEATS),
      withinNs: durationNsOf('--within', flags.within),
    },
    quietWithinNs: flags.waitUntilQuiet === undefined ? 0 : durationNsOf('--wait-until-quiet', flags.waitUntilQuiet),
  };
}

/** A wait before each run, which together take no longer than is allowed; what follows is run in any case. */
export function quietWaiter(
  machine: MachineJudge,
  withinNs: number,
  abort: AbortSignal,
  say: { readonly step: (text: string) => void; readonly note: (text: string) => void },
): () => Promise<void> {
  let leftNs = withinNs;
  return async () => {
    if (leftNs <= 0 || abort.aborted) return;
    const beganMs = performance.now();
    const found = await waitUntilQuiet(machine.watch([process.pid]), {
      ...{ belowCores: OTHERS_ARE_BUSY_CORES, withinNs: leftNs, abort },
      isBusy: (cores) =>
        say.step(`waiting for a quiet machine, up to ${duration(leftNs)}: others are busy on ${amount(cores)} cores`),
    });
    leftNs -= (performance.now() - beganMs) * 1e6;
    if (abort.aborted || found === 'quiet') return;
    leftNs = 0;
    say.note(
      found === 'unknown'
        ? '--wait-until-quiet: this system does not report what others use; not waiting'
        : `the machine did not become quiet within ${duration(withinNs)}: running all the same, judged as always`,
    );
  };
}
