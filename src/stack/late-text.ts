/**
 * Fills the places of a late text that only a running stack knows: `${port}`, `${service.NAME.url}`,
 * `${service.NAME.port}`, secrets.
 */
import { ProblemError } from '../problem/index.js';
import { revealSecrets, type LateText } from '../scenario/index.js';

/** What is known of a service that is up. */
export interface Address {
  readonly url: string;
  readonly port: number | null;
}

export interface LateValues {
  /** Port of the service whose text this is; null outside a service. */
  readonly port: number | null;
  readonly services: ReadonlyMap<string, Address>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** `$${` is a literal `${`: revealing secrets, last, takes that escape away. */
const PLACE = /(?<!\$)\$\{(port|service\.([^.}]+)\.(url|port))\}/g;

/** @throws ProblemError (`preflight`) when a text asks for a service that is not up yet. */
export function fillLateText(text: string, values: LateValues): string {
  const filled = text.replace(PLACE, (whole, _place: string, service: string | undefined, part: string | undefined) => {
    if (service === undefined) {
      if (values.port === null) throw unfilled(whole, 'it stands outside a service that has a port');
      return String(values.port);
    }
    const address = values.services.get(service);
    const order = 'services start in the order they are written';
    if (address === undefined) throw unfilled(whole, `service "${service}" is not up at that point; ${order}`);
    if (part === 'url') return address.url;
    if (address.port === null) throw unfilled(whole, `service "${service}" has no port`);
    return String(address.port);
  });
  return revealSecrets(filled, values.environment);
}

function unfilled(place: string, reason: string): ProblemError {
  return new ProblemError('preflight', {
    code: 'unfilled-text',
    what: `${place} can't be filled in: ${reason}`,
    remedy: 'write the service it names above the one that uses it',
  });
}

/** Each text of a map filled in, as headers and environments need it. */
export function fillLateTexts(texts: Readonly<Record<string, LateText>>, values: LateValues) {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fillLateText(text, values)]));
}

interface LateProcess {
  readonly command: readonly [LateText, ...LateText[]];
  readonly environment: Readonly<Record<string, LateText>>;
}

/** What a process is started with, filled in. */
export function fillProcess({ command: [program, ...parameters], environment }: LateProcess, values: LateValues) {
  const filled = parameters.map((text) => fillLateText(text, values));
  const command: readonly [string, ...string[]] = [fillLateText(program, values), ...filled];
  return { command, environment: fillLateTexts(environment, values) };
}
