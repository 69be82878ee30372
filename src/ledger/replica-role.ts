/** What a process does for a source: nothing; it polls for all; the one that polls tells it; it polls for itself, because it is cut off. */
export type ReplicaRole = 'idle' | 'polls' | 'follows' | 'alone';
