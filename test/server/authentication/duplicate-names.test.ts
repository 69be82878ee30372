import { expect, test } from '@jest/globals';

import { hasDuplicateName } from '../../../src/server/authentication/duplicate-names.js';

test.each(['{"sub":"a","sub":"b"}', '{"sub":"a", "x":{}, "\\u0073ub" : "b"}', '{"a":["]"],"a":1}', '{"a\\"":1,"a\\"":1}'])(
  '%s has a name twice',
  (json) => {
    expect(hasDuplicateName(json)).toBe(true);
  },
);

test.each(['{}', '{"a":{"b":1},"b":{"a":1}}', '{"a":"a","b":"a:"}', '{"a":["b","b"]}', '[{"a":1},{"a":1}]', 'no JSON'])(
  '%s has not',
  (json) => {
    expect(hasDuplicateName(json)).toBe(false);
  },
);
