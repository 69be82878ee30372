import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { isAstraTaskId } from '../../../src/sources/astra/wire.js';
import { requestUrl } from '../../../src/upstream/request.js';

test.each([
  '26e8e8ef-5549-5928-98dd-2c3d43a608e8',
  'ae1e6561-9e22-406c-8a5a-762f4604da00',
  '01890a5d-ac96-774b-bcce-b302099a8057',
  '00000000-0000-0000-0000-000000000000',
  'AE1E6561-9E22-406C-8A5A-762F4604DA00',
])('%s could be an id', (id) => {
  expect(isAstraTaskId(id)).toBe(true);
});

const good = 'ae1e6561-9e22-406c-8a5a-762f4604da00';

test.each([
  '',
  '.',
  '..',
  'a/b',
  '%2e%2e',
  '..%2f',
  '?x',
  '#',
  '//evil',
  '@evil',
  `${good}\n`,
  ` ${good}`,
  `${good}/..`,
  `${good}?x`,
  `${good}%00`,
  `{${good}}`,
  good.replaceAll('-', ''),
  good.replace('a', 'ａ'),
  'g'.repeat(8) + good.slice(8),
  'a'.repeat(10_240),
  `${good}${'-'.repeat(10_240)}`,
])('%j could not', (id) => {
  expect(isAstraTaskId(id)).toBe(false);
});

test('whatever could be an id is the last segment of the final path', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uuid(),
        fc.string(),
        fc.webPath(),
        fc.uuid().map((id) => id.toUpperCase()),
      ),
      (text) => {
        if (isAstraTaskId(text))
          expect(requestUrl(new URL('http://plane.example/base'), ['tasks', text]).pathname).toBe(`/base/tasks/${text}`);
        else expect(text).not.toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
      },
    ),
  );
});
