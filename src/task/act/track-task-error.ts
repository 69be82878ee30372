import { createUnionType } from 'type-graphql';

import { TaskNotFoundError } from './not-found-error.js';
import { TaskSourceError } from './source-error.js';
import { TaskSourceNotFoundError } from './source-not-found-error.js';
import { TaskTrackingNotNeededError } from './tracking-not-needed-error.js';

export const TrackTaskError = createUnionType({
  name: 'TrackTaskError',
  description: 'Why a task could not be tracked or untracked.',
  types: () => [TaskSourceNotFoundError, TaskTrackingNotNeededError, TaskNotFoundError, TaskSourceError] as const,
});
export type TrackTaskError = TaskSourceNotFoundError | TaskTrackingNotNeededError | TaskNotFoundError | TaskSourceError;
