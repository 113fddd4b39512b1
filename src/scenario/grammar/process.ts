/** What is said of a process that a scenario starts: its command, its files, and what is done once it is up. */
import { z } from 'zod';
import { choiceByKey, duration, list, map, named, oneOf, refusal, text, whole, word } from '../../catalog/index.js';

export const within = () => duration('s', '30s').describe('How long the service may take to come up. Default: 30s.');

export const cpus = () =>
  list(whole(0, 1023), 'CPUs', 1).meta({
    description:
      'CPUs, counted from 0, that the process may run on; on Linux alone, by taskset. Default: all. So that each of ' +
      'several gateways has as much.',
    examples: [[0]],
  });

export const command = () =>
  list(text('node', 65_536), 'words', 1).meta({
    description: 'Program and arguments, one list item each; no shell is involved.',
    examples: [['node', 'server.js']],
  });
export const environment = () =>
  named(
    word(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and "_"', 'PORT'),
    z.union(
      [z.string(), z.number(), z.boolean()],
      refusal('wrong-type', 'expected a single value', 'write text, a number, true or false'),
    ),
    'variables',
  ).describe(
    'Environment variables added to the inherited ones. Values may hold ${port}, ${files}, ${service.NAME.url}, ' +
      '${link.NAME.url} and ${secret.NAME}.',
  );
export const workingFolder = () =>
  text('./server').describe('Folder the command runs in, relative to this file. Default: the folder of this file.');

/** Largest file that a scenario can write, in characters. */
const LONGEST_FILE = 262_144;

export const files = () =>
  named(
    word(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/, 'letters, digits, ".", "_" and "-"', 'gateway.yaml'),
    text('listen: ${port}', LONGEST_FILE),
    'files',
  ).describe(
    'Files by name, written before the service starts to a folder that is its own and only ours to read: ${files} ' +
      'stands for it. A text may hold ${port}, ${files}, ${service.NAME.url}, ${link.NAME.url} and ${secret.NAME}. ' +
      'The record keeps them without the values of secrets.',
  );

const stepWithin = () => duration('s', '10s').describe('How long the step may take. Default: 10s.').optional();
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export const afterReady = () =>
  list(
    choiceByKey(
      'a step',
      ['request', 'command'],
      [
        map({
          request: map({
            method: oneOf('method', METHODS)
              .describe('Of the request. Default: POST with a body, else GET.')
              .optional(),
            url: text('http://127.0.0.1:${port}/upstreams').describe('Address on this machine.'),
            headers: named(text('authorization', 256), text('Bearer ${secret.TOKEN}'), 'headers')
              .describe('Headers by name. Default: content-type: application/json with a body.')
              .optional(),
            body: text('{ "url": "${link.upstream.url}" }', LONGEST_FILE).describe('Sent as it is.').optional(),
          }).describe('An HTTP request; a status from 200 to 299 is a success.'),
          within: stepWithin(),
        }),
        map({
          command: command(),
          environment: environment().optional(),
          within: stepWithin(),
        }),
      ],
    ),
    'steps',
    1,
  ).describe(
    'What is done, in this order, each time the service has come up and before it counts as ready, such as naming ' +
      'its upstreams to a gateway. A step that fails or takes too long is a failed start. Output goes to the log of ' +
      'the service.',
  );

export type AfterReadyText = z.output<ReturnType<typeof afterReady>>;
