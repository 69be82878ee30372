import { registerEnumType } from 'type-graphql';

export const TaskChangeKind = {
  CURRENT: 'CURRENT',
  ENTERED: 'ENTERED',
  UPDATED: 'UPDATED',
  LEFT: 'LEFT',
  GONE: 'GONE',
} as const;
export type TaskChangeKind = keyof typeof TaskChangeKind;

registerEnumType(TaskChangeKind, {
  name: 'TaskChangeKind',
  description: 'What happened to a task that is watched. Values may be added; treat one that you do not know as UPDATED.',
  valuesConfig: {
    CURRENT: { description: 'The state of the task when the subscription began: the first event of taskChanged.' },
    ENTERED: { description: 'The task matches the filter and did not before, because it is new or has changed.' },
    UPDATED: { description: 'The task changed, and it matches the filter as it did before.' },
    LEFT: { description: 'The task changed and no longer matches the filter.' },
    GONE: { description: 'The control plane no longer has the task.' },
  },
});
