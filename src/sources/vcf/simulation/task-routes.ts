import type { PlaneAnswer } from '../../../simulation/plane-server.js';
import type { Random } from '../../../simulation/random.js';
import type { ActionResult } from './action-result.js';
import type { CredentialsWorld } from './credentials-world.js';
import { errorAnswer } from './error-answers.js';
import type { WireObject } from './wire-object.js';
import type { Modes } from './modes.js';
import { ordinaryTask } from './ordinary-task.js';
import { referenceToken } from './reference-token.js';
import type { Route } from './route.js';
import type { Site } from './site.js';
import { statusById } from './status-spelling.js';
import { taskList } from './task-list.js';
import type { TaskWorld } from './task-world.js';

export interface TaskRouteOptions {
  readonly tasks: TaskWorld;
  readonly credentials: CredentialsWorld;
  readonly site: Site;
  readonly modes: Modes;
  /** For reference tokens; reading must not change what becomes of the world. */
  readonly random: Random;
}

/** The ordinary tasks, and credentials tasks as ordinary ones. */
export function taskRoutes({ tasks, credentials, site, modes, random }: TaskRouteOptions): Route[] {
  const shown = (task: WireObject): WireObject => (modes.legacy ? withoutRetryable(task) : task);
  const credentialsTask = (id: string): WireObject | undefined => {
    const record = credentials.get(id);
    return record === undefined || record.ordinary === null ? undefined : ordinaryTask(record, site);
  };
  const notFound = (id: string): PlaneAnswer =>
    errorAnswer(404, 'TA_TASK_NOT_FOUND', `Task with ID ${id} not found`, { arguments: [id], referenceToken: referenceToken(random) });
  const answerOf = (result: ActionResult, id: string, texts: RefusalTexts): PlaneAnswer => {
    if (result === 'accepted') return { status: 200 };
    if (result === 'not-found') return notFound(id);
    const details = { arguments: [id], referenceToken: referenceToken(random) };
    return errorAnswer(409, texts.errorCode, result === 'wrong-status' ? texts.wrongStatus : texts.refused, details);
  };
  const byId = { path: '/v1/tasks/:id', access: 'token' } as const;
  return [
    {
      method: 'GET',
      path: '/v1/tasks',
      access: 'token',
      answer(call) {
        const alsoOrdinary = credentials.all().filter((record) => record.ordinary !== null);
        const all = [...tasks.all(), ...alsoOrdinary.map((record) => ordinaryTask(record, site))];
        return taskList(all.map(shown), call.query, modes);
      },
    },
    {
      ...byId,
      method: 'GET',
      answer(_call, id = '') {
        const task = tasks.get(id) ?? credentialsTask(id);
        return task === undefined ? notFound(id) : { status: 200, body: { ...shown(task), status: statusById(task['status']) } };
      },
    },
    {
      ...byId,
      method: 'PATCH',
      answer: (_call, id = '') => answerOf(credentialsTask(id) === undefined ? tasks.retry(id) : 'refused', id, retryTexts),
    },
    {
      ...byId,
      method: 'DELETE',
      answer: (_call, id = '') => answerOf(credentialsTask(id) === undefined ? tasks.cancel(id) : 'refused', id, cancelTexts),
    },
  ];
}

interface RefusalTexts {
  readonly errorCode: string;
  readonly wrongStatus: string;
  readonly refused: string;
}

const retryTexts: RefusalTexts = {
  errorCode: 'TA_TASK_CAN_NOT_BE_RETRIED',
  wrongStatus: 'Only a failed task can be retried',
  refused: 'This task cannot be retried here or now',
};

const cancelTexts: RefusalTexts = {
  errorCode: 'TA_TASK_CAN_NOT_BE_CANCELLED',
  wrongStatus: 'Only a task in progress can be cancelled',
  refused: 'This task cannot be cancelled here or now',
};

function withoutRetryable(task: WireObject): WireObject {
  return Object.fromEntries(Object.entries(task).filter(([name]) => name !== 'isRetryable'));
}
