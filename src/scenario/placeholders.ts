/**
 * `${...}` in string values: what each may say, where, and what is filled in when the scenario is read.
 *
 *     ${env.NAME}  ${env.NAME:-default}   filled in now; the default also stands in for an empty variable
 *     ${secret.NAME}                      an environment variable that must be set and is never written down
 *     ${port}  ${files}                   filled in when the stack comes up, as are the next two
 *     ${service.NAME.url}  ${service.NAME.port}
 *     ${link.NAME.url}  ${link.NAME.port}
 *     ${spans.url}                        where spans are received
 *     ${arguments.NAME}                   filled in call by call, in expectations
 *     $${                                 a plain "${"
 */
import { type Problem, suggestion } from '../problem/index.js';
import type { Secrets } from '../secrets/index.js';
import { namedSecrets } from './named-secrets.js';
import { problemAt, type MapNode, type Span, type TreeNode } from './tree.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a variable of this name holds; what every object inherits, such as `constructor`, is no variable. */
export function variableOf(environment: Environment, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

export type Placeholder =
  | { readonly kind: 'env'; readonly name: string; readonly fallback: string | null }
  | { readonly kind: 'secret'; readonly name: string }
  | { readonly kind: 'port' }
  /** The folder of the files of its service. */
  | { readonly kind: 'files' }
  | { readonly kind: 'service'; readonly service: string; readonly part: 'url' | 'port' }
  | { readonly kind: 'link'; readonly link: string; readonly part: 'url' | 'port' }
  | { readonly kind: 'spans' }
  | { readonly kind: 'argument'; readonly name: string }
  | { readonly kind: 'unknown'; readonly body: string };

/** A placeholder and where in its text it stands. */
export interface Found {
  readonly from: number;
  readonly to: number;
  readonly placeholder: Placeholder;
}

const ANY = /\$\$\{|\$\{([^}]*)(\}?)/g;

/** All placeholders of a text, in order; `$${` is none. */
export function placeholdersIn(text: string): readonly Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(ANY)) {
    const body = match[1];
    if (body === undefined) continue;
    const placeholder: Placeholder = match[2] === '}' ? parsed(body) : { kind: 'unknown', body };
    found.push({ from: match.index, to: match.index + match[0].length, placeholder });
  }
  return found;
}

