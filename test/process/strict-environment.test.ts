import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

import type { Json } from '../support/post.js';

/** Test files whose every test passes. */
const files = {
  'nothing.test.cjs': `test('x', () => undefined);`,
  'handled.test.cjs': `test('x', () => Promise.reject(new Error('handled')).catch(() => undefined));`,
  'rejection.test.cjs': `test('x', () => void setImmediate(() => Promise.reject(new Error('of nobody'))));`,
  'between.test.cjs': `
    test('x', () => void setTimeout(() => Promise.reject(new Error('of the test before')), 5));
    afterAll(() => new Promise((resolve) => setTimeout(resolve, 50)));`,
  'exception.test.cjs': `test('x', () => void setImmediate(() => { throw new Error('uncaught'); }));`,
  'listeners.test.cjs': `
    const { EventEmitter } = require('node:events');
    test('x', () => { const many = new EventEmitter(); for (let n = 0; n < 11; n += 1) many.on('x', () => undefined); });`,
};

test('A test file passes only when it leaves no rejection, no error and no warning of too many listeners behind.', () => {
  const rootDir = mkdtempSync(join(tmpdir(), 'tributary-strict-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(rootDir, name), text);
    const config = {
      rootDir,
      testEnvironment: resolve('test/support/strict-environment.mjs'),
      testMatch: ['**/*.test.cjs'],
      transform: {},
    };
    const jest = ['node_modules/jest/bin/jest.js', '--json', '--runInBand', '--config', JSON.stringify(config)];
    const { stdout } = spawnSync(process.execPath, jest, { encoding: 'utf8' });
    const results: readonly Json[] = JSON.parse(stdout).testResults;
    expect(Object.fromEntries(results.map(({ name, status }) => [basename(name), status]))).toEqual({
      'nothing.test.cjs': 'passed',
      'handled.test.cjs': 'passed',
      'rejection.test.cjs': 'failed',
      'between.test.cjs': 'failed',
      'exception.test.cjs': 'failed',
      'listeners.test.cjs': 'failed',
    });
  } finally {
    rmSync(rootDir, { recursive: true, force: true });
  }
});
