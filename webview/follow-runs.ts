// Keeps a page's runs as they are in the editor: what is new as it comes, all of them when that is not enough. Knows no view.
import type { Host } from './host';
import { onSeen } from './seen';
import { isLong, type RunStore } from './store';

/** `changed` is called whenever the runs have changed, from now on. */
export function followRuns(host: Host, store: RunStore, changed: () => void): void {
  const refresh = async (): Promise<void> => {
    store.replace(await host.request.runs());
    changed();
  };
  host.on('run', (run) => {
    store.add(run);
    changed();
    if (isLong(store.latest)) void refresh();
  });
  host.on('stale', () => void refresh());
  onSeen(() => void refresh());
  void refresh();
}