function parsed(body: string): Placeholder {
  const env = /^env\.([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(body);
  if (env !== null && !body.includes('${')) return { kind: 'env', name: env[1] ?? '', fallback: env[2] ?? null };
  const secret = /^secret\.([A-Za-z_][A-Za-z0-9_]*)$/.exec(body);
  if (secret !== null) return { kind: 'secret', name: secret[1] ?? '' };
  if (body === 'port' || body === 'files') return { kind: body };
  if (body === 'spans.url') return { kind: 'spans' };
  const address = /^(service|link)\.([A-Za-z0-9_-]+)\.(url|port)$/.exec(body);
  if (address !== null) {
    const name = address[2] ?? '';
    const part = address[3] === 'port' ? 'port' : 'url';
    return address[1] === 'link' ? { kind: 'link', link: name, part } : { kind: 'service', service: name, part };
  }
  const argument = /^arguments\.(.+)$/s.exec(body);
  if (argument !== null) return { kind: 'argument', name: argument[1] ?? '' };
  return { kind: 'unknown', body };
}

const EXAMPLES = [
  ...['env.NAME', 'secret.NAME', 'port', 'files', 'service.NAME.url', 'service.NAME.port'],
  ...['link.NAME.url', 'link.NAME.port', 'spans.url', 'arguments.NAME'],
];

/** Where values come from, and what filling them in finds. */
export interface Filling {
  readonly environment: Environment;
  /** Secrets of the document, by name: what comes in from outside is kept free of them. */
  readonly secrets: Secrets;
  readonly problems: Problem[];
  /** Spans of values that lack something: they say nothing about what the value would have been. */
  readonly unset: Set<Span>;
}

/**
 * The tree with `${env...}` filled in. Reports unknown placeholders, unset variables and secrets, and placeholders in
 * keys. What an environment variable brings in is text: a `${` in it is escaped and never read as a placeholder. A
 * secret of the document in it is named, `${secret.NAME}`, as if it had been written so.
 */
export function withEnvironment(node: TreeNode, filling: Filling): TreeNode {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && node.value.includes('${')
        ? { ...node, value: filled(node.value, node.span, filling) }
        : node;
    case 'list':
      return { ...node, items: node.items.map((item) => withEnvironment(item, filling)) };
    case 'map': {
      const entries = [...node.entries].map(([key, entry]) => {
        if (key.includes('${')) {
          const what = `"${key}" is a key, and keys can't hold placeholders`;
          const remedy = 'write the key out; placeholders stand in values';
          filling.problems.push(problemAt(entry.keySpan, 'placeholder-in-key', { what, remedy }));
        }
        return [key, { ...entry, value: withEnvironment(entry.value, filling) }] as const;
      });
      return { ...node, entries: new Map(entries) };
    }
  }
}

/** What comes from outside is text. A function: in a replacement text "$$" would mean one "$". */
const escaped = (text: string): string => text.replaceAll('${', () => '$${');

function filled(text: string, span: Span, { environment, secrets, problems, unset }: Filling): string {
  let result = '';
  let at = 0;
  for (const { from, to, placeholder } of placeholdersIn(text)) {
    const whole = text.slice(from, to);
    const report = (code: string, what: string, remedy: string): void =>
      void problems.push(problemAt(within(span, whole), code, { what, remedy }));
    let part = whole;
    if (placeholder.kind === 'env') {
      const { name, fallback } = placeholder;
      const value = variableOf(environment, name);
      if (value !== undefined && (value !== '' || fallback === null)) {
        const named = secrets.has(name)
          ? { text: `\${secret.${name}}`, hidden: null }
          : namedSecrets(value, secrets, escaped);
        part = named.text;
        if (named.hidden !== null) {
          unset.add(span);
          const what = `the environment variable ${name} holds the secret ${named.hidden}, and would be written down`;
          report('secret-in-value', what, `write \${secret.${name}}`);
        }
      } else part = fallback ?? '';
      if (value === undefined && fallback === null) {
        unset.add(span);
        const remedy = `set ${name}, or give a default: \${env.${name}:-...}`;
        report('missing-environment', `the environment variable ${name} is not set`, remedy);
      }
    } else if (placeholder.kind === 'unknown') {
      unset.add(span);
      if (whole.endsWith('}')) {
        const near = suggestion(placeholder.body, EXAMPLES, 'placeholders');
        report('unknown-placeholder', `unknown placeholder ${whole}`, `${near}; a plain "\${" is written "$\${"`);
      } else {
        const what = `the placeholder ${whole.slice(0, 40)} is never closed`;
        report('unknown-placeholder', what, 'add the "}", or write "$${" for a plain "${"');
      }
    } else if (placeholder.kind === 'secret' && (variableOf(environment, placeholder.name) ?? '') === '') {
      const { code, what, remedy } = missingSecret(placeholder.name);
      report(code, what, remedy);
    }
    // A value that ends in "$" must not make a placeholder of a "{" behind it.
    result += text.slice(at, from) + (part.endsWith('$') && text[to] === '{' ? `${part}$` : part);
    at = to;
  }
  return result + text.slice(at);
}

/**
 * The document with the secrets in arguments and expectations of its calls filled in. As with an environment variable,
 * what a secret brings in is text and never read as a placeholder.
 */
export function withSecretsInCalls(document: MapNode, environment: Environment): MapNode {
  const calls = document.entries.get('calls');
  if (calls?.value.kind !== 'list') return document;
  const items = calls.value.items.map((call) => {
    if (call.kind !== 'map') return call;
    const entries = [...call.entries].map(([key, entry]) => {
      const holdsSecrets = key === 'arguments' || key === 'expect';
      return [key, holdsSecrets ? { ...entry, value: withSecrets(entry.value, environment) } : entry] as const;
    });
    return { ...call, entries: new Map(entries) };
  });
  const value = { ...calls.value, items };
  return { ...document, entries: new Map(document.entries).set('calls', { ...calls, value }) };
}

function withSecrets(node: TreeNode, environment: Environment): TreeNode {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' ? { ...node, value: revealed(node.value, environment) } : node;
    case 'list':
      return { ...node, items: node.items.map((item) => withSecrets(item, environment)) };
    case 'map': {
      const entries = [...node.entries].map(
        ([key, entry]) => [key, { ...entry, value: withSecrets(entry.value, environment) }] as const,
      );
      return { ...node, entries: new Map(entries) };
    }
  }
}

function revealed(text: string, environment: Environment): string {
  return placeholdersIn(text).reduceRight((done, { from, to, placeholder }) => {
    if (placeholder.kind !== 'secret') return done;
    const value = escaped(variableOf(environment, placeholder.name) ?? '');
    // A value that ends in "$" must not make a placeholder of a "{" behind it.
    return done.slice(0, from) + (value.endsWith('$') && done[to] === '{' ? `${value}$` : value) + done.slice(to);
  }, text);
}

export function missingSecret(name: string): Problem {
  const remedy = `set the environment variable ${name} before the run`;
  return { code: 'missing-secret', what: `the secret ${name} is not set`, remedy };
}

/** The stretch of a scalar that holds `part`; the whole scalar where escapes or folding hide it. */
export function within(span: Span, part: string): Span {
  const offset = span.source.text.slice(span.from, span.to).indexOf(part);
  return offset < 0 ? span : { source: span.source, from: span.from + offset, to: span.from + offset + part.length };
}
