import type { Json } from '../../support/post.js';
import type { ProcessCell } from './process-cell.js';

const retryDocument = `mutation ($input: RetryTaskInput!) { retryTask(input: $input) {
  errors { ... on TaskActionNotAllowedError { blockers { code } } } } }`;

/** Retries tasks of the healthy plane with long reasons until the store is full. */
export async function fillDisk(cell: ProcessCell): Promise<void> {
  const { healthy } = cell.setup.planes;
  for (let count = 0; count < 500; count++) {
    const input = { id: `healthy:${healthy.addTask({ status: 'FAILED' })}`, reason: 'x'.repeat(2_000) };
    const { data } = await cell.ask(retryDocument, { input });
    const codes = data.retryTask.errors.flatMap(({ blockers }: Json) => blockers?.map(({ code }: Json) => code) ?? []);
    if (codes.includes('LEDGER_UNAVAILABLE')) return;
  }
  throw new Error('This test could not fill the disk.');
}
