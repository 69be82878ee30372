import { registerEnumType } from 'type-graphql';

export const TaskSourceStatus = {
  UP: 'UP',
  DEGRADED: 'DEGRADED',
  DOWN: 'DOWN',
  UNKNOWN: 'UNKNOWN',
} as const;
export type TaskSourceStatus = keyof typeof TaskSourceStatus;

registerEnumType(TaskSourceStatus, {
  name: 'TaskSourceStatus',
  description: 'New values may come; treat an unknown one as UNKNOWN.',
  valuesConfig: {
    UP: { description: 'Answers.' },
    DEGRADED: { description: 'Answers in part, or slowly.' },
    DOWN: { description: 'Does not answer.' },
    UNKNOWN: { description: 'Not asked yet.' },
  },
});
