/** What is to be discovered, as it is given on a command line. */
import { ProblemError, type Problem } from '../problem/index.js';

/** A server, in the words of a scenario: texts may hold `${secret.NAME}`. */
export type DiscoveryTarget =
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      /** What messages travel by; default: Streamable HTTP. */
      readonly transport?: 'http-sse';
    }
  | { readonly kind: 'stdio'; readonly command: readonly [string, ...string[]]; readonly workingFolder: string };

export type HttpTarget = Extract<DiscoveryTarget, { readonly kind: 'http' }>;
export type StdioTarget = Extract<DiscoveryTarget, { readonly kind: 'stdio' }>;

/**
 * A URL as people type it: `localhost:3000/mcp` has no scheme and is meant to be http.
 * @throws ProblemError (`bad-input`) for what is no address, or holds a password.
 */
export function httpTarget(given: string, headerTexts: readonly string[]): DiscoveryTarget {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw bad('bad-url', `"${given}" is no http address`, 'write it like http://127.0.0.1:3000/mcp');
  if (url.username !== '' || url.password !== '')
    throw bad(
      'password-in-url',
      'the address holds a user name or password',
      "leave it out, and give it as --header 'Authorization: Basic ${secret.LOGIN}' with LOGIN in the environment",
    );
  url.hash = '';
  // What else has this form is a placeholder of the scenario language.
  return { kind: 'http', url: url.href.replaceAll('${', () => '$${'), headers: headersFrom(headerTexts) };
}

/** @throws ProblemError (`bad-input`) for headers, which a pipe does not have, and for no command. */
export function stdioTarget(
  words: readonly string[],
  workingFolder: string,
  headerTexts: readonly string[],
): DiscoveryTarget {
  const [program, ...parameters] = words.map(withSecretsOnly);
  if (program === undefined || program === '')
    throw bad('no-command', 'no command stands behind --', 'write it like plimsoll -- node server.js');
  if (headerTexts.length > 0)
    throw bad('headers-over-stdio', 'a server over stdio gets no headers', 'leave --header out');
  return { kind: 'stdio', command: [program, ...parameters], workingFolder };
}

/** Of all placeholders only secrets are taken as such: a command line means every other `${` as it stands. */
function withSecretsOnly(word: string): string {
  return word.replace(/\$\{(?!secret\.[A-Za-z_][A-Za-z0-9_]*\})/g, '$$$${');
}

const SENSITIVE = /authorization|cookie|token|secret|key|password/i;

function headersFrom(texts: readonly string[]): Readonly<Record<string, string>> {
  const pairs = texts.map((text): readonly [string, string] => {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*)$/.exec(text) ?? [];
    if (name === undefined || value === undefined || value === '')
      throw bad(
        'bad-header',
        'a --header is not a name, a colon and a value',
        "write it like --header 'Host: localhost'",
      );
    if (SENSITIVE.test(name) && !/\$\{secret\.\w+\}/.test(value))
      throw bad(
        'secret-on-the-command-line',
        `the value of the header ${name} is written out, and would be kept in files and in the list of processes`,
        `put it into a variable, and name that: TOKEN=... plimsoll ... --header '${name}: \${secret.TOKEN}'`,
      );
    return [name, withSecretsOnly(value)];
  });
  return Object.fromEntries(pairs);
}

/** Where servers have their endpoint, most of them first. */
const USUAL_PATHS = ['/mcp', '/'] as const;

/** The same server at other paths, for an address that turns out to be no MCP endpoint. */
export function atUsualPaths(target: DiscoveryTarget): readonly HttpTarget[] {
  if (target.kind !== 'http') return [];
  const tried = new URL(target.url).pathname.replace(/(?<=.)\/$/, '');
  return USUAL_PATHS.filter((path) => path !== tried).map((path) => atPath(target, path));
}

/** Where a server sends us on to, when it is another of its own paths; null otherwise. */
export function redirectedWithin(target: DiscoveryTarget, location: string): HttpTarget | null {
  if (target.kind !== 'http' || !URL.canParse(location)) return null;
  const [from, to] = [new URL(target.url), new URL(location)];
  return from.origin === to.origin && from.search === '' ? atPath(target, to.pathname) : null;
}

/** The same server at another path. */
export function atPath(target: HttpTarget, path: string): HttpTarget {
  const url = new URL(target.url);
  url.pathname = path;
  url.search = '';
  return { ...target, url: url.href };
}

/** Words as a shell reads them back. */
export function shellWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

/** The target as it is given to a command of ours. */
export function targetWords(target: DiscoveryTarget): string {
  if (target.kind === 'stdio') return `-- ${shellWords(target.command.map(asTyped))}`;
  const headers = Object.entries(target.headers).flatMap(([name, value]) => ['--header', `${name}: ${asTyped(value)}`]);
  return shellWords([asTyped(target.url), ...headers]);
}

/** A text of the scenario language as it was typed. */
export const asTyped = (text: string): string => text.replaceAll('$${', '${');

function bad(code: string, what: string, remedy: string): ProblemError {
  const problem: Problem = { code, what, remedy };
  return new ProblemError('bad-input', problem);
}
