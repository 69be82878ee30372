import type { View } from '../read/view/view.js';
import type { Poller } from './poller.js';

/** A view, and the one that polls it. */
export interface PolledView {
  readonly view: View;
  readonly poller: Poller;
}
