/** URLs: well-formed, without passwords, and on this machine unless the scenario says otherwise. */
import type { Path } from '../../catalog/index.js';
import { placeholdersIn, variableOf } from '../placeholders.js';
import { secretsIn } from '../secrets.js';
import type { CheckContext } from './context.js';

/** Whether a host (as `URL.hostname` gives it) is this machine. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(host) ||
    /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(host)
  );
}

export function checkUrl(context: CheckContext, path: Path, text: string): void {
  const filled = withSamples(context, text);
  if (filled === null) {
    if (!context.allowRemote) remote(context, path, 'a host that only a secret knows');
    return;
  }
  const url = URL.canParse(filled) ? new URL(filled) : null;
  if (url === null)
    context.error(path, 'bad-url', { what: 'this is not a URL', remedy: 'write it like http://127.0.0.1:3000/mcp' });
  else if (url.protocol !== 'http:' && url.protocol !== 'https:')
    context.error(path, 'bad-url', {
      what: `calls can't travel over "${url.protocol}"`,
      remedy: 'use an http: or https: URL',
    });
  else if (url.username !== '' || url.password !== '')
    context.error(path, 'password-in-url', {
      what: 'this URL holds a user name or password',
      remedy: 'put it into protocol.headers as "authorization: Basic ${secret.NAME}"',
    });
  else if (!isLoopback(url.hostname) && !context.allowRemote)
    remote(context, path, secretsIn(text).length > 0 ? 'its host' : url.hostname);
}

function remote(context: CheckContext, path: Path, host: string): void {
  context.error(path, 'remote-target', {
    what: `${host} is not this machine`,
    remedy: 'load-test only what is yours: add "allow-remote: true" at the top when it is',
  });
}

/** The URL as it will roughly be: the stack's placeholders local, secrets filled in. Null when one is not known. */
function withSamples(context: CheckContext, text: string): string | null {
  let result = '';
  let at = 0;
  for (const { from, to, placeholder } of placeholdersIn(text)) {
    result += text.slice(at, from);
    at = to;
    if (placeholder.kind === 'service' || placeholder.kind === 'link') {
      const name = placeholder.kind === 'service' ? placeholder.service : context.links.get(placeholder.link)?.to;
      const service = name === undefined ? undefined : context.services.get(name);
      const local = placeholder.part === 'port' ? '1' : 'http://127.0.0.1:1/mcp';
      // A URL service is checked by itself, so its address counts as checked here.
      result +=
        service !== undefined && service !== null && 'url' in service && placeholder.part === 'url'
          ? (service.url.split('${')[0] ?? local)
          : local;
    } else if (placeholder.kind === 'secret') {
      const value = variableOf(context.environment, placeholder.name);
      if (value === undefined) return null;
      result += value;
    } else {
      result += '1';
    }
  }
  return result + text.slice(at);
}
