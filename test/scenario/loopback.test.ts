import { describe, expect, it } from 'vitest';
import { isLoopback } from '../../src/scenario/index.js';

const hostname = (url: string) => new URL(url).hostname;

describe('this machine', () => {
  it.each([
    'http://localhost/',
    'http://LOCALHOST:3000/',
    'http://localhost./',
    'http://mcp.localhost/',
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://127.255.0.9/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
  ])('%s is here', (url) => expect(isLoopback(hostname(url))).toBe(true));
  it.each([
    'http://localhost.example.com/',
    'http://127.0.0.1.example.com/',
    'http://10.0.0.1/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[fe80::1]/',
    'http://mylocalhost/',
    'http://128.0.0.1/',
  ])('%s is elsewhere', (url) => expect(isLoopback(hostname(url))).toBe(false));
});
