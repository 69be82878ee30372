import { expect, test } from '@jest/globals';

import { parseCatalogErrorBody } from '../../../src/sources/catalog/error-body.js';
import { translateCatalogTask } from '../../../src/sources/catalog/task.js';
import { catalogTaskSchema, catalogTokenSchema } from '../../../src/sources/catalog/wire.js';
import { isJsonObject } from '../../../src/model/scalars.js';
import { parseItem } from '../../../src/sources/parse-item.js';
import { UpstreamResponse } from '../../../src/upstream/response.js';
import { upstreamJson, upstreams } from '../../support/upstream-files.js';
import { describeWith } from '../../support/describe-with-tool.js';

const example = (name: string): unknown => upstreamJson(`catalog/examples/${name}.json`);

describeWith(upstreams)('examples of the catalog', () => {
  test.each([
    ['task-create-response.doc', 'PENDING', 'Install package_slug v0'],
    ['task-minimal-pending-synthetic', 'PENDING', 'Catalog task tk3def8hij2klm9opq5rst7uvw'],
    ['task-running-synthetic', 'RUNNING', 'Install github v3'],
    ['task-completed-body-synthetic', 'SUCCEEDED', 'Install github v3'],
    ['task-failed-synthetic', 'FAILED', 'Install github v3'],
    ['task-delete-adopted-warning-synthetic', 'RUNNING', 'Uninstall github'],
  ])('the example %s is read without a word of doubt', (name, status, title) => {
    const payload = example(name);
    const read = parseItem(catalogTaskSchema, payload);
    expect(read?.invalidFields).toEqual([]);
    if (read === null || !isJsonObject(payload)) throw new Error('A task was expected.');
    const task = translateCatalogTask('cat', read, payload);
    expect(task).toMatchObject({ status, name: title });
    expect(task.warnings.map((warning) => warning.__typename)).toEqual(payload['warnings'] === undefined ? [] : ['CatalogWarning']);
  });

  test.each([
    ['error-401-synthetic', 401, 'unauthorized'],
    ['error-404-synthetic', 404, 'not_found'],
    ['error-429-synthetic', 429, 'rate_limit_exceeded'],
  ])('the error example %s gives its request id', (name, status, code) => {
    const answer = new UpstreamResponse(status, {}, JSON.stringify(example(name)));
    expect(parseCatalogErrorBody(answer)).toEqual({
      isFromPlane: true,
      code,
      message: expect.any(String),
      referenceToken: '182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e',
    });
  });

  test('the token example is read', () => {
    expect(parseItem(catalogTokenSchema, example('service-account-token-synthetic'))).toMatchObject({
      item: { expires_in: 3600 },
      invalidFields: [],
    });
  });
});
