import {
  BASELINES_FLAG,
  BASELINES_HELP,
  GATE_FLAG,
  GATE_HELP,
  INCONCLUSIVE_FLAG,
  INCONCLUSIVE_HELP,
} from '../flags.js';
import { collect, type DeclareVerb } from '../verb.js';
import type { GateVerbFlags } from '../gate-verb.js';

/**
 * `plimsoll gate DIR`: the scenario's gates held against a run's record, as an exit code. `gate --calibrate FILE`: what
 * gates can see on this machine.
 */
export const declareGate: DeclareVerb = (program, done) => {
  program
    .command('gate')
    .description("hold a run against its scenario's gates; the verdict is the exit code")
    .argument('<what>', 'a run directory; with --calibrate, a scenario file')
    .option(GATE_FLAG, GATE_HELP, collect, [])
    .option(BASELINES_FLAG, BASELINES_HELP)
    .option(INCONCLUSIVE_FLAG, INCONCLUSIVE_HELP)
    .option('--out <folder>', 'write gate.json, junit.xml and the other files there; of --calibrate: its trials')
    .option('--json', 'print the verdict, or the calibration, as JSON')
    .option('--calibrate', 'run the target against itself, and store what gates can see on this machine')
    .option('--pairs <number>', 'of --calibrate: pairs of trials (default: 20)')
    .option('--profile <name>', 'of --calibrate: apply a profile of the scenario')
    .option('--arm <name>', 'of --calibrate: an arm of the scenario (default: the reference)')
    .option('--set <path=value>', 'of --calibrate: override one value of the scenario (repeatable)', collect, [])
    .option('--seed <number>', 'of --calibrate: seed of the order, arrivals and arguments')
    .option('--explain', 'of --calibrate: print order and duration, and run nothing')
    .option('--resume <folder>', 'of --calibrate: finish one that was interrupted')
    .option(
      '--repeat-disturbed <number>',
      'of --calibrate: run a pair again, so often in all, when others used the CPU',
    )
    .option('--within <duration>', 'of --calibrate: begin no such repetition later than this (default: 10m)')
    .option('--wait-until-quiet <duration>', 'of --calibrate: before each trial, wait until others leave the CPU alone')
    .option('--toxiproxy <url>', 'of --calibrate: use the toxiproxy-server at this address')
    .option('--fault-engine <which>', 'of --calibrate: embedded (the default), or real')
    .option('--quiet', 'of --calibrate: no progress')
    .addHelpText(
      'after',
      `
Examples:
  $ plimsoll gate reports/runs/<run>                    the verdict again
  $ plimsoll gate reports/runs/<run> --baselines perf/baselines --inconclusive warn
  $ plimsoll gate --calibrate my.yaml                   what gates can see on this machine`,
    )
    .action(async (what: string, flags: GateVerbFlags) => {
      const { gateVerb } = await import('../gate-verb.js');
      done(await gateVerb(what, flags));
    });
};
