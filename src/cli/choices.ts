/** Flags that need a check of their own. */
import { readQuantity } from '../catalog/index.js';
import { ProblemError } from '../problem/index.js';
import type { ReadOptions } from '../scenario/index.js';
import type { EngineChoice } from '../toxiproxy/index.js';
import type { ScenarioFlags } from './scenario-flags.js';

/** @throws ProblemError (`bad-input`) for an engine that does not exist or an address that is none. */
export function engineChoice(flags: { readonly toxiproxy?: string; readonly faultEngine: string }): EngineChoice {
  if (flags.toxiproxy !== undefined) {
    if (!URL.canParse(flags.toxiproxy) || !/^https?:$/.test(new URL(flags.toxiproxy).protocol)) {
      throw new ProblemError('bad-input', [
        {
          code: 'bad-url',
          what: `--toxiproxy "${flags.toxiproxy}" is not an http address`,
          remedy: 'write it like http://127.0.0.1:8474',
        },
      ]);
    }
    return { kind: 'url', url: flags.toxiproxy };
  }
  switch (flags.faultEngine) {
    case 'embedded':
      return { kind: 'embedded' };
    case 'real':
      return { kind: 'real-on-path' };
    default:
      throw new ProblemError('bad-input', [
        {
          code: 'unknown-engine',
          what: `there is no fault engine "${flags.faultEngine}"`,
          remedy: 'choose --fault-engine embedded or real',
        },
      ]);
  }
}

/** @throws ProblemError (`bad-input`) for anything but a whole number from 0 to 2^53 - 1. */
export function seedOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(seed)) {
    throw new ProblemError('bad-input', [
      {
        code: 'bad-seed',
        what: `--seed "${text}" is not a whole number`,
        remedy: 'give a number from 0 to 9007199254740991',
      },
    ]);
  }
  return seed;
}

/** @throws ProblemError (`bad-input`) for anything but a whole number from 0 to `most`. */
export function wholeOf(flag: string, text: string, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value <= most) return value;
  throw new ProblemError('bad-input', {
    code: 'bad-number',
    what: `${flag} "${text}" is not a whole number from 0 to ${most}`,
    remedy: `write it like ${flag} 3`,
  });
}

/** @throws ProblemError (`bad-input`) for an empty name, which would be the folder that the command is called in. */
export function requireFolder(flag: string, folder: string | undefined): void {
  if (folder !== '') return;
  throw new ProblemError('bad-input', {
    code: 'no-folder',
    what: `${flag} "" names no folder`,
    remedy: `write it like ${flag} reports/experiments, or leave it out`,
  });
}

/** A duration with its unit, in nanoseconds. @throws ProblemError (`bad-input`) for anything else. */
export function durationNsOf(flag: string, text: string): number {
  const read = readQuantity('duration', text, 's');
  if (read.ok) return read.value;
  throw new ProblemError('bad-input', { code: read.code, what: `${flag}: ${read.what}`, remedy: read.remedy });
}

/** How a scenario is read under the flags of a verb that runs it. @throws ProblemError (`bad-input`) for a bad seed. */
export function readOptionsOf(flags: ScenarioFlags): ReadOptions {
  const seed = seedOf(flags.seed);
  return {
    set: flags.set,
    flags: [
      ...(flags.workers === undefined
        ? []
        : [{ flag: '--workers', path: ['generator', 'workers'], value: flags.workers }]),
      ...(flags.defaultGates ? [] : [{ flag: '--no-default-gates', path: ['default-gates'], value: 'false' }]),
    ],
    ...(flags.profile === undefined ? {} : { profile: flags.profile }),
    ...(flags.arm === undefined ? {} : { arm: flags.arm }),
    ...(seed === undefined ? {} : { seed }),
  };
}
