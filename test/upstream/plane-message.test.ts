import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { readPlaneMessage } from '../../src/upstream/plane-message.js';
import { processorTimeMs } from '../support/processor-time.js';

const trace = 'example.StepFailed: no path\n\tat example.Step.run(Step.java:41)\n\tat example.Worker.loop(Worker.java:12)\n';

const order = (messageId: string, message: string): string =>
  `Order build ended, reason [${JSON.stringify({ messageId, message, eventId: '3c0d0e1f-0000-4000-8000-000000000003', retry: true, exceptionMessage: 'no trusted path', exceptionStackTrace: trace, localizedMessage: null })}]`;

test.each<readonly [string, string, string | null]>([
  // Lifecycle services pass on the answers of their parts.
  [
    order('PLATCERT900', 'The appliance cannot be reached.'),
    'Order build ended, reason: The appliance cannot be reached.: no trusted path',
    'PLATCERT900',
  ],
  [order('PLATSYS100', 'No collectors'), 'Order build ended, reason: No collectors: no trusted path', 'PLATSYS100'],
  ['Deployment failed {"error":"invalid_license"}', 'Deployment failed: invalid_license', null],
  [
    'Deployment failed {"error":"quota_exceeded","error_description":"No room is left."}',
    'Deployment failed: No room is left.',
    'quota_exceeded',
  ],
  ["Backup failed: {'code': 'NO_SPACE', 'retry': True, 'detail': None, 'id': 7}", 'Backup failed: NO_SPACE', 'NO_SPACE'],
  ["API call failed: {u'code': u'EPERM', u'message': u'The host\\'s key is old'}.", "API call failed: The host's key is old.", 'EPERM'],
  [
    'Reason: Forbidden, HTTP response body: b\'{"kind":"Status","message":"pods are forbidden","reason":"Forbidden","code":403}\'',
    'Reason: Forbidden, HTTP response body: pods are forbidden: Forbidden',
    null,
  ],
  [
    '400 Bad Request: "{"errorCode":"HOST_IN_USE","message":"The host is in a cluster"}"',
    '400 Bad Request: The host is in a cluster',
    'HOST_IN_USE',
  ],
  [
    '{"timestamp":1700000000,"status":500,"error":"Internal Server Error","message":"Disk is full","path":"/v1/x"}',
    'Disk is full: Internal Server Error',
    null,
  ],
  [
    String.raw`Call failed: {"statusCode":502,"body":"{\"code\":\"UPSTREAM_GONE\",\"message\":\"The node left\"}"}`,
    'Call failed: The node left',
    'UPSTREAM_GONE',
  ],
  [
    String.raw`Call failed: {\"code\":\"UPSTREAM_GONE\",\"message\":\"The \\\"first\\\" node left\"} after retries`,
    'Call failed: The "first" node left after retries',
    'UPSTREAM_GONE',
  ],
  [
    'Upload failed: {"errors":[{"code":"E_A","message":"one"},{"code":"E_B","message":"two"}],"requestId":"17"}',
    'Upload failed: one: two',
    'E_A',
  ],
  ['Two calls failed: {"message":"one"} and {"message":"two"}', 'Two calls failed: one and two', null],
  [
    `Cut off [{"messageId":"PLATSYS100","message":"No collectors","exceptionStackTrace":"${'x'.repeat(50)}`,
    'Cut off: No collectors',
    'PLATSYS100',
  ],
  ['Cut off {"message":"No collec', 'Cut off: No collec', null],
  [`{"exceptionStackTrace":"${'\\tat a.b(C.java:1)\\n'.repeat(9_000)}","message":"late"} end`, '{"exceptionStackTrace"', null],
  ['Cut off {"message"', 'Cut off {"message"', null],
  ['{"message":"It failed\\n\\tat example.Step.run(Step.java:41)"}', 'It failed', null],
  [
    '{"message":"The caller wrapped it","cause":{"message":"The disk is full","code":"ENOSPC"}}',
    'The caller wrapped it: The disk is full',
    'ENOSPC',
  ],
  ['{"code":"INTERNAL_SERVER_ERROR","message":"Certificate expired"}', 'Certificate expired', null],
  // An id of one failure is no code, under whatever key.
  ['{"errorId":"PLATCERT900","message":"It failed"}', 'It failed', null],
  ['{"code":"c1d0e1f2-0000-4000-8000-000000000003","message":"It failed"}', 'It failed', null],
  ['{"code":"err-c1d0e1f2-0000-4000-8000-000000000003","message":"It failed"}', 'It failed', null],
  ['{"code":"a94a8fe5ccb19ba61c4c0873d391e987982fbbd3","message":"It failed"}', 'It failed', null],
  ['{"messageId":"req_1764349555123","message":"It failed"}', 'It failed', null],
  ['{"code":"cXq7kGdWTnrmhPbQJzLwSvRfYa","message":"It failed"}', 'It failed', null],
  ['{"code":"k8Xp29dkLq0ZpQ7r","message":"It failed"}', 'It failed', null],
  ['{"code":"VCF_PRECHECK_VSPHERE8_U3","message":"It failed"}', 'It failed', 'VCF_PRECHECK_VSPHERE8_U3'],
  ['{"code":"ORA-00942","message":"It failed"}', 'It failed', 'ORA-00942'],
  ['{"code":"INVALIDCREDENTIALSPROVIDED","message":"It failed"}', 'It failed', 'INVALIDCREDENTIALSPROVIDED'],
  // Of JSON that says no reason nothing is lost.
  ['Parameters {"host":"esx-3","port":443} are wrong', 'Parameters {"host":"esx-3","port":443} are wrong', null],
  ['{"status":500}', '{"status":500}', null],
  ['[ERROR] {a} {{b}} ["x"] {"unfinished', '[ERROR] {a} {{b}} ["x"] {"unfinished', null],
  ['Workflow "ValidateDns" failed', 'Workflow "ValidateDns" failed', null],
  ['{"__proto__":{"message":"no"},"constructor":{"message":"no"}}', '{"__proto__":{"message":"no"},"constructor":{"message":"no"}}', null],
  ['', '', null],
])('%j reads %j', (text, message, code) => {
  const read = readPlaneMessage(text);
  expect(read.message.slice(0, text.length > 65_536 ? message.length : undefined)).toBe(message);
  expect(read.code).toBe(code);
});

