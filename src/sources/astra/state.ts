/** Every state that the reference names. */
export type AstraState = 'notStarted' | 'running' | 'completed' | 'pausing' | 'paused' | 'cancelling' | 'cancelled' | 'failed';
