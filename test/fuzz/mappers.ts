import { translateAstraTask as translateAstra } from '../../src/sources/astra/task.js';
import { parseAstraTask, parseContinueToken } from '../../src/sources/astra/wire.js';
import { parseTaskResponse } from '../../src/sources/catalog/task.js';
import { translateVcfTask as translateVcf } from '../../src/sources/vcf/task.js';
import { isJsonObject } from '../../src/model/scalars.js';
import { SourceProblemError } from '../../src/model/source-problem.js';
import type { Task } from '../../src/model/task.js';
import { UpstreamResponse } from '../../src/upstream/response.js';
import { fixtureId, wholeTask } from '../sources/astra/wire-fixture.js';
import { full } from '../sources/catalog/full-task.js';
import { wireCredentialsSubtask, wireCredentialsTask, wireTask } from '../sources/vcf/plane.js';

type MappedTask = Omit<Task, 'observedAt' | 'changedAt'>;

/** Maps the wire format of one source to a task. */
export interface Mapper {
  /** A valid payload. */
  readonly healthy: unknown;
  /** Null when the payload is not a task and is reported as malformed. */
  map(sent: unknown): Pick<MappedTask, 'name' | 'status' | 'warnings'> | null;
}

const question = { sourceName: 'plane', url: new URL('https://plane.example/'), sourceTaskId: 'good-id', cached: undefined };

export const mappers: Readonly<Record<string, Mapper>> = {
  catalog: {
    healthy: { ...full, id: 'good-id' },
    map: (sent) => {
      try {
        const result = parseTaskResponse(new UpstreamResponse(200, {}, JSON.stringify(sent)), question);
        return result.kind === 'found' ? result.task.translate() : null;
      } catch (error) {
        if (error instanceof SourceProblemError) return null;
        throw error;
      }
    },
  },
  astra: {
    healthy: { ...wholeTask, id: fixtureId },
    map: (sent) => {
      parseContinueToken(sent);
      const item = parseAstraTask(sent);
      return item === null ? null : translateAstra('plane', item);
    },
  },
  vcf: {
    healthy: {
      task: wireTask('a', {
        subTasks: [
          {
            name: 'Part',
            status: 'FAILED',
            errors: [{ errorCode: 'X', message: 'why', causes: [{ message: 'deep' }] }],
            stages: [{ name: 'Stage', status: 'SUCCESSFUL' }],
          },
        ],
      }),
      credentialsTask: wireCredentialsTask('a', { subTasks: [wireCredentialsSubtask()] }),
    },
    map: (sent) => {
      if (!isJsonObject(sent) || !isJsonObject(sent['task'])) return null;
      const { task, credentialsTask } = sent;
      return translateVcf('plane', 'a', { task, credentialsTask: isJsonObject(credentialsTask) ? credentialsTask : null });
    },
  },
};
