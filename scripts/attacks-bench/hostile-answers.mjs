const mb = 1024 * 1024;
const id = '00000000-0000-4000-8000-000000000001';
const times = (count, text) => text.repeat(count).slice(0, -1);
const vcf = (fields) => ({ kind: 'vcf', text: () => `{"elements":[{"id":"${id}","name":"n",${fields()}}]}` });
const vcfList = (text) => ({ kind: 'vcf', text });
const astra = (fields) => ({
  kind: 'astra',
  text: () => `{"items":[{"id":"${id}","name":"n","state":"failed",${fields()}}],"metadata":{}}`,
});
const catalog = (fields) => ({ kind: 'catalog', text: () => `{"id":"task_1","status":"failed",${fields()}}` });
const unknownKeys = (count) => Array.from({ length: count }, (_, index) => `"k${index}":0`).join(',');
const part = (name) => `{"name":"${name}","status":"SUCCESSFUL","description":"What it does"},`;
const listed = (count, build) => Array.from({ length: count }, (_, index) => build(String(index).padStart(12, '0'))).join(',');

/** An ordinary task, a little over a kilobyte. */
const honestVcf = (number) =>
  `{"id":"00000000-0000-4000-8000-${number}","name":"Commission host ${Number(number) % 100}","type":"HOST_COMMISSION","status":"${Number(number) % 100 === 0 ? 'IN_PROGRESS' : 'SUCCESSFUL'}","creationTimestamp":"2026-11-01T00:00:00.000Z","completionTimestamp":"2026-11-01T00:10:00.000Z","subTasks":[${times(3, part('Step of the work'))}],"errors":[],"resources":[{"resourceId":"r-${number}","type":"ESXI","name":"esxi-${number}"}],"resolutionStatus":"UNRESOLVED","isCancellable":false,"isRetryable":false}`;
const honestAstra = (number) =>
  `{"id":"00000000-0000-4000-8000-${number}","type":"application/astra-task","version":"1.1","name":"astra.backup","state":"${Number(number) % 100 === 0 ? 'running' : 'completed'}","summary":"Back up app ${number}","description":"","resourceID":"11111111-0000-4000-8000-${number}","resourceURI":"/accounts/a/k8s/v1/apps/b/appBackups/11111111-0000-4000-8000-${number}","percentDone":50,"startTime":"2026-11-01T00:00:00Z","endTime":"2026-11-01T00:10:00Z","stateTransitions":[{"from":"running","to":["completed","failed"]}],"stateDetails":[],"metadata":{"labels":[],"creationTimestamp":"2026-11-01T00:00:00Z","modificationTimestamp":"2026-11-01T00:10:00Z","createdBy":"${id}"}}`;

