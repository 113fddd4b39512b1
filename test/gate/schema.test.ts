/** The published JSON Schema of gate.json. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { gateFile, type GateReport } from '../../src/gate/index.js';
import { fixtureInput } from '../report/fixture.js';

const schema: unknown = JSON.parse(readFileSync(new URL('../../schema/gate-v2.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  schema as object,
);

function errorsOf(file: unknown): readonly string[] {
  validate(JSON.parse(JSON.stringify(file)));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

describe('the schema of gate.json', () => {
  const {
    analysis: { summary },
    gates,
  } = fixtureInput();

  it('fits a file with gates of every verdict, and one without gates', () => {
    expect(errorsOf(gateFile(gates, summary))).toEqual([]);
    expect(errorsOf(gateFile({ verdict: 'pass', results: [] }, summary))).toEqual([]);
  });

  it('refuses another version, an unknown field and an unknown verdict', () => {
    const file = gateFile(gates, summary);
    expect(errorsOf({ ...file, schema: 'plimsoll/gate-v1' })).toEqual(['/schema must be equal to constant']);
    expect(errorsOf({ ...file, exit: 0 })).toEqual([' must NOT have additional properties']);
    const wrong = { verdict: 'fail', results: [] } as unknown as GateReport;
    expect(errorsOf(gateFile(wrong, summary))).toEqual(['/verdict must be equal to one of the allowed values']);
  });
});
