import { describe, expect, it } from 'vitest';
import { fileErrorAdvice } from '../../src/problem/index.js';

const failed = (code: string): Error => Object.assign(new Error(`${code}: no`), { code });

describe('what an error of the file system means', () => {
  it.each([
    ['ENOSPC', 'disk-full', /disk is full/, /space/],
    ['EDQUOT', 'disk-full', /quota/, /space/],
    ['EACCES', 'output-unwritable', /not permitted/, /permissions/],
    ['EPERM', 'output-unwritable', /not permitted/, /permissions/],
    ['EROFS', 'output-unwritable', /read-only/, /mount/],
    ['ENOENT', 'output-gone', /not there/, /remove/],
    ['ENOTDIR', 'output-not-a-folder', /in the way/, /remove that file/],
    ['EIO', 'file-failed', /EIO/, /check the disk/],
  ])('%s is %s, with its own reason and remedy', (error, code, why, mend) => {
    const advice = fileErrorAdvice(failed(error));
    expect(advice.code).toBe(code);
    expect(advice.why).toMatch(why);
    expect(advice.mend).toMatch(mend);
  });

  it('speaks of space only where space is missing', () => {
    for (const code of ['EACCES', 'EROFS', 'ENOENT', 'ENOTDIR', 'EIO'])
      expect(fileErrorAdvice(failed(code)).mend).not.toMatch(/space/);
  });

  it('takes what is no error of the file system as what it says', () => {
    expect(fileErrorAdvice('odd')).toMatchObject({ code: 'file-failed', why: 'odd' });
  });
});
