/** Secrets: named in a scenario, filled in at the last moment, and known to the code that keeps them out of files. */
import { ProblemError } from '../problem/index.js';
import type { Secrets } from '../secrets/index.js';
import { missingSecret, placeholdersIn, variableOf, type Environment } from './placeholders.js';
import type { LateText, Scenario } from './types.js';

/**
 * A late text with its secrets filled in and `$${` turned into a plain `${`: the last step before it is used. Other
 * placeholders are left as they are.
 * @throws ProblemError (`preflight`) naming each secret that is not set.
 */
export function revealSecrets(text: LateText, environment: Environment): string {
  const missing = secretsIn(text).filter((name) => (variableOf(environment, name) ?? '') === '');
  if (missing.length > 0) throw new ProblemError('preflight', missing.map(missingSecret));
  return text.replace(/\$\$\{|\$\{secret\.([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string | undefined) =>
    whole === '$${' ? '${' : (variableOf(environment, name ?? '') ?? ''),
  );
}

/** Names of the secrets a text holds, each once. */
export function secretsIn(text: string): readonly string[] {
  const found = placeholdersIn(text).map(({ placeholder }) => placeholder);
  return [...new Set(found.flatMap((placeholder) => (placeholder.kind === 'secret' ? [placeholder.name] : [])))];
}

/** The secrets that texts name, with their values; one that is not set has none. */
export function secretsNamedIn(texts: readonly string[], environment: Environment): Secrets {
  return valuesOf(texts.flatMap(secretsIn), environment);
}

function valuesOf(names: readonly string[], environment: Environment): Secrets {
  const values = names.map((name) => [name, variableOf(environment, name) ?? ''] as const);
  return new Map(values.filter(([, value]) => value !== ''));
}

/** Names of all secrets of a scenario, sorted: their values must be redacted wherever text is written. */
export function secretNames(scenario: Scenario): readonly string[] {
  const texts: LateText[] = Object.values(scenario.protocol.headers);
  const { services, target } = scenario.stack;
  for (const service of services) {
    if (service.kind === 'command') {
      const { command, environment, files, afterReady } = service;
      texts.push(...textsIn([command, environment, files, afterReady]));
    }
    if ('metrics' in service && service.metrics !== undefined) texts.push(service.metrics.url);
    if (service.kind === 'adapted') texts.push(...Object.values(service.environment));
    if (service.kind === 'url') texts.push(service.url);
    if (service.kind === 'url' && service.resources?.kind === 'prometheus') texts.push(service.resources.url);
  }
  if (target.kind === 'stdio') texts.push(...target.command, ...Object.values(target.environment));
  if (target.kind === 'url') texts.push(target.url);
  texts.push(...scenario.calls.flatMap((call) => textsIn(call)));
  return [...new Set(texts.flatMap(secretsIn))].sort();
}

/** Values of the secrets of a scenario that are set. */
export function secretValues(scenario: Scenario, environment: Environment): Secrets {
  return valuesOf(secretNames(scenario), environment);
}

/** Every string in a value, at any depth. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}
