/**
 * Stands for kubectl and a cluster of this machine: records what it is asked, and runs the pods of an Indexed Job as
 * processes that know nothing but what their manifest says. Its state is in the folder FAKE_CLUSTER, which may hold
 * `secrets.json` (name -> key -> value) beforehand; FAKE_PORT is what the port of shard 0 stands for.
 */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers';
import { parseAllDocuments } from 'yaml';

const { FAKE_CLUSTER: cluster, FAKE_PORT: port, FAKE_COMMAND: command, PATH, PLIMSOLL_TEST_MARK } = process.env;
const [verb, ...rest] = process.argv.slice(2);
const input = rest.includes('-') ? readFileSync(0, 'utf8') : '';
const namespaceAt = rest.indexOf('--namespace');
const parameters = namespaceAt < 0 ? rest : rest.toSpliced(namespaceAt, 2);
appendFileSync(join(cluster, 'calls.ndjson'), `${JSON.stringify({ verb, parameters: rest, input })}\n`);

const objectsFile = join(cluster, 'objects.json');
const objects = existsSync(objectsFile) ? JSON.parse(readFileSync(objectsFile, 'utf8')) : [];
const save = (all) => writeFileSync(objectsFile, JSON.stringify(all));
const textOf = (file) => (existsSync(file) ? readFileSync(file, 'utf8').trim() : null);
const volume = join(cluster, 'volume');
const podFolder = (index) => join(cluster, `pod-${index}`);

/** Paths below a mount, as the process finds them here. */
const here = (text) =>
  text
    .replace(/^\/plimsoll\/scenario/, join(cluster, 'scenario'))
    .replace(/^\/plimsoll\/records/, volume)
    .replace(/^http:\/\/plimsoll-[^/]*:7070/, `http://127.0.0.1:${port}`);

function environmentOf({ env }, index) {
  const secrets = JSON.parse(textOf(join(cluster, 'secrets.json')) ?? '{}');
  for (const { kind, metadata, stringData } of objects) if (kind === 'Secret') secrets[metadata.name] = stringData;
  const own = env.map(({ name, value, valueFrom }) => [
    name,
    value ?? secrets[valueFrom.secretKeyRef.name][valueFrom.secretKeyRef.key],
  ]);
  return { ...Object.fromEntries(own), JOB_COMPLETION_INDEX: String(index) };
}

/** Starts the pod of one index; its exit code is left in its folder. */
function startPod({ spec }, index) {
  const [container] = spec.template.spec.containers;
  const folder = podFolder(index);
  mkdirSync(folder);
  const script = `"$@" > "${folder}/log" 2>&1; echo $? > "${folder}/exit"`;
  const image = { PATH, PLIMSOLL_TEST_MARK, NO_COLOR: '1', PLIMSOLL_ASSUME_MACHINE: 'quiet:20000/s', HOME: cluster };
  const words = [process.execPath, command, ...container.args.map(here)];
  const child = spawn('/bin/sh', ['-c', script, 'pod', ...words], {
    env: { ...image, ...environmentOf(container, index) },
    detached: true,
    stdio: 'ignore',
  });
  writeFileSync(join(folder, 'group'), String(child.pid));
  child.unref();
}

const pods = () =>
  readdirSync(cluster)
    .filter((name) => name.startsWith('pod-'))
    .map((name) => ({ index: Number(name.slice(4)), exit: textOf(join(cluster, name, 'exit')) }));

/** Ends what still runs, and waits for that. */
async function endPods() {
  const running = () => pods().filter(({ exit }) => exit === null);
  for (const { index } of running())
    for (const pid of childrenOf(Number(textOf(join(podFolder(index), 'group'))))) process.kill(pid, 'SIGTERM');
  for (let tries = 0; tries < 200 && running().length > 0; tries++) await new Promise((go) => setTimeout(go, 50));
}

/** The process in a pod: its shell has it as its only child, and tells its exit code when it has ended. */
const childrenOf = (pid) => (textOf(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean).map(Number);

/** As the controller of Jobs has it: the first index that fails is the end of all. */
async function status(job) {
  const before = pods();
  const failed = before.filter(({ exit }) => exit !== null && exit !== '0').map(({ index }) => index);
  const succeeded = before.filter(({ exit }) => exit === '0').length;
  if (failed.length > 0) await endPods();
  const conditions =
    failed.length > 0
      ? [{ type: 'Failed', status: 'True', reason: 'MaxFailedIndexesExceeded', message: 'Job has exceeded them' }]
      : succeeded === job.spec.completions
        ? [{ type: 'Complete', status: 'True' }]
        : [];
  const active = before.length - failed.length - succeeded;
  const failedIndexes = failed.length > 0 ? { failedIndexes: failed.join(',') } : {};
  return { active, succeeded, conditions, ...failedIndexes };
}

const idOf = ({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`;

switch (verb) {
  case 'create': {
    const added = parseAllDocuments(input).map((each) => each.toJSON());
    const taken = added.map(idOf).find((id) => objects.some((object) => idOf(object) === id));
    if (taken !== undefined) {
      console.error(`Error from server (AlreadyExists): ${taken} already exists`);
      process.exitCode = 1;
      break;
    }
    objects.push(...added);
    save(objects);
    for (const { kind, data, ...object } of added) {
      if (kind === 'ConfigMap') {
        mkdirSync(join(cluster, 'scenario'));
        for (const [name, text] of Object.entries(data)) writeFileSync(join(cluster, 'scenario', name), text);
      }
      if (kind === 'Job') {
        mkdirSync(volume, { recursive: true });
        for (let index = 0; index < object.spec.completions; index++) startPod(object, index);
      }
    }
    break;
  }
  case 'get': {
    const job = objects.find((object) => idOf(object) === parameters[0]);
    console.log(JSON.stringify({ ...job, status: await status(job) }));
    break;
  }
  case 'logs': {
    const [, index] = /job-completion-index=(\d+)/.exec(parameters.join(' '));
    console.log(textOf(join(podFolder(index), 'log')));
    break;
  }
  case 'wait':
    break;
  case 'cp':
    cpSync(here(parameters[0].replace(/^[^:]*:/, '')), parameters[1], { recursive: true });
    break;
  case 'exec':
    rmSync(here(parameters.at(-1)), { recursive: true });
    break;
  case 'delete':
    await endPods();
    save([]);
    break;
  default:
    console.error(`error: unknown command "${verb}" for "kubectl"`);
    process.exitCode = 1;
}
