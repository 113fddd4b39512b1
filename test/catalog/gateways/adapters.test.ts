/** Gateways of others: what each is started with, and how it names the tools behind it. */
import { describe, expect, it } from 'vitest';
import { GATEWAYS, gatewayAdapter, installCommands, type GatewayName } from '../../../src/catalog/index.js';

const ALPHA = { name: 'alpha', url: 'http://127.0.0.1:4101/mcp' };
const SECRET = 'sk-0123456789';
const BETA = { name: 'beta', url: 'http://127.0.0.1:4202/deep/mcp' };

/** Everything that a gateway is started with, in one text. */
function startText(name: GatewayName, isAlone: boolean): string {
  const adapter = gatewayAdapter(name);
  const {
    command,
    environment,
    files,
    requests = [],
  } = adapter.start({
    port: 4000,
    upstreams: isAlone || !adapter.federates ? [ALPHA] : [ALPHA, BETA],
    program: (program) => `/bin/${program}`,
    folder: '/private/folder',
    secret: adapter.token === null ? '' : SECRET,
    token: adapter.token === null ? '' : adapter.token.kind === 'random' ? SECRET : 'signed',
  });
  const asked = requests.map((request) => JSON.stringify(request));
  return [...command, ...Object.values(environment), ...Object.values(files), ...asked].join('\n');
}

describe.each(GATEWAYS)('the adapter of %s', (name) => {
  const adapter = gatewayAdapter(name);

  it('starts its program on the port that it is given, in front of each of its upstreams', () => {
    const text = startText(name, false);
    expect(text).toContain(`/bin/${adapter.programs[0]}`);
    expect(text).toContain('4000');
    expect(text).toContain('4101');
    expect(text.includes('4202')).toBe(adapter.federates);
    expect(text.includes('/deep/mcp')).toBe(adapter.federates);
    expect(text.includes(SECRET)).toBe(adapter.token !== null);
    expect(startText(name, true)).not.toContain('4202');
  });

  it('holds what a reader needs: a version that was tried, an install hint, its tuning', () => {
    expect(adapter.tried).toMatch(/^\d+\.\d+/);
    expect(adapter.tuning).not.toBe('');
    const commands = installCommands(adapter, '/cache/gateways/one').map((words) => words.join(' '));
    expect(commands.join(' && ')).toMatch(/^(apt-get install|npm install|python3 -m venv|cargo install) /);
  });
});

describe('the names of tools', () => {
  const named = (name: GatewayName, upstreams: number): string =>
    gatewayAdapter(name).toolName('my-alpha', 'search', upstreams);

  it.each([
    ['nginx', 'search', 'search'],
    ['mcp-remote', 'search', 'search'],
    ['envoy', 'search', 'my-alpha__search'],
    ['fastmcp', 'search', 'my-alpha_search'],
    ['mcp-proxy-rust', 'my-alpha/search', 'my-alpha/search'],
    ['mcp-hub', 'my-alpha__search', 'my-alpha__search'],
    ['litellm', 'my_alpha-search', 'my_alpha-search'],
    ['contextforge', 'my-alpha-search', 'my-alpha-search'],
  ] as const)('of %s are "%s" with one upstream and "%s" with two', (name, alone, together) => {
    expect([named(name, 1), named(name, 2)]).toEqual([alone, together]);
  });
});

describe('an install hint', () => {
  const hint = (name: GatewayName): string =>
    installCommands(gatewayAdapter(name), '/cache/x')
      .map((words) => words.join(' '))
      .join(' && ');

  it.each([
    ['nginx', 'apt-get install -y --no-install-recommends nginx-light'],
    ['mcp-hub', 'npm install --ignore-scripts --no-audit --no-fund --prefix /cache/x mcp-hub@4.2.1'],
    ['fastmcp', 'python3 -m venv /cache/x && /cache/x/bin/pip install fastmcp==4.2.3'],
    ['mcp-proxy-rust', 'cargo install mcp-proxy --version 0.6.0 --no-default-features --root /cache/x'],
  ] as const)('of %s is a command of its registry', (name, expected) => {
    expect(hint(name)).toBe(expected);
  });
});
