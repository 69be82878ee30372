import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { messagePattern, oneLine, sharedMessage } from '../../../src/gateway/query/failure-groups.js';

test.each([
  ['Task with ID 619cc900-15c5-48c0-840f-0b245bf1f4b3 not found', 'Task with ID … not found'],
  ['Install V1StGXR8Z5jdHi6BmyT7abcdef failed', 'Install … failed'],
  ['Install VbStGXRZZjdHiPBmyTQabcdeWf failed', 'Install … failed'],
  ['Token deadbeef0123456789abcdef is bad', 'Token … is bad'],
  ['10.0.0.11:443 did not answer in 30s', '… did not answer in …'],
  ['No route to fe80::a:b%eth0.', 'No route to ….'],
  ['No route to ::1', 'No route to …'],
  ['No route to abcd::.', 'No route to ….'],
  ['Card 00:50:ab:cd:ef:fe is down', 'Card … is down'],
  ['Failed to commission host(s) sfo01-w01-esx05.rainpole.io, lax.rainpole.io.', 'Failed to commission host(s) ….'],
  ['GET https://vcf.example/v1/tasks?x=y: 503', 'GET …'],
  ['Mail to ops.team@acme.example bounced', 'Mail to … bounced'],
  // Words in quotation marks are kept, unless they look like an id, a number, a path or an address.
  ['Workflow "ValidateDns" failed', 'Workflow "ValidateDns" failed'],
  ["Step 'Join the domain' of “host-12” failed", "Step 'Join the domain' of … failed"],
  ['Volume "vol-0a1" on ‘10.0.0.1’, `7`, «a.local» and \'/data/x\' is full', 'Volume … on … and … is full'],
  ['Names "esx01.local", "esx02.local" are taken', 'Names … are taken'],
  ['Names "esx01.local" are taken', 'Names … are taken'],
  // Paths.
  ['Cannot open /var/log/vmware/vcf/domain.log: denied', 'Cannot open …: denied'],
  ['Cannot open (/dev/sda), ~/keys or ./run.sh.', 'Cannot open (…), … or ….'],
  ['No file C:\\ProgramData\\agent\\log.txt or \\\\filer\\share', 'No file … or …'],
  ['GET /v1/hosts?id=a failed', 'GET … failed'],
  ['An input/output and/or TCP/IP error on read/write', 'An input/output and/or TCP/IP error on read/write'],
  // Other planes.
  ['Install of acme.tools.agent failed: quota exceeded', 'Install of acme.tools.agent failed: quota exceeded'],
  ['Snapshot failed: app "shop" is in state "failed" since 12:03:44', 'Snapshot failed: app "shop" is in state "failed" since …'],
  ["The host's disk isn't there; it's gone", "The host's disk isn't there; it's gone"],
  ['Operation astra.backup.prep threw java.lang.IllegalState', 'Operation astra.backup.prep threw java.lang.IllegalState'],
  ['Ports 1, 2 and 3 are taken', 'Ports … and … are taken'],
  ['At 2026-11-21T08:00:00.000Z it broke', 'At … it broke'],
  ['Bad certificate -----BEGIN CERTIFICATE-----\nMIIabc+/=\n-----END CERTIFICATE----- given', 'Bad certificate … given'],
  ['InsufficientPrivilegeErrors', 'InsufficientPrivilegeErrors'],
  ['  two\n\tlines ', 'two lines'],
  ['', ''],
])('%j becomes %j', (message, pattern) => {
  expect(messagePattern(message)).toBe(pattern);
});

test('neither a message nor a pattern is cut within a character', () => {
  expect(oneLine(`x${'\u{1F600}'.repeat(3_000)}`)).toBe(`x${'\u{1F600}'.repeat(999)}`);
  expect(messagePattern(`x${'\u{1F600}'.repeat(3_000)}`)).toBe(`x${'\u{1F600}'.repeat(199)}`);
});

test('any message gives a short pattern without digits, which is its own pattern', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom(
          'a',
          'Z',
          '1',
          ' ',
          '.',
          ':',
          '-',
          '@',
          "'",
          '"',
          '“',
          '’',
          '/',
          '\\',
          '~',
          '.io',
          '…',
          '\u{1F600}',
          'x'.repeat(150),
          ' x'.repeat(99),
        ),
        maxLength: 60,
      }),
      (message) => {
        const pattern = messagePattern(message);
        expect(pattern.length).toBeLessThanOrEqual(400);
        expect(pattern).not.toMatch(/\d/);
        expect(messagePattern(pattern)).toBe(pattern);
      },
    ),
    { numRuns: 1_000 },
  );
});

describe('hostile messages of 100 kB take linear time', () => {
  test.each([
    '"',
    "'",
    " '",
    '“',
    '‘’',
    '«',
    'a',
    'a.',
    'a:',
    '.',
    '-',
    ':',
    '1 ',
    '… ',
    'a@',
    'a+',
    '-----BEGIN ',
    'ab:',
    ' ',
    '\n',
    'a://',
    '1.',
    'A',
    '/',
    ' /a',
    '/.',
    '/=',
    "'/='",
    '=./',
    '\\\\',
    'a:\\',
    '"…"',
    '1 a ',
  ])('such as %j over and over', (part) => {
    const message = `${part.repeat(Math.ceil(100_000 / part.length))}!`;
    const start = process.cpuUsage();
    for (let round = 0; round < 20; round++) messagePattern(message);
    const { user, system } = process.cpuUsage(start);
    // Of a message only 2,000 characters are searched, which takes up to 0.2 ms, and more than 1 ms with quadratic expressions.
    expect((user + system) / 1_000 / 20).toBeLessThan(1);
  });
});

test.each([
  [[], ''],
  [['Host esx01 is down'], 'Host esx01 is down'],
  [['Host esx01 is down', 'Host esx02 is down', 'Host esx01 is down'], 'Host … is down'],
  [['Host a is down', 'Host b is up'], 'Host … is …'],
  [['Host a is down', 'Hosts a and b are down'], '… down'],
  [['one two', 'one two three', 'one two three four'], 'one two …'],
  [['a b', 'c d'], '…'],
  [['down down', 'down'], 'down …'],
])('what %j share is %j', (messages, shared) => {
  expect(sharedMessage(messages)).toBe(shared);
});
