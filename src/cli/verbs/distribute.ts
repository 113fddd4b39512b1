import type { DistributeFlags } from '../distribute.js';
import { INCONCLUSIVE_FLAG, INCONCLUSIVE_HELP } from '../flags.js';
import { declarePrintingFlags, declareScenarioFlags } from '../scenario-flags.js';
import type { DeclareVerb } from '../verb.js';

/** `plimsoll distribute FILE`: the shards of a run on a cluster, and the merged run of their records. */
export const declareDistribute: DeclareVerb = (program, done) => {
  const command = program
    .command('distribute')
    .description('run a scenario with several processes on Kubernetes or Slurm, and merge their records')
    .argument('<file>', 'scenario file (YAML or JSON)')
    .requiredOption('--on <engine>', 'kubernetes or slurm')
    .requiredOption('--shards <number>', 'processes that make the load together')
    .option('--print', 'write the manifest or script to stdout, and submit nothing')
    .option('--group <id>', 'name of the run (default: by time)');
  declareScenarioFlags(command)
    .option(INCONCLUSIVE_FLAG, INCONCLUSIVE_HELP)
    .option('--cpus <number>', 'cores of each shard', '2')
    .option('--memory <size>', 'memory of each shard', '2GiB')
    .option('--namespace <name>', 'Kubernetes: namespace (default: that of the context)')
    .option('--image <image>', 'Kubernetes: image with plimsoll in it (Dockerfile)')
    .option('--claim <name>', 'Kubernetes: PersistentVolumeClaim that all pods can write, for the records')
    .option('--secret <name>', "Kubernetes: Secret with the scenario's secrets, each under its name")
    .option('--shared <folder>', 'Slurm: folder that every node sees under this path (default: here)')
    .option('--partition <name>', 'Slurm: partition')
    .option('--command <words>', 'Slurm: how plimsoll is started on a node (default: as here)');
  declarePrintingFlags(command)
    .addHelpText(
      'after',
      `
Examples:
  $ plimsoll distribute my.yaml --on slurm --shards 3 --shared /scratch/load
  $ plimsoll distribute my.yaml --on kubernetes --shards 8 --image registry/plimsoll:1 --claim records --print

Exit codes: those of "run". A run without one of its shards is invalid (4).`,
    )
    .action(async (file: string, flags: DistributeFlags) => {
      const { distributeAndMerge } = await import('../distribute.js');
      done(await distributeAndMerge(file, flags));
    });
};
