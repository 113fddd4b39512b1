/** What to type next, when a server could not be discovered. */
import type { Problem } from '../problem/index.js';
import { shellWords, targetWords, type DiscoveryTarget } from './target.js';

/** @param typed the command of ours up to the target, such as `plimsoll`. */
export function withNextCommand(problem: Problem, target: DiscoveryTarget, typed: string): Problem {
  const next = nextCommand(problem, target, `${typed} ${targetWords(target)}`);
  return next === null ? problem : { ...problem, remedy: `${withoutDuplicate(problem)}${next}` };
}

/** The remedies of these speak of the keys of a scenario, which does not exist yet. */
function withoutDuplicate({ code, remedy }: Problem): string {
  return REPLACED.has(code) ? '' : `${remedy} `;
}

const REPLACED = new Set(['not-authorised', 'host-refused', 'connection-refused', 'not-an-mcp-server']);

function nextCommand({ code, what }: Problem, target: DiscoveryTarget, again: string): string | null {
  if (target.kind === 'stdio') return code === 'server-died-at-start' ? `By hand: ${shellWords(target.command)}` : null;
  const { host, hostname, port, origin } = new URL(target.url);
  switch (code) {
    case 'connection-refused':
      return `Start the server, or correct host and port; then type: ${again}`;
    case 'not-authorised':
      return `Give what it asks for: TOKEN=... ${again} --header 'Authorization: Bearer \${secret.TOKEN}'`;
    case 'host-refused':
      return `Give a name that it allows: ${again} --header 'Host: localhost${port === '' ? '' : `:${port}`}'`;
    case 'not-an-mcp-server':
      return `Give the path of its MCP endpoint (see its log): ${again.replace(target.url, `${origin}/PATH`)}`;
    case 'target-unreachable':
      if (/wrong version number|packet length too long|EPROTO/i.test(what))
        return `It may speak plain HTTP: ${again.replace('https:', 'http:')}`;
      if (/certificate|self.signed|issuer/i.test(what))
        return `A certificate of your own is trusted by NODE_EXTRA_CA_CERTS=ca.pem ${again}`;
      return `Then type: ${again.replace(host, hostname === '' ? 'HOST' : host)}`;
    default:
      return null;
  }
}
