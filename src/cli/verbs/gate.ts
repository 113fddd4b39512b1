import { printJson, type DeclareVerb } from '../verb.js';

/** `plimsoll gate DIR`: the scenario's gates held against a run's record, as an exit code. */
export const declareGate: DeclareVerb = (program, done) => {
  program
    .command('gate')
    .description("hold a run against its scenario's gates; the verdict is the exit code")
    .argument('<dir>', 'a run directory')
    .option('--json', 'print the verdict as JSON')
    .action(async (dir: string, flags: { readonly json?: true }) => {
      const { readRecord } = await import('../../record/index.js');
      const { githubGates } = await import('../../export/index.js');
      const { annotate } = await import('../annotate.js');
      const { analyseRecord, printGates } = await import('../outputs.js');
      const result = analyseRecord(await readRecord(dir));
      annotate(githubGates(result.view.gates));
      if (flags.json) printJson(result.view.gates);
      else printGates(result);
      if (result.view.gates.results.length === 0 && result.view.analysis.summary.validity.verdict === 'valid') {
        const { ProblemError } = await import('../../problem/index.js');
        throw new ProblemError('bad-input', [
          {
            code: 'no-gates',
            what: 'the scenario of this run has no gates on its values, so there is no verdict',
            remedy: 'add "gates:" to the scenario and run it again; gates on a change are for "plimsoll compare"',
          },
        ]);
      }
      done(result.exitCode);
    });
};
