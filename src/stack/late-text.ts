/**
 * Fills the places of a late text that only a running stack knows: `${port}`, `${files}`, `${service.NAME.url}`,
 * `${link.NAME.url}`, either with `.port` too, `${spans.url}`, and secrets.
 */
import { ProblemError } from '../problem/index.js';
import { revealSecrets, type AfterReadyStep, type LateText } from '../scenario/index.js';
import type { FilledStep } from './after-ready.js';

/** What is known of a service that is up. */
export interface Address {
  readonly url: string;
  readonly port: number | null;
}

export interface LateValues {
  /** Port of the service whose text this is; null outside a service. */
  readonly port: number | null;
  /** Folder of the files of the service whose text this is; null where it has none. */
  readonly files: string | null;
  readonly services: ReadonlyMap<string, Address>;
  /** Links in front of services that are up. */
  readonly links: ReadonlyMap<string, Address>;
  /** Where spans are received; null where they are not. */
  readonly spansUrl: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** `$${` is a literal `${`: revealing secrets, last, takes that escape away. */
const PLACE = /(?<!\$)\$\{(?:(port|files|spans\.url)|(service|link)\.([^.}]+)\.(url|port))\}/g;

/** @throws ProblemError (`preflight`) when a text asks for a service that is not up yet. */
export function fillLateText(text: string, values: LateValues): string {
  const valueOf = (whole: string, own?: string, kind?: string, name = '', part = ''): string => {
    if (own !== undefined) {
      const { port, files, spansUrl } = values;
      const value = own === 'port' ? port : own === 'files' ? files : spansUrl;
      if (value !== null) return String(value);
      throw unfilled(
        whole,
        own === 'spans.url'
          ? 'no spans are received'
          : `it stands outside a service that has ${own === 'port' ? 'a port' : own}`,
      );
    }
    const address = (kind === 'link' ? values.links : values.services).get(name);
    const order = 'services start in the order they are written';
    const what = kind === 'link' ? `link "${name}" has no service behind it` : `service "${name}" is not up`;
    if (address === undefined) throw unfilled(whole, `${what} at that point; ${order}`);
    if (part === 'url') return address.url;
    if (address.port === null) throw unfilled(whole, `${kind ?? ''} "${name}" has no port`);
    return String(address.port);
  };
  return revealSecrets(text.replace(PLACE, valueOf), values.environment);
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

/** A step of a service that has come up, filled in. */
export function fillStep(step: AfterReadyStep, values: LateValues): FilledStep {
  if (step.kind === 'command') return { ...step, ...fillProcess(step, values) };
  const { method, url, headers, body, withinNs } = step;
  return {
    ...{ kind: 'request', method, withinNs },
    url: fillLateText(url, values),
    headers: fillLateTexts(headers, values),
    body: body === null ? null : fillLateText(body, values),
  };
}
