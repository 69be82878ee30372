import { z } from 'zod';

const notice = z.object({
  /** Who sent it. */
  from: z.string(),
  source: z.string(),
  /** What there is to look at: tasks that changed, what is followed elsewhere, a turn that was given away. */
  what: z.enum(['tasks', 'interest', 'turn']),
});

/** What one process sends to the others: names alone, never what a task is. PostgreSQL carries at most 8,000 bytes. */
export type ReplicaNotice = z.infer<typeof notice>;

/** Null: it is of another program, or of another version of this one. */
export function noticeIn(text: string): ReplicaNotice | null {
  try {
    return notice.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
