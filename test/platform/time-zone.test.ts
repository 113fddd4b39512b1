/** The name of the machine's time zone, and the locale of this process. */
import { describe, expect, it } from 'vitest';
import { locale, timeZone } from '../../src/platform/index.js';

const linked = (target: string): string => timeZone(undefined, () => target);
const byTheLibrary = new Intl.DateTimeFormat().resolvedOptions();

describe('the time zone', () => {
  it.each([
    ['/usr/share/zoneinfo/Europe/Vienna', 'Europe/Vienna'],
    ['../usr/share/zoneinfo/America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['/var/db/timezone/zoneinfo/Asia/Kolkata', 'Asia/Kolkata'],
    ['/usr/share/zoneinfo/posix/Etc/GMT+5', 'Etc/GMT+5'],
    ['/usr/share/zoneinfo/Etc/UTC', 'UTC'],
  ])('of a link to %s is %s', (target, name) => {
    expect(linked(target)).toBe(name);
  });

  it('is what the library for dates knows where there is no such link, or a variable sets it', () => {
    expect(linked('/etc/zone-of-our-own')).toBe(byTheLibrary.timeZone);
    const none = (): never => {
      throw new Error('no such file');
    };
    expect(timeZone(undefined, none)).toBe(byTheLibrary.timeZone);
    expect(timeZone('Europe/Vienna', () => '/usr/share/zoneinfo/Asia/Kolkata')).toBe(byTheLibrary.timeZone);
  });
});

it('the locale is that in which dates are written', () => {
  expect(locale()).toBe(byTheLibrary.locale);
});
