/**
 * Where the programs are that these tests need besides Node.js, and how each is installed. `.ci/run` installs them; a
 * suite whose program is missing is skipped by name, unless a skip counts as a failure.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/package/index.js';

const NO_SKIP = process.env['PLIMSOLL_NO_SKIP'] === '1';
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'plimsoll-ci');

export const FASTMCP = {
  path: join(CACHE, 'fastmcp', 'bin', 'python'),
  install: 'python3 -m venv ~/.cache/plimsoll-ci/fastmcp, then its bin/pip install fastmcp',
};

export const GO_EVERYTHING = {
  path: join(PACKAGE_ROOT, 'node_modules', '.ci-bin', 'everything'),
  install:
    'GOBIN=$PWD/node_modules/.ci-bin go install github.com/modelcontextprotocol/go-sdk/examples/server/everything',
};

/** The packages of the official SDK 2.x for servers. */
export const SDK2 = {
  path: join(CACHE, 'sdk-v2'),
  install:
    'npm install --ignore-scripts --prefix ~/.cache/plimsoll-ci/sdk-v2 @modelcontextprotocol/server ' +
    '@modelcontextprotocol/node',
};

export const EVERYTHING = {
  path: join(PACKAGE_ROOT, 'node_modules', '@modelcontextprotocol', 'server-everything', 'dist', 'index.js'),
  install: 'npm ci',
};

const OTEL_FOLDER = join(CACHE, 'opentelemetry');

/** A tracer as servers in Node.js have it, apart from the dependencies of this project. */
export const OPENTELEMETRY = {
  folder: OTEL_FOLDER,
  path: join(OTEL_FOLDER, 'node_modules', '@opentelemetry', 'instrumentation-http', 'package.json'),
  install:
    'npm install --prefix ~/.cache/plimsoll-ci/opentelemetry ' +
    '@opentelemetry/{api,sdk-trace-node,exporter-trace-otlp-proto,instrumentation-http}',
};

/** For `describe.skipIf`: whether to skip, and the title with the reason. */
export function suite(title: string, { path, install }: { readonly path: string; readonly install: string }) {
  const skip = !existsSync(path) && !NO_SKIP;
  return { skip, title: skip ? `${title} (skipped: not installed; ${install})` : title };
}
