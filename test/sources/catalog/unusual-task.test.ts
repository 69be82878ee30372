import { expect, test } from '@jest/globals';

import { full, translated } from './full-task.js';

const { warnings: _warnings, ...unwarned } = full;

test('null, missing and empty optional fields are equal, and not malformed', () => {
  const [absent, ofNull] = [
    { id: 'tsk-1', status: 'pending' },
    { ...full, status: 'pending' },
  ];
  const nulls = Object.fromEntries(Object.keys(ofNull).map((key) => [key, null]));
  expect(translated({ ...nulls, ...absent })).toEqual({ ...translated(absent), payload: { ...nulls, ...absent } });
  expect(translated({ ...absent, created_at: '', package_slug: '', error_message: '' }).warnings).toEqual([]);
});

test('fields that cannot be read are dropped and named, and the rest is kept', () => {
  const task = translated({
    ...unwarned,
    created_at: 'yesterday',
    package_version: 1.5,
    links: [null, { href: '#a' }, { href: '#b', rel: 'item', type: 7 }],
    warnings: [
      { code: 'conflict', message: 'older form', status: 409 },
      'text',
      { message: 'm', status: 2 ** 40, timestamp: 'now', details: [{ code: 'c' }] },
    ],
  });
  expect(task).toMatchObject({
    createdAt: null,
    packageVersion: null,
    packageSlug: 'github',
    links: [{ href: '#b', rel: 'item', type: null }],
  });
  expect(task.warnings).toMatchObject([
    {
      __typename: 'CatalogWarning',
      code: 'conflict',
      message: 'older form',
      httpStatus: 409,
      path: null,
      requestId: null,
      timestamp: null,
      details: [],
    },
    { __typename: 'CatalogWarning', code: null, message: 'm', httpStatus: null, timestamp: null, details: [] },
    {
      __typename: 'MalformedDataWarning',
      fields: [
        'created_at',
        'package_version',
        'links[0]',
        'links[1]',
        'links[2].type',
        'warnings[1]',
        'warnings[2].status',
        'warnings[2].timestamp',
        'warnings[2].details[0]',
      ],
    },
  ]);
});

test('a failed task without a message has no failure to show', () => {
  expect(translated({ id: 'tsk-1', status: 'failed' })).toMatchObject({ status: 'FAILED', failures: [], rootCause: null });
});

test('a warning without a message is shown by its code', () => {
  expect(translated({ id: 'tsk-1', status: 'completed', warnings: [{ code: 'conflict' }, {}] })).toMatchObject({
    status: 'SUCCEEDED_WITH_WARNINGS',
    warnings: [{ message: 'conflict' }, { code: null, message: 'The catalog warns and does not say of what.' }],
  });
});

test('a secret in the properties of a link is redacted', () => {
  const links = [{ href: '#a', rel: 'item', properties: { client_secret: 'x', inner: [{ accessToken: 'x', kind: 'k' }] } }];
  expect(translated({ id: 'tsk-1', links }).links[0]?.properties).toEqual({
    client_secret: '[removed]',
    inner: [{ accessToken: '[removed]', kind: 'k' }],
  });
});
