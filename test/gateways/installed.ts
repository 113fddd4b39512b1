/** Which gateways are installed here, and what a run through one of them left. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATEWAYS, gatewayAdapter, type GatewayName } from '../../src/catalog/index.js';
import type { Summary } from '../../src/analysis/index.js';
import type { RunEvent } from '../../src/record/index.js';
import { findGateway, gatewaysFolder } from '../../src/stack/index.js';
import { plimsoll, scratchFolder } from '../e2e/plimsoll.js';

/** PLIMSOLL_GATEWAYS_WANTED names those that may not be missing. */
const WANTED = (process.env['PLIMSOLL_GATEWAYS_WANTED'] ?? '').split(',').filter((name) => name !== '');

/** Why a gateway can't be started here; null when it can. */
const missing = new Map<GatewayName, string | null>();
for (const name of GATEWAYS)
  missing.set(
    name,
    await findGateway(name, gatewayAdapter(name), process.env).then(
      () => null,
      (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
    ),
  );

export interface Installed {
  readonly skip: boolean;
  /** Its name, with the reason where it is skipped. */
  readonly title: string;
  /** Throws where it is missing and may not be. */
  readonly required: () => void;
}

export function installed(name: GatewayName): Installed {
  const why = missing.get(name) ?? null;
  const skip = why !== null && !WANTED.includes(name);
  return {
    skip,
    title: skip ? `${name} (skipped: ${why.replace(/[()]/g, '')})` : name,
    required: () => {
      if (why !== null) throw new Error(why);
    },
  };
}

export interface GatewayRun {
  readonly summary: Summary;
  readonly events: readonly RunEvent[];
  readonly leftBehind: readonly number[];
}

/** Runs a scenario with the gateways that are installed here. */
export async function runOf(...parameters: readonly string[]): Promise<GatewayRun> {
  const result = await plimsoll(['run', ...parameters, '--out', scratchFolder(), '--quiet', '--json'], {
    PLIMSOLL_GATEWAYS: gatewaysFolder(process.env),
  });
  if (result.stdout === '') throw new Error(result.stderr);
  const printed = JSON.parse(result.stdout) as { summary?: Summary; dir?: string };
  const { summary, dir } = printed;
  if (summary === undefined || dir === undefined) throw new Error(result.stdout);
  const events = readFileSync(join(dir, 'events.ndjson'), 'utf8')
    .split('\n')
    .flatMap((row) => (row === '' ? [] : [JSON.parse(row) as RunEvent]));
  return { summary, events, leftBehind: result.leftBehind };
}
