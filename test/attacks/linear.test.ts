import { expect, test } from '@jest/globals';

import { DocumentLimiter } from '../../src/server/guards/document-limits.js';
import { findJsonExcess } from '../../src/server/guards/json-body.js';
import { isAstraTaskId as isAstraId } from '../../src/sources/astra/wire.js';
import { catalogTaskIdPattern as catalogId } from '../../src/sources/catalog/wire.js';
import { isVcfTaskId } from '../../src/sources/vcf/wire.js';
import { parseGlobalId } from '../../src/model/global-id.js';
import { parseInstant } from '../../src/model/scalars.js';
import { noLimits } from '../support/doubles/no-limits.js';
import { processorTimeMs } from '../support/processor-time.js';

/** Texts that almost match, which make a vulnerable regular expression backtrack. */
const nearMisses: Readonly<Record<string, (length: number) => string>> = {
  'one letter': (length) => 'a'.repeat(length),
  'letters and an end that does not fit': (length) => `${'a'.repeat(length)}!`,
  'digits of a time': (length) => `2026-11-22T08:00:00.${'0'.repeat(length)}`,
  spaces: (length) => ' '.repeat(length),
  brackets: (length) => '['.repeat(length),
  'quotes and escapes': (length) => '\\"'.repeat(length / 2),
};

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  'an id': parseGlobalId,
  'an id of Astra': isAstraId,
  'an id of the catalog': (text) => catalogId.test(text),
  'an id of VCF': isVcfTaskId,
  'an instant': parseInstant,
  'a document': (text) => new DocumentLimiter(noLimits).check(text, null),
  'a body': findJsonExcess,
  'a document to the end': (text) => new DocumentLimiter(noLimits).check(`{ ${text} }`, null),
};

/** The measureFastest of five runs, in milliseconds of processor time: other load only adds to it. */
function measureFastest(run: () => unknown): number {
  let best = Infinity;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const start = processorTimeMs();
    run();
    best = Math.min(best, processorTimeMs() - start);
  }
  return best;
}

test.each(Object.entries(parsers))('A19 parsing %s takes linear time, also for texts that almost match', (_name, read) => {
  for (const build of Object.values(nearMisses)) {
    // Quadratic parsing of 200,000 characters takes seconds.
    expect(measureFastest(() => read(build(200_000)))).toBeLessThan(500);
  }
});
