/** Scenarios that come with the program: found by their name, and what they need beside it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { PACKAGE_ROOT } from '../package/index.js';
import { ProblemError, suggestion } from '../problem/index.js';
import type { Scenario } from '../scenario/index.js';

const FOLDER = join(PACKAGE_ROOT, 'scenarios');
const EXTENSION = '.yaml';
const QUICKSTART = 'quickstart';

/** Names of the scenarios that are shipped. */
export function shippedNames(): readonly string[] {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
  return files.filter((file) => file.endsWith(EXTENSION)).map((file) => basename(file, EXTENSION));
}

export interface ShippedExample {
  readonly name: string;
  /** Of the scenario itself: one line. */
  readonly description: string;
  /** What runs it. */
  readonly command: string;
}

/** The shipped scenarios with a line each, the quickstart first. */
export function shippedExamples(): readonly ShippedExample[] {
  const names = shippedNames().filter((name) => name !== QUICKSTART);
  return [QUICKSTART, ...names].map((name) => {
    const text = readFileSync(join(FOLDER, `${name}${EXTENSION}`), 'utf8');
    const description = /^description: (.*)$/m.exec(text)?.[1] ?? '';
    return { name, description, command: `plimsoll ${/^arms:/m.test(text) ? 'compare' : 'run'} ${name}` };
  });
}

/**
 * The file that is meant: the one of that name here, or else the shipped scenario that is called so.
 * @throws ProblemError (`bad-input`) for a plain word that is neither.
 */
export function scenarioFile(given: string): string {
  if (existsSync(given) || !/^[\w-]+$/.test(given)) return given;
  const names = shippedNames();
  if (names.includes(given)) return join(FOLDER, `${given}${EXTENSION}`);
  throw new ProblemError('bad-input', {
    code: 'file-not-found',
    what: `there is no file ${given}, and no scenario of that name is shipped`,
    remedy: suggestion(given, names, 'shipped scenarios'),
  });
}

/**
 * Makes sure that the packages are there whose files the scenario's commands name.
 * @throws ProblemError (`bad-input`) naming those that are missing, before anything is started.
 */
export function requirePackages({ name, stack: { services, target } }: Scenario): void {
  const commands = services.flatMap((service) => (service.kind === 'command' ? [service] : []));
  const missing = [...commands, ...(target.kind === 'stdio' ? [target] : [])].flatMap(({ command, workingFolder }) =>
    command.flatMap((word) => {
      const found = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/@.][^/]*)\//.exec(word)?.[1];
      return found === undefined || existsSync(resolve(workingFolder, word)) ? [] : [found];
    }),
  );
  if (missing.length === 0) return;
  const packages = [...new Set(missing)];
  throw new ProblemError('bad-input', {
    code: 'missing-package',
    what: `scenario "${name}" starts a server of ${packages.join(', ')}, which is not installed where its command says`,
    remedy:
      'run it in a clone of Plimsoll after npm ci, which installs it; or npm install it beside a copy of the ' +
      'scenario, and let the command name it there',
  });
}
