/** Finding a gateway on this machine: in its own folder, on PATH, another program of its name, and not at all. */
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { gatewayAdapter, type GatewayName } from '../../src/catalog/index.js';
import { ProblemError } from '../../src/problem/index.js';
import { findGateway } from '../../src/stack/installed.js';

describe('a gateway', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'plimsoll-gateways-'));
  });

  const program = (path: string, script: string): string => {
    const full = join(root, path);
    mkdirSync(join(full, '..'), { recursive: true });
    writeFileSync(full, script);
    chmodSync(full, 0o755);
    return full;
  };
  const prints = (path: string, text: string): string => program(path, `#!/bin/sh\necho '${text}'\n`);
  const found = (name: GatewayName, path = '') =>
    findGateway(name, gatewayAdapter(name), { PLIMSOLL_GATEWAYS: root, PATH: path });
  const refusal = async (name: GatewayName, path = ''): Promise<string> => {
    const thrown: unknown = await found(name, path).then(
      () => null,
      (reason: unknown) => reason,
    );
    if (!(thrown instanceof ProblemError)) throw new Error('it was found');
    return thrown.problems.map(({ code, what, remedy }) => [code, what, remedy].join('\n')).join('\n');
  };

  it('is found in its own folder before PATH, with its version', async () => {
    const own = prints('nginx/bin/nginx', 'nginx version: nginx/1.25.3 (somewhere)');
    prints('path/nginx', 'nginx version: nginx/1.18.0');
    const { programs, version } = await found('nginx', join(root, 'path'));
    expect([programs.get('nginx'), version]).toEqual([own, '1.25.3']);
  });

  it('is found on PATH', async () => {
    const there = prints('path/haproxy', 'HAProxy version 2.6.12-1 2023/12/16');
    expect((await found('haproxy', `relative:${join(root, 'path')}`)).programs.get('haproxy')).toBe(there);
  });

  it('has the version of its npm package', async () => {
    for (const name of ['mcp-proxy', 'mcp-remote']) {
      program(`mcp-remote/node_modules/${name}/dist/cli.js`, '#!/usr/bin/env node\n');
      writeFileSync(
        join(root, `mcp-remote/node_modules/${name}/package.json`),
        JSON.stringify({ name, version: name === 'mcp-remote' ? '0.15.1' : '6.7.19' }),
      );
      program(`mcp-remote/node_modules/${name}/dist/package.json`, '{"type":"module"}');
      program(`mcp-remote/node_modules/.bin/${name}`, '#!/bin/sh\n');
    }
    // npm links programs to where their package is.
    const { symlinkSync, rmSync } = await import('node:fs');
    for (const name of ['mcp-proxy', 'mcp-remote']) {
      rmSync(join(root, `mcp-remote/node_modules/.bin/${name}`));
      symlinkSync(`../${name}/dist/cli.js`, join(root, `mcp-remote/node_modules/.bin/${name}`));
    }
    expect((await found('mcp-remote')).version).toBe('0.15.1');
  });

  it('has the version that the Python of its program knows', async () => {
    const python = program('bin/python', '#!/bin/sh\n[ "$3" = fastmcp ] && echo "version 4.2.3"\n');
    program('fastmcp/bin/fastmcp', `#!${python}\nimport fastmcp\n`);
    expect((await found('fastmcp')).version).toBe('4.2.3');
  });

  it('has the version that cargo noted when it installed it', async () => {
    prints('mcp-proxy-rust/bin/mcp-proxy', 'usage');
    const noted = '"mcp-proxy 0.6.0 (registry+https://github.com/rust-lang/crates.io-index)" = ["mcp-proxy"]';
    writeFileSync(join(root, 'mcp-proxy-rust/.crates.toml'), `[v1]\n${noted}\n`);
    expect((await found('mcp-proxy-rust')).version).toBe('0.6.0');
  });

  it('is not installed: the commands that install it are named', async () => {
    expect(await refusal('mcp-remote')).toBe(
      'gateway-not-installed\n' +
        'gateway mcp-remote (mcp-proxy + mcp-remote) is not installed: its program mcp-proxy is not on this machine\n' +
        `install it: npm install --ignore-scripts --no-audit --no-fund` +
        ` --prefix ${root}/mcp-remote mcp-proxy@6.7.19 mcp-remote@0.15.1`,
    );
  });

  it('is another program of its name: what it prints is shown', async () => {
    prints('path/nginx', 'engine-x 1.2');
    expect(await refusal('nginx', join(root, 'path'))).toContain('it prints no version of nginx, but "engine-x 1.2"');
    prints('path/mcp-proxy', '6.7.19');
    expect(await refusal('mcp-proxy-rust', join(root, 'path'))).toContain(
      'cargo has not installed a crate mcp-proxy there',
    );
  });

  it('is too old: both versions are named', async () => {
    prints('path/nginx', 'nginx version: nginx/1.9.15');
    expect(await refusal('nginx', join(root, 'path'))).toContain(
      'gateway-version\nnginx 1.9.15 is installed, and its adapter needs 1.18.0 or later\ninstall 1.22.1',
    );
  });
});
