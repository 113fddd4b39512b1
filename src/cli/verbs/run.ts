import { EXIT } from '../../problem/index.js';
import type { NamedShard } from '../../shards/index.js';
import {
  BASELINES_FLAG,
  BASELINES_HELP,
  GATE_FLAG,
  GATE_HELP,
  INCONCLUSIVE_FLAG,
  INCONCLUSIVE_HELP,
} from '../flags.js';
import { collect, printJson, type DeclareVerb } from '../verb.js';
import {
  declarePrintingFlags,
  declareScenarioFlags,
  type PrintingFlags,
  type ScenarioFlags,
} from '../scenario-flags.js';
import { writeOut } from '../streams.js';

interface Flags extends ScenarioFlags, PrintingFlags {
  readonly explain?: true;
  readonly toxiproxy?: string;
  readonly faultEngine: string;
  readonly repeatDisturbed: string;
  readonly within: string;
  readonly waitUntilQuiet?: string;
  readonly gate: readonly string[];
  readonly baselines?: string;
  readonly inconclusive?: string;
  readonly open?: true;
  readonly live?: true;
  readonly shard?: string;
  readonly rendezvous?: string;
  readonly group?: string;
  readonly joinWithin: string;
}

/** `plimsoll run FILE`: from a scenario file to a run record and its report. */
export const declareRun: DeclareVerb = (program, done) => {
  const command = program
    .command('run')
    .description('run a scenario: bring its stack up, load it, break it, and write record and report')
    .argument('<file>', 'scenario file (YAML or JSON), or the name of one that is shipped, such as quickstart');
  declareScenarioFlags(command)
    .option(GATE_FLAG, GATE_HELP, collect, [])
    .option(BASELINES_FLAG, BASELINES_HELP)
    .option(INCONCLUSIVE_FLAG, INCONCLUSIVE_HELP)
    .option('--explain', 'print the resolved timeline and send nothing')
    .option('--toxiproxy <url>', 'use the toxiproxy-server at this address')
    .option('--fault-engine <which>', 'embedded, or real (toxiproxy-server on PATH)', 'embedded')
    .option('--repeat-disturbed <number>', 'run again, so often at most, when others used the CPU meanwhile', '0')
    .option('--within <duration>', 'begin no such repetition later than this', '10m')
    .option('--wait-until-quiet <duration>', 'before each run, wait until others leave the CPU alone; so long in all');
  declarePrintingFlags(command)
    .option('--open', 'open the report')
    .option('--live', 'serve a page on this machine that draws the run while it goes on, and print its address')
    .option('--shard <i/n>', 'run part i of n, from 0: the processes of all parts make one run (docs/scale-out.md)')
    .option('--rendezvous <place>', 'where the shards meet: a folder that all share, or http://HOST:PORT of shard 0')
    .option('--group <id>', 'name of the run that its shards have in common')
    .option('--join-within <duration>', 'longest wait for the other shards', '5m')
    .addHelpText(
      'after',
      `
Examples:
  $ plimsoll run quickstart
  $ plimsoll run scenarios/steady.yaml --set phases.0.concurrency=32
  $ plimsoll run scenarios/fault-recovery.yaml --fault-engine real`,
    )
    .action(async (file: string, flags: Flags) => {
      const machine = async () => (await import('../machine.js')).machineJudge(process.env);
      const printed = { out: flags.out, quiet: flags.quiet === true, json: flags.json === true };
      const shard = await askedShard(flags);
      if (shard !== null) {
        const { runShard } = await import('../run-shard.js');
        const prepare = () => prepared(file, flags);
        done(await runShard({ shard, flags, prepare, machine: await machine(), ...printed }));
        return;
      }
      const { read, plan, ...run } = await prepared(file, flags);
      if (flags.explain) {
        const { explain } = await import('../../plan/index.js');
        if (flags.json) printJson({ schema: 'plimsoll/plan-v1', digest: read.digest, plan });
        else writeOut(`${explain(plan)}\n`);
        done(EXIT.pass);
        return;
      }
      const { requirePackages } = await import('../shipped.js');
      requirePackages(read.scenario);
      const { runAndReport } = await import('../run-and-report.js');
      done(
        await runAndReport({
          ...{ read, plan, ...run, ...printed },
          arm: flags.arm ?? null,
          machine: await machine(),
          baseline: flags,
          opens: flags.open === true,
          isLive: flags.live === true,
        }),
      );
    });
};

/** The part of a run that is asked for; null for a whole one. */
async function askedShard(flags: Flags): Promise<NamedShard | null> {
  const { explain, shard, rendezvous, group } = flags;
  if (explain || [shard, rendezvous, group].every((flag) => flag === undefined)) return null;
  const { shardOf } = await import('../../shards/index.js');
  return shardOf(flags, process.env);
}

/** What is to be run, as file and flags say it. Nothing is started. */
async function prepared(file: string, flags: Flags) {
  const { readScenario, requireGatesFit } = await import('../../scenario/index.js');
  const { planOf } = await import('../../plan/index.js');
  const { engineChoice, readOptionsOf } = await import('../choices.js');
  const { printWarnings } = await import('../print.js');
  const { scenarioFile } = await import('../shipped.js');
  const options = readOptionsOf(flags);
  const { inconclusiveOf } = await import('../inconclusive.js');
  const inconclusive = inconclusiveOf(flags.inconclusive);
  if (flags.gate.length > 0) (await import('../judged-by.js')).checkRunGates(flags.gate);
  const { disturbancesOf } = await import('../disturbances.js');
  const disturbances = disturbancesOf(flags);
  const path = scenarioFile(file);
  const read = readScenario(path, options);
  requireGatesFit(read, flags.gate, '--gate');
  const engine = engineChoice(flags);
  const plan = planOf(read.scenario);
  printWarnings(read.warnings);
  const readIn = (folder: string) => readScenario(path, { ...options, folder });
  return { read, plan, engine, readIn, inconclusive, ...disturbances };
}
