import type { Json } from '../../support/post.js';
import { askTheSources, type CellResult, leakOf, type Oracle } from '../matrix/run-cell.js';
import { createProcessOperation } from './create-process-operation.js';
import { ProcessCell, type ProcessQuestion } from './process-cell.js';
import { blocked, fullDisk, killed, terminated, withoutDescriptors } from './process-faults.js';
import { ProcessResult } from './process-result.js';

/** One cell of fault 38, what the process itself suffers: three lives with one store, and what comes over them. */
export async function runProcessCell(question: ProcessQuestion): Promise<CellResult> {
  const { kind, operation: name } = question;
  const cell = await ProcessCell.make(question);
  const verdict = new ProcessResult();
  try {
    await cell.start();
    const taskId = await openTask(cell);
    const ids = await cell.ids();
    const operation = createProcessOperation(cell, taskId);
    const room = { cell, operation, verdict, askAll: async () => verdict.breakOracles(await askTheSources(cell, { ids }, [])) };
    await blocked(room);
    await withoutDescriptors(room);
    await terminated(room);
    await cell.start();
    await killed(room);
    await cell.start('nearly full');
    await fullDisk(room);
    operation.close();
  } finally {
    await cell.close();
  }
  // The log is for those who run the gateway, and says where a store has failed.
  const log = cell.log.map((text) => text.replaceAll('node_modules', ''));
  const leaked = leakOf({ said: cell.said, log, secrets: () => cell.secrets() }, name);
  const [twice] = cell.sentTwice();
  const crash = cell.log.find((text) => /unhandled|uncaught/i.test(text));
  verdict.breakOracles({
    ...(twice !== undefined && { O4: `${twice} arrived more than once` }),
    ...(crash !== undefined && { O5: crash.slice(0, 200) }),
    ...(leaked !== null && { O6: leaked }),
  });
  const silent: Oracle[] = name === 'mutation' ? ['O8'] : ['O4', 'O8'];
  return { fault: 38, kind, operation: name, outcome: verdict.words.join('; '), broken: verdict.broken, silent };
}

/** A task that goes on for as long as nobody changes it. */
async function openTask(cell: ProcessCell): Promise<string> {
  const { kind, planes } = cell.question;
  if (kind === 'vcf') return `vcf:${planes.vcf.addTask({ status: 'IN_PROGRESS' })}`;
  const filter = `{ sourceNames: ["${kind}"], isFinished: false }`;
  const { data }: Json = await cell.ask(`{ tasks(first: 1, filter: ${filter}) { nodes { id } } }`);
  return String(data.tasks.nodes[0].id);
}
