/** `plimsoll init` after its flags are read: discover, measure, write. */
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { commandLine, hasNumbers, initialText, measuredBy, shellWords, type Measured } from '../discover/index.js';
import { PACKAGE_ROOT } from '../package/index.js';
import { EXIT, ProblemError, type ExitCode } from '../problem/index.js';
import { isObject } from '../protocol/index.js';
import { readRecord } from '../record/index.js';
import { scenarioFromText } from '../scenario/index.js';
import { redactOurs } from '../secrets/index.js';
import { coverageText, discovered, typedBy, type Discovered } from './discovery.js';
import type { TargetFlags } from './discovery-flags.js';
import { writeTextFile } from './files.js';
import { runFirstLook } from './first-look.js';
import { analyseRecord } from './outputs.js';
import { writeErr, writeOut } from './streams.js';

export interface InitialFlags extends TargetFlags {
  readonly output?: string;
  readonly from?: string;
  readonly measure: boolean;
  readonly force?: true;
  readonly out: string;
}

export const interrupted = 'interrupted';

/** @throws ProblemError; no file is written then. */
export async function writeInitial(
  words: readonly string[],
  flags: InitialFlags,
): Promise<ExitCode | typeof interrupted> {
  const { output, from } = flags;
  if (output !== undefined && existsSync(output) && flags.force !== true)
    throw new ProblemError('bad-input', {
      code: 'file-exists',
      what: `there is a file ${output} already`,
      remedy: 'name another with -o, or replace it with --force',
    });
  // Before the server is asked: a directory that is no run is a mistake of the command line.
  const measuredBefore = from === undefined ? null : await numbersOf(from);
  const found = await discovered(words, flags, 'plimsoll init', ownFlags(flags));
  if (found === null) return interrupted;
  if (measuredBefore !== null && from !== undefined) requireSameServer(measuredBefore, found, from);
  const measured = measuredBefore?.measured ?? (flags.measure ? await measure(found, flags) : null);
  if (measured === interrupted) return interrupted;
  const file = resolve(output ?? 'server.yaml');
  const text = redactOurs(
    initialText({
      discovery: found.discovery,
      measured,
      mostPerSecond: found.mostPerSecond,
      folder: dirname(file),
      schema: relative(dirname(file), join(PACKAGE_ROOT, 'schema/scenario-v1.json')),
    }),
  );
  // What is written is read first: a scenario of ours that has mistakes is a bug.
  scenarioFromText(text, file, { secretsMayBeMissing: true });
  if (output === undefined) writeOut(text);
  else await writeTextFile(dirname(file), basename(file), text);
  const shown = output ?? 'server.yaml';
  const kept = typedBy('plimsoll init', flags, ownFlags({ ...flags, output: shown }));
  writeErr(`\n${coverageText(found.discovery)}`);
  writeErr(
    output === undefined
      ? `\nnext: keep it in a file, and run that:\n  ${commandLine(kept, found.discovery.target)}\n`
      : `\nwritten: ${shown}\nnext:\n  plimsoll run ${shellWords([shown])}\n`,
  );
  return EXIT.pass;
}

/** Its own flags, as they were typed. */
function ownFlags({ output, from, measure, force }: InitialFlags): readonly string[] {
  return [
    ...(from === undefined ? [] : ['--from', from]),
    ...(measure ? [] : ['--no-measure']),
    ...(force === true ? ['--force'] : []),
    ...(output === undefined ? [] : ['-o', output]),
  ];
}

interface MeasuredBefore {
  readonly measured: Measured;
  /** As the server that was measured calls itself; null where the record does not say. */
  readonly serverName: string | null;
}

async function numbersOf(dir: string): Promise<MeasuredBefore> {
  const record = await readRecord(dir);
  const { view } = analyseRecord(record);
  // `latest` names another run tomorrow.
  const measured = measuredBy(view.analysis.summary, `the first look in ${basename(await realpath(dir))}`);
  if (!hasNumbers(measured))
    writeErr(
      'warning the run has no numbers of a first look that can be used\n' +
        '  hint: the gates need none; take another first look on a quiet machine to set them\n',
    );
  return { measured, serverName: serverNameIn(record.envelope) };
}

/** Of the envelope as it was read. */
function serverNameIn(envelope: unknown): string | null {
  const target = isObject(envelope) ? envelope['target'] : null;
  const serverName = isObject(target) ? target['serverName'] : null;
  const value = isObject(serverName) ? serverName['value'] : null;
  return typeof value === 'string' ? value : null;
}

/** @throws ProblemError (`bad-input`) when the numbers are those of another server. */
function requireSameServer({ serverName }: MeasuredBefore, { discovery }: Discovered, from: string): void {
  const { serverInfo } = discovery.survey;
  if (serverName === null || serverInfo === null || serverName === serverInfo.name) return;
  throw new ProblemError('bad-input', {
    code: 'another-server',
    what: `the run in ${from} measured the server "${serverName}", and this one is "${serverInfo.name}"`,
    remedy: 'name a first look of this server with --from, or leave --from out to take one',
  });
}

async function measure(found: Discovered, flags: InitialFlags): Promise<Measured | typeof interrupted> {
  const { exitCode, dir } = await runFirstLook({
    ...{ ...found, out: flags.out, quiet: flags.quiet === true, json: false },
    ...{ prints: false, opens: false },
  });
  if (dir === null || exitCode === EXIT.interrupted || exitCode === EXIT.terminated) return interrupted;
  return (await numbersOf(dir)).measured;
}
