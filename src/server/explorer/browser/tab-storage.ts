import { operations } from 'tributary:operations';
import { mergeTabs, shownOperations, type ShownOperations } from './merge-tabs.js';

/** GraphiQL's own key, in its namespace. */
const tabsKey = 'graphiql:tabState';
const shownKey = 'tributary:shownOperations';

/** Puts new example operations among the tabs that this browser keeps. Call it before GraphiQL starts. */
export function addNewExamples(storage: Storage): void {
  const merged = mergeTabs(storage.getItem(tabsKey), readShown(storage), operations, () => crypto.randomUUID());
  if (merged !== null) storage.setItem(tabsKey, merged);
  storage.setItem(shownKey, JSON.stringify(shownOperations(operations)));
}

function readShown(storage: Storage): ShownOperations {
  try {
    const value: unknown = JSON.parse(storage.getItem(shownKey) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as ShownOperations) : {};
  } catch {
    return {};
  }
}
