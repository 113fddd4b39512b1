/** mcp-stress: the MCP load tester of the npm registry; makes and reads MCP calls of its own. */
import { createRequire } from 'node:module';
import { found, scratch } from '../../machine.mjs';
import { figuresOf, timed } from '../timed.mjs';

/** From a folder of its own (`npm install --prefix DIR @mcp-stress/linux-x64`, `MCP_STRESS=DIR`), or from the PATH. */
function command() {
  const folder = process.env['MCP_STRESS'];
  if (folder === undefined) return 'mcp-stress';
  return createRequire(`${folder}/package.json`).resolve('@mcp-stress/linux-x64/bin/mcp-stress');
}

export default {
  name: 'mcp-stress',
  install: 'npm install --prefix DIR @mcp-stress/linux-x64, then MCP_STRESS=DIR',
  checksAnswers: true,
  pairs: 'few',
  installed: () => found(command(), ['--version']),
  async load({ port, sessions, seconds }) {
    const how = ['-p', 'tool-flood', '--tool', 'constant', '-c', String(sessions), '-d', String(seconds)];
    const file = ['-o', scratch('mcp-stress.ndjson')];
    const { out, cpuUs } = await timed(command(), ['run', '--url', `http://127.0.0.1:${port}/mcp`, ...how, ...file]);
    const [, calls, perSecond] = /Requests:\s+(\d+)\s+\(([\d.]+) req\/s\)/.exec(out) ?? [];
    if (!/Errors:\s+0 /.test(out)) throw new Error('mcp-stress saw errors');
    return figuresOf(Number(calls), Number(perSecond), cpuUs);
  },
};
