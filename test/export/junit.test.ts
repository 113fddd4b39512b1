import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GateResult } from '../../src/analysis/index.js';
import { junitXml, xmlAttribute } from '../../src/export/junit.js';
import type { GateReport } from '../../src/gate/index.js';

function result(
  verdict: GateResult['verdict'],
  text = 'goodput rate of steady >= 1/s',
  why = 'steady: 2/s',
): GateResult {
  return {
    gate: {
      index: 0,
      metric: 'goodput',
      stat: 'rate',
      phase: 'steady',
      tool: null,
      fault: null,
      process: null,
      min: 1,
      max: null,
      unit: 'per-second',
    },
    text,
    verdict,
    measured: 2,
    unit: 'per-second',
    why,
  };
}

describe('JUnit XML', () => {
  it('has a test case a gate: failure, error, skipped or nothing', () => {
    const report: GateReport = {
      verdict: 'regress',
      results: [result('pass'), result('regress'), result('inconclusive'), result('invalid')],
    };
    const open = '    <testcase classname="plimsoll.gates" name="goodput rate of steady &gt;= 1/s">';
    const counts = 'tests="4" failures="1" errors="1" skipped="1"';
    expect(junitXml(report)).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<testsuites name="plimsoll" ${counts}>`,
        `  <testsuite name="gates" ${counts}>`,
        `${open}</testcase>`,
        `${open}<failure type="regress" message="steady: 2/s"/></testcase>`,
        `${open}<skipped message="inconclusive: steady: 2/s"/></testcase>`,
        `${open}<error type="invalid" message="steady: 2/s"/></testcase>`,
        '  </testsuite>',
        '</testsuites>',
        '',
      ].join('\n'),
    );
  });

  it('has an error for an invalid run without gates instead of a pass', () => {
    expect(junitXml({ verdict: 'invalid', results: [] })).toContain('tests="1" failures="0" errors="1"');
    const doubtful = junitXml({ verdict: 'inconclusive', results: [] });
    expect(doubtful).toContain('tests="1" failures="0" errors="0" skipped="1"');
    expect(doubtful).toContain('<skipped message="inconclusive: the run is doubtful; its summary says why"/>');
    expect(junitXml({ verdict: 'pass', results: [] })).toContain('tests="0" failures="0" errors="0"');
  });

  it('escapes what a tool name could smuggle in', () => {
    const xml = junitXml({
      verdict: 'regress',
      results: [result('regress', '"/><script>&\u0000\u001b[31m', 'a\nb\ud800')],
    });
    expect(xml).toContain('name="&quot;/&gt;&lt;script&gt;&amp;\ufffd\ufffd[31m"');
    expect(xml).toContain('message="a&#10;b\ufffd"');
  });

  it('lets only characters through that XML allows, and loses none that it does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const escaped = xmlAttribute(text);
        expect(escaped).not.toMatch(/[<>"']/);
        const allowed = (code: number): boolean =>
          code >= 0x20 && code !== 0xfffe && code !== 0xffff && !(code >= 0xd800 && code <= 0xdfff);
        expect([...escaped].every((character) => allowed(character.codePointAt(0) ?? 0))).toBe(true);
        const back = escaped.replace(/&(lt|gt|quot|apos|#\d+|amp);/g, (_, name: string) =>
          name.startsWith('#')
            ? String.fromCharCode(Number(name.slice(1)))
            : ({ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }[name] ?? ''),
        );
        const restored = [...back];
        expect([...text].every((character, i) => restored[i] === character || restored[i] === '\ufffd')).toBe(true);
      }),
    );
  });
});
