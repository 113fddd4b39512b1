/**
 * `${...}` in string values: what each may say, where, and what is filled in when the scenario is read.
 *
 *     ${env.NAME}  ${env.NAME:-default}   filled in now; the default also stands in for an empty variable
 *     ${secret.NAME}                      an environment variable that must be set and is never written down
 *     ${port}  ${service.NAME.url}  ${service.NAME.port}      filled in when the stack comes up
 *     ${arguments.NAME}                   filled in call by call, in expectations
 *     $${                                 a plain "${"
 */
import { type Problem, suggestion } from '../problem/index.js';
import { placeOf, type Span, type TreeNode } from './source-tree.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export type Placeholder =
  | { readonly kind: 'env'; readonly name: string; readonly fallback: string | null }
  | { readonly kind: 'secret'; readonly name: string }
  | { readonly kind: 'port' }
  | { readonly kind: 'service'; readonly service: string; readonly part: 'url' | 'port' }
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
  if (body === 'port') return { kind: 'port' };
  const service = /^service\.([A-Za-z0-9_-]+)\.(url|port)$/.exec(body);
  if (service !== null)
    return { kind: 'service', service: service[1] ?? '', part: service[2] === 'port' ? 'port' : 'url' };
  const argument = /^arguments\.(.+)$/s.exec(body);
  if (argument !== null) return { kind: 'argument', name: argument[1] ?? '' };
  return { kind: 'unknown', body };
}

const EXAMPLES = ['env.NAME', 'secret.NAME', 'port', 'service.NAME.url', 'service.NAME.port', 'arguments.NAME'];

/**
 * The tree with `${env...}` filled in. Reports unknown placeholders, unset variables and secrets, and placeholders in
 * keys. Spans of values that lack something go into `unset`: they say nothing about what the value would have been.
 * What an environment variable brings in is text: a `${` in it is escaped and never read as a placeholder.
 */
export function withEnvironment(
  node: TreeNode,
  environment: Environment,
  problems: Problem[],
  unset: Set<Span>,
): TreeNode {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && node.value.includes('${')
        ? { ...node, value: filled(node.value, node.span, environment, problems, unset) }
        : node;
    case 'list':
      return { ...node, items: node.items.map((item) => withEnvironment(item, environment, problems, unset)) };
    case 'map': {
      const entries = [...node.entries].map(([key, entry]) => {
        if (key.includes('${')) {
          problems.push({
            code: 'placeholder-in-key',
            what: `"${key}" is a key, and keys can't hold placeholders`,
            where: placeOf(entry.keySpan),
            remedy: 'write the key out; placeholders stand in values',
          });
        }
        return [key, { ...entry, value: withEnvironment(entry.value, environment, problems, unset) }] as const;
      });
      return { ...node, entries: new Map(entries) };
    }
  }
}

function filled(text: string, span: Span, environment: Environment, problems: Problem[], unset: Set<Span>): string {
  let result = '';
  let at = 0;
  for (const { from, to, placeholder } of placeholdersIn(text)) {
    result += text.slice(at, from);
    const whole = text.slice(from, to);
    const part = placeholder.kind === 'env' ? envValue(placeholder, whole, span, environment, problems, unset) : whole;
    // A value that ends in "$" must not make a placeholder of a "{" behind it.
    result += part.endsWith('$') && text[to] === '{' ? `${part}$` : part;
    if (placeholder.kind === 'unknown') {
      unset.add(span);
      const closed = whole.endsWith('}');
      problems.push({
        code: 'unknown-placeholder',
        what: closed ? `unknown placeholder ${whole}` : `the placeholder ${whole.slice(0, 40)} is never closed`,
        where: placeOf(within(span, whole)),
        remedy: closed
          ? `${suggestion(placeholder.body, EXAMPLES, 'placeholders')}; a plain "\${" is written "$\${"`
          : 'add the "}", or write "$${" for a plain "${"',
      });
    } else if (placeholder.kind === 'secret' && (environment[placeholder.name] ?? '') === '') {
      problems.push({
        code: 'missing-secret',
        what: `the secret ${placeholder.name} is not set`,
        where: placeOf(within(span, whole)),
        remedy: `set the environment variable ${placeholder.name} before the run`,
      });
    }
    at = to;
  }
  return result + text.slice(at);
}

function envValue(
  placeholder: Extract<Placeholder, { kind: 'env' }>,
  whole: string,
  span: Span,
  environment: Environment,
  problems: Problem[],
  unset: Set<Span>,
): string {
  const { name, fallback } = placeholder;
  const value = environment[name];
  // a function: in a replacement text "$$" would mean one "$"
  if (value !== undefined && (value !== '' || fallback === null)) return value.replaceAll('${', () => '$${');
  if (fallback !== null) return fallback;
  unset.add(span);
  problems.push({
    code: 'missing-environment',
    what: `the environment variable ${name} is not set`,
    where: placeOf(within(span, whole)),
    remedy: `set ${name}, or give a default: \${env.${name}:-...}`,
  });
  return '';
}

/** The stretch of a scalar that holds `part`; the whole scalar where escapes or folding hide it. */
export function within(span: Span, part: string): Span {
  const offset = span.source.text.slice(span.from, span.to).indexOf(part);
  return offset < 0 ? span : { source: span.source, from: span.from + offset, to: span.from + offset + part.length };
}
