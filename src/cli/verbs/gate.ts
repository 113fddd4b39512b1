import {
  BASELINES_FLAG,
  BASELINES_HELP,
  GATE_FLAG,
  GATE_HELP,
  INCONCLUSIVE_FLAG,
  INCONCLUSIVE_HELP,
} from '../flags.js';
import { collect, type DeclareVerb } from '../verb.js';
import type { GateFlags } from '../gate-run.js';

/** `plimsoll gate DIR`: the scenario's gates held against a run's record, as an exit code. */
export const declareGate: DeclareVerb = (program, done) => {
  program
    .command('gate')
    .description("hold a run against its scenario's gates; the verdict is the exit code")
    .argument('<dir>', 'a run directory')
    .option(GATE_FLAG, GATE_HELP, collect, [])
    .option(BASELINES_FLAG, BASELINES_HELP)
    .option(INCONCLUSIVE_FLAG, INCONCLUSIVE_HELP)
    .option('--out <folder>', 'write gate.json, junit.xml and the other files of the run there')
    .option('--json', 'print the verdict as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ plimsoll gate reports/runs/<run>                    the verdict again
  $ plimsoll gate reports/runs/<run> --baselines perf/baselines --inconclusive warn`,
    )
    .action(async (dir: string, flags: GateFlags) => {
      const { gateRun } = await import('../gate-run.js');
      done(await gateRun(dir, flags));
    });
};
