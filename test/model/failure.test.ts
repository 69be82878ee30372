import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type TaskFailure, findRootCause } from '../../src/model/failure.js';
import { failureOf } from '../support/generators/sample-task.js';

test('Without failures there is no root cause.', () => {
  expect(findRootCause([])).toBeNull();
});

test('The deepest cause is the root cause.', () => {
  const bottom = failureOf({ message: 'The disk is full.' });
  const failures = [failureOf({ message: 'Shallow.' }), failureOf({ causes: [failureOf({ message: 'Middle.', causes: [bottom] })] })];
  expect(findRootCause(failures)?.message).toBe('The disk is full.');
});

test('The subtasks that lead to a failure count as depth.', () => {
  const outer = failureOf({ message: 'The task failed.', causes: [failureOf({ message: 'Because.' })] });
  const inner = failureOf({ message: 'The stage failed.', subtaskPath: ['Deploy', 'Copy'] });
  expect(findRootCause([outer, inner])?.message).toBe('The stage failed.');
});

test('Of equally deep failures the first is taken.', () => {
  const failures = ['One', 'Two'].map((name) =>
    failureOf({ causes: [failureOf({ message: `${name}a` }), failureOf({ message: `${name}b` })] }),
  );
  expect(findRootCause(failures)?.message).toBe('Onea');
});

test('A cause inherits remediation and reference token of the failure around it, unless it has its own.', () => {
  const cause = failureOf({ message: 'Beneath.', referenceToken: 'OWN123' });
  const around = failureOf({
    remediation: 'Free some space.',
    remediationUrl: 'https://kb.example/1',
    referenceToken: 'AROUND',
    causes: [cause],
  });
  expect(findRootCause([around])).toMatchObject({
    message: 'Beneath.',
    remediation: 'Free some space.',
    remediationUrl: 'https://kb.example/1',
    referenceToken: 'OWN123',
  });
});

test('A chain of ten thousand causes does not exhaust the stack.', () => {
  let failure = failureOf({ message: 'Bottom.' });
  for (let depth = 0; depth < 10_000; depth++) failure = failureOf({ message: `${depth}`, causes: [failure] });
  expect(findRootCause([failure])?.message).toBe('Bottom.');
});

test('No failure of any tree is deeper than the root cause.', () => {
  const failureOfDepth: fc.Memo<TaskFailure> = fc.memo((depth) => {
    const causes = depth <= 1 ? fc.constant([]) : fc.array(failureOfDepth(), { maxLength: 3 });
    return fc
      .record({ message: fc.string(), subtaskPath: fc.array(fc.string(), { maxLength: 3 }), causes })
      .map((partial) => failureOf(partial));
  });
  fc.assert(
    fc.property(fc.array(failureOfDepth(4), { minLength: 1, maxLength: 4 }), (failures) => {
      const levels = failures.flatMap((each) => levelsOf(each, each.subtaskPath.length));
      const deepest = Math.max(...levels.map(({ depth }) => depth));
      expect(findRootCause(failures)?.message).toBe(levels.find(({ depth }) => depth === deepest)?.message);
    }),
  );
});

function levelsOf({ message, causes }: TaskFailure, depth: number): { message: string; depth: number }[] {
  return [{ message, depth }, ...causes.flatMap((cause) => levelsOf(cause, depth + 1))];
}
