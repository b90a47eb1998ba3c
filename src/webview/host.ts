/** The door to the extension host: what VS Code gives a page, typed. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host<Out, In, State> {
  post(message: Out): void;
  /** The state that the page left behind, if it is of the shape that `parse` knows. */
  state(parse: (value: unknown) => State | undefined): State | undefined;
  keep(state: State): void;
  onMessage(receive: (message: In) => void): void;
}

/** May be called once a page: VS Code gives its API once. */
export function connectHost<Out, In, State>(): Host<Out, In, State> {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    state: (parse) => parse(api.getState()),
    keep: (state) => api.setState(state),
    onMessage: (receive) => window.addEventListener('message', (event: MessageEvent<In>) => receive(event.data)),
  };
}

/** Reports what goes wrong in the page, once per text, so that a fault is in the extension's log and not only in the console. */
export function reportFaults(post: (message: string) => void): void {
  const seen = new Set<string>();
  const report = (text: string) => {
    if (seen.has(text) || seen.size > 20) return;
    seen.add(text);
    post(text);
  };
  window.addEventListener('error', (event) => report(`${event.message} (${event.filename}:${event.lineno})`));
  window.addEventListener('unhandledrejection', (event) => report(String(event.reason)));
}
