/** `stack:` what is under test: services, links in front of them, and where the calls go. */
import type { z } from 'zod';
import { MetricsText, ResourcesText } from './resources.js';
import { MockServiceText } from './mocks.js';
import { SpansText } from './spans.js';
import { afterReady, command, cpus, environment, files, within, workingFolder } from './process.js';
import { mcpPath, replicas, upstreams } from './service-keys.js';
import {
  GATEWAYS,
  choice,
  choiceByKey,
  isMap,
  map,
  pickByKey,
  problemOf,
  literal,
  name,
  named,
  oneOf,
  text,
  whole,
  word,
} from '../../catalog/index.js';

const ready = choice(
  [
    literal('tcp'),
    map({
      http: word(/^\/\S*$/, 'a path that begins with "/"', '/health').describe(
        'A path that answers with a status below 500.',
      ),
    }),
    map({ line: text('listening on port').describe('A regular expression a line of output matches.') }),
  ],
  (input) => {
    if (!isMap(input)) return 0;
    const picked = pickByKey('ready', ['http', 'line'], input);
    return typeof picked === 'number' ? picked + 1 : picked;
  },
).describe(
  'When the service counts as up: its port accepts connections (tcp, the default), a path answers below ' +
    '500, or a line of output matches.',
);

export const CommandServiceText = map({
  command: command(),
  environment: environment().optional(),
  'working-folder': workingFolder().optional(),
  host: word(/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/, 'a name or address of this machine', 'localhost')
    .describe(
      'Name of this machine in the address of the service, and so in the Host field of requests, through a link too: ' +
        'some servers refuse every other name. Default: 127.0.0.1.',
    )
    .optional(),
  port: whole(1, 65_535).describe('Fixed port. Default: a free one, given to the command as ${port}.').optional(),
  path: mcpPath().optional(),
  ready: ready.optional(),
  files: files().optional(),
  'after-ready': afterReady().optional(),
  metrics: MetricsText.optional(),
  replicas: replicas().optional(),
  within: within().optional(),
  cpus: cpus().optional(),
});

export const GatewayServiceText = map({
  gateway: oneOf('gateway', GATEWAYS).describe(
    'A gateway of others, which has to be installed: it is found, configured and started by its adapter.',
  ),
  to: upstreams(
    'Services and links written above it whose tools it shows. A gateway that does not federate takes one.',
  ),
  environment: environment().optional(),
  replicas: replicas().optional(),
  within: within().optional(),
  cpus: cpus().optional(),
});

const url = () =>
  text('http://127.0.0.1:3000/mcp').describe(
    'Address of the MCP endpoint. Hosts other than this machine need allow-remote: true.',
  );

export const UrlServiceText = map({
  url: url(),
  resources: ResourcesText.describe(
    'Where CPU time and memory of this server are read, once a second: a process or a Prometheus endpoint. ' +
      'Default: they are not.',
  ).optional(),
  metrics: MetricsText.optional(),
});

export const ServiceText = choiceByKey(
  'a service',
  ['mock', 'command', 'gateway', 'url'],
  [MockServiceText, CommandServiceText, GatewayServiceText, UrlServiceText],
);

export const LinkText = map({ to: name('backend').describe('The service behind the link.') });

export const TargetText = choice(
  [
    name('backend').describe('A service or a link.'),
    map({ url: url() }),
    map({
      command: command(),
      environment: environment().optional(),
      'working-folder': workingFolder().optional(),
    }).describe('A server spoken to over stdio; one process a session.'),
  ],
  (input) => {
    if (typeof input === 'string') return 0;
    const remedy = 'write the name of a service or link, { url: ... }, or { command: [...] }';
    if (!isMap(input)) return problemOf('wrong-type', 'the target is neither a name nor a map', remedy);
    const picked = pickByKey('the target', ['url', 'command'], input);
    return typeof picked === 'number' ? picked + 1 : picked;
  },
).describe('Where the calls go: a service, a link, { url: ... }, or { command: [...] } for stdio.');

export const StackText = map({
  services: named(name('backend'), ServiceText, 'services')
    .describe('Services by name; started in this order, stopped in reverse.')
    .optional(),
  links: named(name('upstream'), LinkText, 'links')
    .describe('Toxiproxy proxies in front of services: the places where faults can act.')
    .optional(),
  target: TargetText,
  spans: SpansText.optional(),
}).describe('What is under test.');

export type StackText = z.output<typeof StackText>;
export type ServiceText = z.output<typeof ServiceText>;
export type GatewayServiceText = z.output<typeof GatewayServiceText>;
