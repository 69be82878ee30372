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
  description: 'What happened to a task. New values may come; treat an unknown one as UPDATED.',
  valuesConfig: {
    CURRENT: { description: 'The first event of taskChanged.' },
    ENTERED: { description: 'It matches now and did not before: new, or changed.' },
    UPDATED: { description: 'It changed, and matches as before.' },
    LEFT: { description: 'It no longer matches.' },
    GONE: { description: 'Its plane no longer has it.' },
  },
});
