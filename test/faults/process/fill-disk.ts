import type { Json } from '../../support/post.js';
import type { ProcessCell } from './process-cell.js';

const filling = `mutation ($input: RetryTaskInput!) { retryTask(input: $input) {
  errors { ... on TaskActionNotAllowedError { blockers { code } } } } }`;

/** Acts on tasks of the plane that is well, with long reasons, until the store has no room left. */
export async function fillDisk(cell: ProcessCell): Promise<void> {
  const { well } = cell.question.planes;
  for (let count = 0; count < 500; count++) {
    const input = { id: `well:${well.addTask({ status: 'FAILED' })}`, reason: 'x'.repeat(2_000) };
    const { data } = await cell.ask(filling, { input });
    const codes = data.retryTask.errors.flatMap(({ blockers }: Json) => blockers?.map(({ code }: Json) => code) ?? []);
    if (codes.includes('LEDGER_UNAVAILABLE')) return;
  }
  throw new Error('The disk has more room than this test can fill.');
}