/** What one plane sends, by name: the kind of the plane, and the text of its answer. */
export const hostileAnswers = {
  'VCF, 3 ordinary tasks': vcfList(() => `{"elements":[${listed(3, honestVcf)}]}`),
  'VCF, 100,000 empty subtasks': vcf(() => `"subTasks":[${times(100_000, '{},')}]`),
  'VCF, 1,000,000 empty subtasks': vcf(() => `"subTasks":[${times(1_000_000, '{},')}]`),
  'VCF, 100,000 subtasks': vcf(() => `"subTasks":[${times(100_000, part('Step'))}]`),
  'VCF, 200 tasks of 2,000 subtasks': vcfList(
    () => `{"elements":[${listed(200, (number) => `{"id":"${number}","subTasks":[${times(2_000, part('Step'))}]}`)}]}`,
  ),
  'VCF, 1,000,000 empty elements': vcfList(() => `{"elements":[${times(1_000_000, '{},')}]}`),
  'VCF, 1,000,000 elements without an id': vcfList(() => `{"elements":[${times(1_000_000, '{"name":"A name of it"},')}]}`),
  'VCF, 3,000,000 zeros as elements': vcfList(() => `{"elements":[${times(3_000_000, '0,')}]}`),
  'VCF, 1,000,000 empty errors': vcf(() => `"status":"FAILED","errors":[${times(1_000_000, '{},')}]`),
  'VCF, 100,000 errors': vcf(() => `"status":"FAILED","errors":[${times(100_000, '{"message":"It failed","errorCode":"E"},')}]`),
  'VCF, 200,000 causes': vcf(() => `"status":"FAILED","errors":[{"causes":[${times(200_000, '{"message":"It failed"},')}]}]`),
  'VCF, errors 120 deep': vcf(() => `"status":"FAILED","errors":[${'{"message":"m","nestedErrors":['.repeat(120)}${']}'.repeat(120)}]`),
  'VCF, errors 200,000 deep': vcf(() => `"status":"FAILED","errors":[${'{"nestedErrors":['.repeat(200_000)}${']}'.repeat(200_000)}]`),
  'VCF, 1,000,000 unknown keys': vcf(() => unknownKeys(1_000_000)),
  'VCF, 63 MB of {}': vcfList(() => `{"elements":[${times(21 * mb, '{},')}]}`),
  'VCF, 63 MB of {} beside the list': vcfList(() => `{"elements":[],"x":[${times(21 * mb, '{},')}]}`),
  'VCF, 63 MB of {} before the list': vcfList(() => `{"x":[${times(21 * mb, '{},')}],"elements":[]}`),
  'VCF, 60 MB in a text of a task': vcf(() => `"type":"${'x'.repeat(60 * mb)}"`),
  'VCF, 60 MB in texts of tasks': vcfList(
    () => `{"elements":[${listed(600, (number) => `{"id":"${number}","name":"${'x'.repeat(100_000)}","status":"${'s'.repeat(2_000)}"}`)}]}`,
  ),
  'VCF, a name of 9 MB': vcf(() => `"subTasks":[{"name":"${'x'.repeat(9 * mb)}"}]`),
  'VCF, an error of 9 MB': vcf(() =>
    `"status":"FAILED","errors":[{"message":"${'{"a":['.repeat(1.5 * mb)}"}]`.replaceAll('{"a', '{\\"a').replace('{\\"a', '{"a'),
  ),
  'VCF, a time of 9 MB': vcf(() => `"creationTimestamp":"${'2'.repeat(9 * mb)}"`),
  'VCF, a number of 1 MB': vcf(() => `"type":${'9'.repeat(mb)}`),
  'VCF, keys twice': vcf(() => times(200_000, '"name":"n","status":"s",')),
  'VCF, 60 MB with its token': vcfList(
    () => `{"elements":[${listed(30_000, (n) => `{"id":"${n}","name":"token-0123456789 ${'x'.repeat(2_000)}"}`)}]}`,
  ),
  'VCF, 60 MB that are not JSON': vcfList(() => '['.repeat(60 * mb)),
  'VCF, 60 MB of HTML': vcfList(() => `<html>${'<p>'.repeat(20 * mb)}`),
  'VCF, an error body of 60 MB': { kind: 'vcf', status: 500, text: () => `{"errorCode":"E","message":"m","x":[${times(20 * mb, '{},')}]}` },
  'VCF, an ordinary list of 60 MB': vcfList(() => `{"elements":[${listed(60_000, honestVcf)}]}`),
  'VCF, 200,000 tasks in pages': { kind: 'vcf', pages: 2_000, page: (number) => listedFrom(number * 100, 100, honestVcf) },
  'Astra, 1,000,000 empty items': { kind: 'astra', text: () => `{"items":[${times(1_000_000, '{},')}],"metadata":{}}` },
  'Astra, 1,000,000 details': astra(() => `"stateDetails":[${times(1_000_000, '{},')}]`),
  'Astra, 100,000 details': astra(() => `"stateDetails":[${times(100_000, '{"type":"t","title":"It failed"},')}]`),
  'Astra, 100,000 invalid details': astra(() => `"stateDetails":[${times(100_000, '{"type":1,"title":"It failed"},')}]`),
  'Astra, 200,000 URIs': astra(() => `"resourceCollectionURI":[${times(200_000, '"/accounts/a/k8s/v1/apps/b",')}]`),
  'Astra, 200,000 labels': astra(() => `"metadata":{"labels":[${times(200_000, '{"name":"n","value":"v"},')}]}`),
  'Astra, a URI of 9 MB': astra(() => `"resourceURI":"${'/v1'.repeat(3 * mb)}"`),
  'Astra, 1,000,000 unknown keys': astra(() => unknownKeys(1_000_000)),
  'Astra, 200,000 tasks in one answer': {
    kind: 'astra',
    maxBodyMb: 256,
    text: () => `{"items":[${listed(200_000, honestAstra)}],"metadata":{}}`,
  },
  'Catalog, 1,000,000 empty warnings': catalog(() => `"warnings":[${times(1_000_000, '{},')}]`),
  'Catalog, 100,000 warnings': catalog(() => `"warnings":[${times(100_000, '{"code":"c","message":"A warning"},')}]`),
  'Catalog, 200,000 links': catalog(() => `"links":[${times(200_000, '{"href":"/a","rel":"b"},')}]`),
  'Catalog, 1,000,000 unknown keys': catalog(() => unknownKeys(1_000_000)),
  'Catalog, a message of 60 MB': catalog(() => `"error_message":"${'{ '.repeat(30 * mb)}"`),
  'Catalog, 63 MB of {}': catalog(() => `"x":[${times(20 * mb, '{},')}]`),
};

function listedFrom(start, count, build) {
  return Array.from({ length: count }, (_, index) => build(String(start + index).padStart(12, '0'))).join(',');
}
