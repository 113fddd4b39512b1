/** The head of a scenario for a discovered server: what is under test and how calls travel. */
import { relative } from 'node:path';
import { REVISIONS, eraOf } from '../../catalog/index.js';
import type { Discovery } from '../discover.js';
import type { DiscoveryTarget } from '../target.js';
import { flow } from './yaml.js';

/** Whether a link can stand in front of it: over plain and Streamable HTTP, and on this machine. */
export function canHaveLink({ target, isRemote }: Discovery): boolean {
  return target.kind === 'http' && target.url.startsWith('http:') && target.transport === undefined && !isRemote;
}

/** `stack:` with the server as the target, behind a link or not. `folder`: of the scenario file, absolute. */
export function stackText(target: DiscoveryTarget, withLink: boolean, folder: string): string {
  if (target.kind === 'stdio') {
    const from = relative(folder, target.workingFolder);
    return [
      'stack:',
      '  target:',
      `    command: ${flow(target.command)}`,
      ...(from === ''
        ? []
        : [`    working-folder: ${flow(from.length < target.workingFolder.length ? from : target.workingFolder)}`]),
    ].join('\n');
  }
  if (!withLink) return `stack:\n  target: { url: ${flow(target.url)} }`;
  return [
    'stack:',
    '  services:',
    `    server: { url: ${flow(target.url)} }`,
    '  links:',
    '    network: { to: server }',
    '  target: network',
  ].join('\n');
}

/** `protocol:` */
export function protocolText({ target, sessions, survey }: Discovery): string {
  const spoken = REVISIONS.find((revision) => revision === survey.protocolVersion);
  const revision = spoken !== undefined && eraOf(spoken) === 'stateless' ? [`revision: ${spoken}`] : [];
  if (target.kind === 'stdio') return `protocol: { ${[...revision, 'sessions: 1'].join(', ')} }`;
  const headers = Object.entries(target.headers).map(([name, value]) => `    ${flow(name)}: ${flow(value)}`);
  const transport = target.transport === undefined ? [] : [`transport: ${target.transport}`];
  return [
    'protocol:',
    ...[...revision, ...transport, `sessions: ${sessions}`].map((line) => `  ${line}`),
    ...(headers.length === 0 ? [] : ['  headers:', ...headers]),
  ].join('\n');
}
