import { translateVcfTask } from '../../../src/sources/vcf/task.js';
import type { VcfTask } from '../../../src/sources/vcf/types.js';
import type { TranslatedTask } from '../../../src/model/task.js';
import { wireCredentialsTask, wireTask } from './plane.js';

type Fields = Readonly<Record<string, unknown>>;

/** What becomes of a task of /v1/tasks alone. */
export function ordinary(more: Fields): TranslatedTask<VcfTask> {
  return translateVcfTask('sfo', 'id-1', { task: wireTask('id-1', more), credentialsTask: null });
}

/** What becomes of a task of /v1/credentials/tasks, which /v1/tasks has too where `task` is given. */
export function credentials(more: Fields = {}, task: Fields | null = null): TranslatedTask<VcfTask> {
  return translateVcfTask('sfo', 'id-1', {
    task: task === null ? null : wireTask('id-1', task),
    credentialsTask: wireCredentialsTask('id-1', more),
  });
}
