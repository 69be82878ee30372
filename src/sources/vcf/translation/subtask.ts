import { type Part, weigh } from './findings.js';
import { resourcesOf } from './resources.js';
import type { VcfStage } from '../types/stage.js';
import type { VcfSubtask } from '../types/subtask.js';
import { given, type WireStage, type WireSubtask } from '../wire.js';

/** Translates subtasks to any depth. `path` is the names of those around them, outermost first. */
export function subtasksOf(
  sourceName: string,
  subtasks: readonly WireSubtask[] | null | undefined,
  path: readonly string[],
): readonly Part<VcfSubtask>[] {
  return (subtasks ?? []).map((subtask, index) => subtaskOf(sourceName, subtask, index, path));
}

function subtaskOf(sourceName: string, subtask: WireSubtask, index: number, around: readonly string[]): Part<VcfSubtask> {
  const name = given(subtask.name) ?? `Subtask ${index + 1}`;
  const path = [...around, name];
  const children = subtasksOf(sourceName, subtask.subTasks, path);
  const stages = (subtask.stages ?? []).map((stage, place) => stageOf(stage, place, path));
  const { progressing, findings } = weigh(subtask, path, children, stages);
  const node: VcfSubtask = {
    __typename: 'VcfSubtask',
    index,
    name,
    description: given(subtask.description),
    operation: given(subtask.type),
    ...progressing,
    resources: resourcesOf(sourceName, subtask.resources),
    stages: stages.map((stage) => stage.node),
    children: children.map((child) => child.node),
    documentationUrl: subtask.documentationLink?.url ?? null,
  };
  return { node, findings };
}

function stageOf(stage: WireStage, index: number, around: readonly string[]): Part<VcfStage> {
  const name = given(stage.name) ?? `Stage ${index + 1}`;
  const { progressing, findings } = weigh(stage, [...around, name], []);
  const node: VcfStage = {
    __typename: 'VcfStage',
    index,
    name,
    description: given(stage.description),
    operation: given(stage.type),
    ...progressing,
  };
  return { node, findings };
}
