import { translateTask } from '../../../../src/sources/vcf/task.js';
import type { VcfTask } from '../../../../src/sources/vcf/types/task.js';
import type { Translated } from '../../../../src/task/model/translated.js';
import { wireCredentialsTask, wireTask } from '../plane.js';

type Fields = Readonly<Record<string, unknown>>;

/** What becomes of a task of /v1/tasks alone. */
export function ordinary(more: Fields): Translated<VcfTask> {
  return translateTask('sfo', 'id-1', { task: wireTask('id-1', more), credentialsTask: null });
}

/** What becomes of a task of /v1/credentials/tasks, which /v1/tasks has too where `task` is given. */
export function credentials(more: Fields = {}, task: Fields | null = null): Translated<VcfTask> {
  return translateTask('sfo', 'id-1', {
    task: task === null ? null : wireTask('id-1', task),
    credentialsTask: wireCredentialsTask('id-1', more),
  });
}
