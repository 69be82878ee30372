import { expect, test } from '@jest/globals';

import { isAllowedOrigin } from '../../src/server/allowed-origins.js';
import { parseTrustedProxies, resolveClientAddress } from '../../src/server/authentication/client-address.js';
import { hasCredentialInUrl, readCredentials } from '../../src/server/authentication/credentials.js';
import { hasDuplicateName } from '../../src/server/authentication/duplicate-names.js';
import { chooseEncoding } from '../../src/server/compression.js';
import { matchesEntityTag } from '../../src/server/entity-tags.js';
import { isPageRequest } from '../../src/server/guards/authentication-guard.js';
import { DocumentLimiter } from '../../src/server/guards/document-limits.js';
import { findJsonExcess } from '../../src/server/guards/json-body.js';
import { readParameters } from '../../src/server/guards/operation-guards.js';
import { RepeatedTexts } from '../../src/server/guards/repeated-texts.js';
import { parseNamedHost, parseNamedOrigin } from '../../src/server/named-host.js';
import { isAstraTaskId as isAstraId } from '../../src/sources/astra/wire.js';
import { catalogTaskIdPattern as catalogId } from '../../src/sources/catalog/wire.js';
import { isVcfTaskId } from '../../src/sources/vcf/wire.js';
import { parseGlobalId } from '../../src/model/global-id.js';
import { parseInstant } from '../../src/model/scalars.js';
import { noLimits } from '../support/doubles/no-limits.js';
import { processorTimeMs } from '../support/processor-time.js';
import { createTokenAuthenticator } from '../server/authentication/token-gateway.js';

/** Texts that almost match, which make a vulnerable regular expression backtrack. */
const nearMisses: Readonly<Record<string, (length: number) => string>> = {
  'one letter': (length) => 'a'.repeat(length),
  'letters and an end that does not fit': (length) => `${'a'.repeat(length)}!`,
  'digits of a time': (length) => `2026-11-22T08:00:00.${'0'.repeat(length)}`,
  spaces: (length) => ' '.repeat(length),
  brackets: (length) => '['.repeat(length),
  'quotes and escapes': (length) => '\\"'.repeat(length / 2),
  'a string that does not end': (length) => `{"${'\\"'.repeat(length / 2)}`,
  'elements of a list': (length) => 'a;q=0.1, '.repeat(length / 9),
  'names and values': (length) => Array.from({ length: length / 6 }, (_, index) => `${(index + 9_999).toString(36)}&`).join(''),
  'addresses and ports': (length) => '127.0.0.1:1,'.repeat(length / 12),
  'characters that a host has to encode': (length) =>
    `http://${Array.from({ length: length / 9 }, (_, index) => encodeURIComponent(String.fromCodePoint(0x4e00 + index))).join('')}`,
};

/** Quadratic parsing of 200,000 characters takes seconds. */
const limitMs = 500;

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  'an id': parseGlobalId,
  'an id of Astra': isAstraId,
  'an id of the catalog': (text) => catalogId.test(text),
  'an id of VCF': isVcfTaskId,
  'an instant': parseInstant,
  'a document': (text) => new DocumentLimiter(noLimits).check(text, null),
  'a body': findJsonExcess,
  'the names of a token': hasDuplicateName,
  'parameters of a URL': (text) => readParameters({ method: 'GET', url: `/graphql?${text}`, body: null }, new RepeatedTexts()),
  'a credential in a URL': (text) => hasCredentialInUrl(`/graphql?${text}`),
  'the header authorization': (text) => present({ authorization: text }),
  'the header authorization with a bearer': (text) => present({ authorization: `Bearer ${text}` }),
  'the header X-Forwarded-For': (text) => resolveClientAddress({ remoteAddress: '127.0.0.1', forwardedFor: text }, proxies),
  'the header X-Source-Token': (text) => present({ 'x-source-token-a': text, [`x-source-token-${text}`]: 'a' }),
  'the header Accept': (text) => isPageRequest({ method: 'GET', query: {}, headers: { accept: text } }),
  'the header Accept-Encoding': (text) => chooseEncoding(text, ['br', 'gzip']),
  'the header If-None-Match': (text) => matchesEntityTag(text, 'W/"a"'),
  'the header Origin': (text) => [isAllowedOrigin(text, ['https://a.example']), parseNamedOrigin(text)],
  'the header Host': (text) => parseNamedHost(text.replace('http://', ''), 'http:'),
  'a document to the end': (text) => new DocumentLimiter(noLimits).check(`{ ${text} }`, null),
};

const proxies = parseTrustedProxies(['127.0.0.1']);

/** What is read of a request before its caller is known. */
function present(headers: Readonly<Record<string, string>>): unknown {
  const credentials = readCredentials({ headers, rawHeaders: Object.entries(headers).flat(), url: '/graphql', socket: {} });
  const { authenticator } = createTokenAuthenticator([]);
  return authenticator.authenticate(credentials).catch(() => null);
}

/** The fastest of five runs, in milliseconds of processor time: other load only adds to it. One that is fast enough suffices. */
function measureFastest(run: () => unknown): number {
  let best = Infinity;
  for (let attempt = 0; attempt < 5 && best >= limitMs; attempt += 1) {
    const start = processorTimeMs();
    run();
    best = Math.min(best, processorTimeMs() - start);
  }
  return best;
}

test.each(Object.entries(parsers))('A19 parsing %s takes linear time, also for texts that almost match', (_name, read) => {
  for (const build of Object.values(nearMisses)) {
    expect(measureFastest(() => read(build(200_000)))).toBeLessThan(limitMs);
  }
});
