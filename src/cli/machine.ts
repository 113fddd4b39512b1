/** Who judges the machine of a run. */
import { assumedMachine, measuredMachine, type MachineJudge } from '../calibration/index.js';
import { ProblemError } from '../problem/index.js';

/** Set by tests alone, and shown in every output of the run. */
const ASSUME_MACHINE = 'PLIMSOLL_ASSUME_MACHINE';

/**
 * Measures the machine, unless PLIMSOLL_ASSUME_MACHINE says what to assume of it, as `quiet:20000/s` (or
 * `busy:20000/s`: with other work on it all along; `watched:20000/s`: what others use is measured, and nothing else).
 * @throws ProblemError (`bad-input`) for another value of it.
 */
export function machineJudge(environment: Readonly<Record<string, string | undefined>>): MachineJudge {
  const text = environment[ASSUME_MACHINE];
  if (text === undefined || text === '') return measuredMachine();
  const [, how, perSecond] = /^(quiet|busy|watched):(\d+)\/s$/.exec(text) ?? [];
  if (perSecond === undefined) {
    throw new ProblemError('bad-input', [
      {
        code: 'bad-machine',
        what: `${ASSUME_MACHINE} is "${text}", which says nothing that can be assumed of a machine`,
        remedy: 'unset it, so that the machine is measured; tests write it like quiet:20000/s',
      },
    ]);
  }
  return assumedMachine(Number(perSecond), how as 'quiet' | 'busy' | 'watched');
}
