/** What to type next: a command of ours as it was typed, changed where that helps. */
import type { Problem } from '../problem/index.js';
import { asTyped, shellWords, targetWords, type DiscoveryTarget, type HttpTarget, type StdioTarget } from './target.js';

/** What was typed before the target. */
export interface Typed {
  readonly verb: 'plimsoll' | 'plimsoll init';
  /** What stood behind each `--tool`. */
  readonly tools: readonly string[];
  /** Flags that bound the load or choose its arguments, with their values. */
  readonly bounds: readonly string[];
}

/** The whole command. @param more further flags. */
export function commandLine(
  { verb, tools, bounds }: Typed,
  target: DiscoveryTarget,
  more: readonly string[] = [],
): string {
  const flags = shellWords([...more, ...tools.flatMap((tool) => ['--tool', tool]), ...bounds]);
  return [verb, ...(flags === '' ? [] : [flags]), targetWords(target)].join(' ');
}

/** The command with one tool, and none of those that were named before. */
export const withTool = (typed: Typed, target: DiscoveryTarget, tool: string): string =>
  commandLine({ ...typed, tools: [] }, target, ['--tool', tool]);

/** A problem of a server that could not be discovered, with the next command to type. */
export function withNextCommand(problem: Problem, target: DiscoveryTarget, typed: Typed): Problem {
  const next = target.kind === 'http' ? afterHttp(problem, target, typed) : afterStdio(problem, target, typed);
  if (next === null) return problem;
  return { ...problem, remedy: saysMore(problem) ? `${problem.remedy}; ${next}` : next };
}

/** Remedies that the next command says better. */
const REPLACED = new Set([
  'connection-refused',
  'host-refused',
  'not-an-mcp-server',
  'not-authorised',
  'origin-refused',
  'target-redirects',
]);

/** Others speak of the keys of a scenario, which does not exist yet. */
const saysMore = ({ code, remedy }: Problem): boolean => !REPLACED.has(code) && !/\bprotocol[.:]/.test(remedy);

function afterHttp({ code, what }: Problem, target: HttpTarget, typed: Typed): string | null {
  const { origin, port } = new URL(target.url);
  const again = commandLine(typed, target);
  const localhost = `localhost${port === '' ? '' : `:${port}`}`;
  const at = (url: string): string => commandLine(typed, { ...target, url });
  switch (code) {
    case 'connection-refused':
      return `start the server, or correct host and port; then type: ${again}`;
    case 'not-authorised':
      return withCredentials(what, target, typed);
    case 'host-refused':
      return `give a name that it allows: ${commandLine(typed, withHeader(target, 'Host', localhost))}`;
    case 'origin-refused':
      return `give one that it allows: ${commandLine(typed, withHeader(target, 'Origin', `http://${localhost}`))}`;
    case 'not-an-mcp-server':
      return `give the path of its MCP endpoint (see its log): ${at(`${origin}/PATH`)}`;
    case 'target-redirects':
      return `give the address that it redirects to: ${movedTo(redirectOf(what) ?? `${origin}/PATH`, target, typed)}`;
    case 'opening-broke-off':
      return /other side closed|reset|hang up/i.test(what) && target.url.startsWith('http:')
        ? `it may speak TLS: ${at(target.url.replace('http:', 'https:'))}`
        : `when that is mended, type: ${again}`;
    case 'target-unreachable':
      if (/wrong version number|packet length too long|EPROTO/i.test(what))
        return `it may speak plain HTTP: ${at(target.url.replace('https:', 'http:'))}`;
      if (/certificate|self.signed|issuer/i.test(what))
        return `a certificate of your own is trusted by NODE_EXTRA_CA_CERTS=ca.pem ${again}`;
      return `then type: ${again}`;
    case 'initialize-failed':
    case 'initialize-refused':
    case 'opening-timed-out':
    case 'target-overloaded':
      return `when that is mended, type: ${again}`;
    default:
      return null;
  }
}

function afterStdio({ code, what }: Problem, target: StdioTarget, typed: Typed): string | null {
  const [program, ...parameters] = target.command;
  const byHand = `by hand: ${shellWords(target.command.map(asTyped))}`;
  const isMissing = what.includes('there is no program');
  switch (code) {
    case 'server-died-at-start':
      if (!isMissing) return byHand;
      return parameters.length === 0 && /\s/.test(program)
        ? `leave the quotes out: ${typed.verb} -- ${asTyped(program)}`
        : `is it installed, spelled so, and in PATH? ${byHand}`;
    case 'session-ended':
      return `when that is mended, type: ${commandLine(typed, target)}`;
    case 'server-died':
      return `${byHand}. Other tools are called by: ${withTool(typed, target, 'NAME')}`;
    case 'opening-timed-out': {
      const url = LISTENS_AT.exec(what)?.[0].replace('0.0.0.0', '127.0.0.1');
      return url === undefined
        ? byHand
        : `it seems to listen at an address: start it by itself, and type: ${typed.verb} ${shellWords([url])}`;
    }
    default:
      return null;
  }
}

/** An address on this machine in the words of a server. */
const LISTENS_AT = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::\d+)?(?:\/[\w./-]*\w)?/;

/** Where an answer redirects to, by what is said of it; null when it does not say. */
export const redirectOf = (what: string): string | null => / to (https?:\/\/\S+?);?(?:\s|$)/.exec(what)?.[1] ?? null;

/** What is sent with every request may be for this server alone. */
function movedTo(url: string, target: HttpTarget, typed: Typed): string {
  const isSame = URL.canParse(url) && new URL(url).origin === new URL(target.url).origin;
  return commandLine(typed, { ...target, url, headers: isSame ? target.headers : {} });
}

function withCredentials(what: string, target: HttpTarget, typed: Typed): string {
  const given = Object.keys(target.headers).find((name) => /^authorization$/i.test(name));
  if (given !== undefined)
    return `correct the value of the variable in the header ${given}; then type: ${commandLine(typed, target)}`;
  const [variable, value] = /WWW-Authenticate: Basic/i.test(what)
    ? ["LOGIN=$(printf 'USER:PASSWORD' | base64)", 'Basic ${secret.LOGIN}']
    : ['TOKEN=...', 'Bearer ${secret.TOKEN}'];
  return `give what it asks for: ${variable} ${commandLine(typed, withHeader(target, 'Authorization', value))}`;
}

const withHeader = (target: HttpTarget, name: string, value: string): HttpTarget => ({
  ...target,
  headers: { ...target.headers, [name]: value },
});
