/** Runs that were made before, by their sealed files alone: summary, environment and scenario. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import type { Summary } from '../analysis/index.js';
import type { Trial } from '../compare/index.js';
import type { Envelope } from '../envelope/index.js';
import { PACKAGE_ROOT } from '../package/index.js';
import { ProblemError } from '../problem/index.js';
import { isObject, parsedOrUndefined } from '../protocol/index.js';
import { FILES, readSealedTexts } from '../record/index.js';

const SUMMARY_FILE = 'summary.json';

export interface ReadRun {
  readonly trial: Pick<Trial, 'arm' | 'folder' | 'summary' | 'seed'>;
  /** Null where the run ended before there was one. */
  readonly envelope: Envelope | null;
  readonly scenarioText: string;
}

/** The folders of runs in a folder, in the order of their names; null where there is none. */
export function runsIn(path: string): readonly string[] | null {
  try {
    const found = readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(path, entry.name, FILES.run)))
      .map(({ name }) => join(path, name))
      .sort();
    return found.length === 0 ? null : found;
  } catch {
    // Not a folder: reading it as a run reports what is wrong.
    return null;
  }
}

/**
 * Reads one run.
 * @param shown the name of its folder wherever it is shown.
 * @throws ProblemError (`bad-input`) for a folder that is no sealed run of this version.
 */
export async function readRun(arm: string, path: string, shown: string): Promise<ReadRun> {
  const { texts } = await readSealedTexts(path, [SUMMARY_FILE, FILES.envelope, FILES.scenario]);
  const [summaryText = null, envelopeText = null, scenarioText = null] = texts;
  const problem = (code: string, what: string): ProblemError =>
    new ProblemError('bad-input', { code, what, remedy: `make it again with: plimsoll report ${path}` });
  if (summaryText === null) throw problem('no-summary', `${path} has no ${SUMMARY_FILE}`);
  const summary = parsedOrUndefined(summaryText);
  const validate = await summarySchema();
  if (!validate(summary)) {
    const [error] = validate.errors ?? [];
    const where = error === undefined ? '' : `: ${error.instancePath || 'the file'} ${error.message ?? ''}`;
    throw problem('old-summary', `${join(path, SUMMARY_FILE)} is not a summary of this version${where}`);
  }
  const known = envelopeOf(envelopeText === null ? null : parsedOrUndefined(envelopeText));
  const seed = known?.identity.seed.value ?? null;
  const trial = { arm, folder: shown, summary: summary as Summary, seed };
  return { trial, envelope: known, scenarioText: scenarioText ?? '' };
}

/** What was read of an `envelope.json`; null where it is none. */
export function envelopeOf(found: unknown): Envelope | null {
  const isEnvelope = isObject(found) && isObject(found['identity']) && isObject(found['host']);
  return isEnvelope ? (found as unknown as Envelope) : null;
}

let compiled: ValidateFunction | null = null;

/** The published schema of summary.json, compiled once. */
async function summarySchema(): Promise<ValidateFunction> {
  if (compiled !== null) return compiled;
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const schema = JSON.parse(readFileSync(`${PACKAGE_ROOT}schema/summary-v2.json`, 'utf8')) as object;
  compiled = new Ajv2020({ strict: false, logger: false }).compile(schema);
  return compiled;
}
