/** Installs the programs that `npm run test:readers` reads our files with: needs Python 3, and Java with Maven. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HDR_HISTOGRAM, PYTHON, READERS_FOLDER } from './folder.mjs';

const PACKAGES = ['prometheus-client==0.25.0', 'opentelemetry-proto==1.44.0', 'duckdb==2.0.0'];
const JAR = 'org.hdrhistogram:HdrHistogram:2.2.2';

function run(program, ...parameters) {
  console.log(`${program} ${parameters.join(' ')}`);
  const { status } = spawnSync(program, parameters, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(1);
}

mkdirSync(READERS_FOLDER, { recursive: true });
if (!existsSync(PYTHON)) run('python3', '-m', 'venv', join(READERS_FOLDER, 'python'));
run(PYTHON, '-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...PACKAGES);
if (!existsSync(HDR_HISTOGRAM))
  run('mvn', '-q', '-B', 'dependency:copy', `-Dartifact=${JAR}`, `-DoutputDirectory=${READERS_FOLDER}`);