test('no text makes it throw, and reading adds little', () => {
  const part = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '"',
    "'",
    '\\',
    '\\"',
    ':',
    ',',
    ' ',
    '\n',
    'b',
    '1',
    'message',
    'code',
    'None',
    'é',
  );
  const value = fc.json({ maxDepth: 4 }).map((json) => json.replace(/"[^"]{0,2}":/g, '"message":'));
  fc.assert(
    fc.property(fc.array(fc.oneof(part, value), { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      expect(readPlaneMessage(text).message.length).toBeLessThanOrEqual(text.length * 2 + 2);
    }),
    { numRuns: 1_000 },
  );
});

test('JSON with a message is never shown as JSON', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z ]{1,40}$/), fc.json(), (message, detail) => {
      const text = `It failed: {"id":"7","payload":${detail},"message":${JSON.stringify(message)}}`;
      fc.pre(message.trim() !== '' && !/"(?:cause|error|detail|reason|text|title|summary|message)/i.test(detail));
      expect(readPlaneMessage(text).message).toBe(`It failed: ${message.replace(/\s+/g, ' ').trim()}`);
    }),
  );
});

describe('messages of 100 kB take linear time', () => {
  test.each([
    '{',
    '[',
    '{"',
    "{'a':",
    '{"a":',
    '{"a":"',
    '[{',
    '{"a":{',
    '{\\"',
    '{\\\\"',
    '\\"',
    '{"\\',
    '{"a":1,',
    '("',
    '{"message":"{',
    "{'a':\"",
    ' {"b":\'',
    '{"a":a(',
    "{'a':f(",
    '{"message":"a"}',
    '{"message":"a"} and ',
    '{"error":{"message":"ab"},',
    '[{"error":"x"},',
    '{"details":"{',
    'and ',
    '{"a":"b"} ',
  ])('such as %j over and over', (part) => {
    const message = part.repeat(Math.ceil(100_000 / part.length));
    const start = processorTimeMs();
    for (let round = 0; round < 10; round++) readPlaneMessage(message);
    // A list may have hundreds of them.
    expect((processorTimeMs() - start) / 10).toBeLessThan(15);
  });

  test('such as one with many different reasons', () => {
    const reasons = (count: number): unknown =>
      Array.from({ length: 10 }, (_, index) => ({ message: `reason ${index} of ${count}`, errors: count > 0 ? reasons(count - 1) : [] }));
    const message = JSON.stringify({ errors: reasons(3) });
    const start = processorTimeMs();
    for (let round = 0; round < 10; round++) readPlaneMessage(message);
    expect((processorTimeMs() - start) / 10).toBeLessThan(15);
  });
});
