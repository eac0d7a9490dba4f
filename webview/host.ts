// The page's end of the port to the editor, and the settings that outlive the page. Knows no view.
import type { ViewEvents, ViewRequests } from '../engine/protocol';
import { connect, overJson, type Connection } from '../engine/rpc';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

/** What the user chose in this view. */
export interface Settings {
  logScale: boolean;
  /** Weight of the past in the drawn curves, from 0 to 0.95. */
  smoothing: number;
  /** What was chosen in each view of a step: a layer, a head, a tab. */
  chosen: Record<string, string>;
}

export type Host = Connection<ViewRequests, ViewEvents> & {
  settings: Settings;
  saveSettings(): void;
  /** Milliseconds in which something that was asked had not been answered. */
  waited(): number;
};

export function connectHost(): Host {
  const editor = acquireVsCodeApi();
  let [open, since, waited] = [0, 0, 0];
  const port = overJson({
    post: (message) => {
      if (open++ === 0) since = performance.now();
      editor.postMessage(message);
    },
    listen: (receive) => {
      window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        const answer = (data as { kind?: string }).kind !== 'event';
        if (answer && --open === 0) waited += performance.now() - since;
        receive(data);
      });
    },
  });
  const connection = connect<ViewRequests, ViewEvents>(port);
  const settings: Settings = {
    logScale: false,
    smoothing: 0,
    chosen: {},
    ...(editor.getState() as object),
  };
  return {
    ...connection,
    settings,
    saveSettings: () => {
      editor.setState(settings);
    },
    waited: () => waited,
  };
}
