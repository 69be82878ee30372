import { taskRowFragment } from './task-row.js';

/** What `waitForTask` sends, for the manifest of a gateway that answers trusted documents alone. */
export const waitForTaskDocuments = {
  watch: `subscription WaitForTask($id:ID!){taskChanged(id:$id){kind task{...TaskRow}}}${taskRowFragment}`,
  read: `query ReadTask($id:ID!){task(id:$id){...TaskRow}}${taskRowFragment}`,
} as const;
