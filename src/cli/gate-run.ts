/** The verb `gate` after its flags are read: a recorded run judged again, by its own copy of a baseline or another. */
import { ProblemError, type ExitCode } from '../problem/index.js';
import { FILES, readRecord, type RunRecord } from '../record/index.js';
import { requireGatesFit, scenarioFromText } from '../scenario/index.js';
import { join } from 'node:path';
import { exitCodeUnder, inconclusiveOf } from './inconclusive.js';
import { checkRunGates, runBaseline, type BaselineFlags } from './judged-by.js';
import { analyseRecord, printGates, showInPipeline, writeOutputs } from './outputs.js';
import { printJson } from './verb.js';

export interface GateFlags extends BaselineFlags {
  readonly inconclusive?: string;
  readonly out?: string;
  readonly json?: true;
}

export async function gateRun(dir: string, flags: GateFlags): Promise<ExitCode> {
  const inconclusive = inconclusiveOf(flags.inconclusive);
  checkRunGates(flags.gate);
  const result = analyseRecord(await judgedAgain(await readRecord(dir), flags));
  const { gates, analysis } = result.view;
  if (flags.out !== undefined) await writeOutputs(result, flags.out, { inconclusive });
  showInPipeline(result, inconclusive);
  if (flags.json) printJson(gates);
  else printGates(result);
  if (gates.results.length === 0 && analysis.summary.validity.verdict === 'valid') {
    throw new ProblemError('bad-input', {
      code: 'no-gates',
      what: 'the scenario of this run has no gates on its values, so there is no verdict',
      remedy:
        'add "gates:" to the scenario and run it again, or give --gate with "versus: baseline"; ' +
        'gates versus a reference are for "plimsoll compare"',
    });
  }
  return exitCodeUnder(inconclusive, result.exitCode);
}

/** With the baseline that it was judged by, unless another is asked for; a record without one takes what is stored. */
async function judgedAgain(record: RunRecord, flags: GateFlags): Promise<RunRecord> {
  const isAsked = flags.baselines !== undefined || flags.gate.length > 0;
  if (record.judgedBy !== null && !isAsked) return record;
  const read = scenarioFromText(record.scenarioText, join(record.dir, FILES.scenario), { secretsMayBeMissing: true });
  requireGatesFit(read, flags.gate, '--gate');
  const { comparativeGates } = read.scenario;
  const gate = [...(record.judgedBy?.gates ?? []), ...flags.gate];
  const run = { summary: record.header, envelope: record.envelope };
  return { ...record, judgedBy: await runBaseline(run, comparativeGates, { ...flags, gate }) };
}
