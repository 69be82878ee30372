import type { Json } from '../../support/post.js';
import { checkSources, type CellResult, findLeak, type Oracle } from '../matrix/run-cell.js';
import { createProcessOperation } from './create-process-operation.js';
import { ProcessCell, type ProcessCellSetup } from './process-cell.js';
import { blocked, fullDisk, killed, terminated, withoutDescriptors } from './process-faults.js';
import { ProcessResult } from './process-result.js';

/** Runs one cell of fault 38, the faults of the process itself: three consecutive processes with one store. */
export async function runProcessCell(setup: ProcessCellSetup): Promise<CellResult> {
  const { kind, operation: name } = setup;
  const cell = await ProcessCell.create(setup);
  const result = new ProcessResult();
  try {
    await cell.start();
    const taskId = await findUnfinishedTask(cell);
    const ids = await cell.ids();
    const operation = createProcessOperation(cell, taskId);
    const context = { cell, operation, result, checkAllSources: async () => result.recordBroken(await checkSources(cell, { ids }, [])) };
    await blocked(context);
    await withoutDescriptors(context);
    await terminated(context);
    await cell.start();
    await killed(context);
    await cell.start('nearly full');
    await fullDisk(context);
    operation.close();
  } finally {
    await cell.close();
  }
  // The log may contain the stack of a failed store.
  const log = cell.log.map((text) => text.replaceAll('node_modules', ''));
  const leaked = findLeak({ responses: cell.responses, log, secrets: () => cell.secrets() }, name);
  const [twice] = cell.sentTwice();
  const crash = cell.log.find((text) => /unhandled|uncaught/i.test(text));
  result.recordBroken({
    ...(twice !== undefined && { O4: `${twice} arrived more than once` }),
    ...(crash !== undefined && { O5: crash.slice(0, 200) }),
    ...(leaked !== null && { O6: leaked }),
  });
  const silent: Oracle[] = name === 'mutation' ? ['O8'] : ['O4', 'O8'];
  return { fault: 38, kind, operation: name, outcome: result.steps.join('; '), broken: result.broken, silent };
}

/** The id of a task that stays unfinished until a test changes it. */
async function findUnfinishedTask(cell: ProcessCell): Promise<string> {
  const { kind, planes } = cell.setup;
  if (kind === 'vcf') return `vcf:${planes.vcf.addTask({ status: 'IN_PROGRESS' })}`;
  const filter = `{ sourceNames: ["${kind}"], isFinished: false }`;
  const { data }: Json = await cell.ask(`{ tasks(first: 1, filter: ${filter}) { nodes { id } } }`);
  return String(data.tasks.nodes[0].id);
}
