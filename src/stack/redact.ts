/** Keeps secrets out of everything a run writes. */
import { secretNames, type Environment, type Scenario } from '../scenario/index.js';

/**
 * A function that replaces every secret of the scenario by its name, in the forms a secret takes in logs: as it is, as
 * a JSON string's inside, percent-encoded, and in base64 (as in Basic authorization).
 */
export function redactorFor(scenario: Scenario, environment: Environment): (text: string) => string {
  const replacements: (readonly [string, string])[] = [];
  for (const name of secretNames(scenario)) {
    const value = environment[name];
    if (value === undefined || value === '') continue;
    const forms = new Set([
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      Buffer.from(value).toString('base64'),
    ]);
    for (const form of forms) replacements.push([form, `[secret ${name}]`]);
  }
  // Longest first: a secret that holds another is replaced whole.
  replacements.sort(([a], [b]) => b.length - a.length);
  return (text) => replacements.reduce((done, [form, mark]) => done.replaceAll(form, mark), text);
}
