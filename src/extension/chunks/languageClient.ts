import {
  CloseAction,
  ErrorAction,
  IPCMessageReader,
  IPCMessageWriter,
  LanguageClient,
  type LanguageClientOptions,
  type MessageTransports,
  RevealOutputChannelOn,
  State,
} from 'vscode-languageclient/node';
import type { Disposable } from '../../base/disposable';
import {
  type BlockAtResult,
  type CoverageFacts,
  type DialectFact,
  LanguageMethod,
  type LanguagePreferences,
  type SchemaFacts,
} from '../../protocol/language';
import { type LanguageClientHandle, type LanguageClientInit, SERVED } from '../language/client';
import { systemClock } from '../process/clock';
import { type ForkedProcess, forkProcess } from '../process/fork';
import { startHeartbeat } from '../process/heartbeat';
import { createRestarts } from '../process/restarts';
import { HEARTBEAT } from '../process/supervisor';

/** Milliseconds that the server may take to answer `shutdown`; one that hangs never does. */
const GRACE = 1_000;

/**
 * The language server behind vscode-languageclient. The client restarts the server and opens the documents again; that
 * the server hangs, it cannot see, so a heartbeat ends a silent server.
 */
class Client implements LanguageClientHandle {
  private readonly client: LanguageClient;
  private readonly restarts = createRestarts();
  private forked: ForkedProcess | undefined;
  private heartbeat: Disposable | undefined;
  private hung = false;
  private stopping = false;
  /** How the last server ended, until its successor runs. */
  private lost: string | undefined;
  private coverage: CoverageFacts | undefined;
  private schema: SchemaFacts | undefined;
  private preferences: LanguagePreferences | undefined;

  constructor(private readonly init: LanguageClientInit) {
    const options: LanguageClientOptions = {
      documentSelector: SERVED,
      outputChannel: init.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: { error: () => ({ action: ErrorAction.Continue, handled: true }), closed: () => this.closed() },
    };
    this.client = new LanguageClient('gapline', 'Gapline', () => this.fork(), options);
    this.client.onDidChangeState((e) => {
      if (e.newState === State.Running) this.running();
      else this.heartbeat?.dispose();
    });
  }

  get pid(): number | undefined {
    return this.forked?.child.exitCode === null ? this.forked.child.pid : undefined;
  }

  async start(): Promise<void> {
    this.stopping = false;
    await this.client.start();
  }

  private async fork(): Promise<MessageTransports> {
    const { module, log } = this.init;
    const args = ['--node-ipc', `--clientProcessId=${process.pid}`];
    this.forked = forkProcess({
      module,
      args,
      flags: [],
      serialization: 'json',
      log: (line) => log.info(`language server: ${line}`),
    });
    this.hung = false;
    return { reader: new IPCMessageReader(this.forked.child), writer: new IPCMessageWriter(this.forked.child) };
  }

  private running(): void {
    this.heartbeat?.dispose();
    this.heartbeat = startHeartbeat({
      ...HEARTBEAT,
      clock: systemClock,
      ping: () => this.client.sendRequest(LanguageMethod.ping),
      watch: () => this.forked?.watch() ?? (() => false),
      silent: () => {
        this.hung = true;
        this.forked?.kill();
      },
    });
    if (this.coverage) this.notify(LanguageMethod.coverageFacts, this.coverage);
    if (this.schema) this.notify(LanguageMethod.schema, this.schema);
    if (this.preferences) this.notify(LanguageMethod.preferences, this.preferences);
    this.init.report({ kind: 'started' });
    if (this.lost !== undefined) this.init.report({ kind: 'restarted', reason: this.lost });
    this.lost = undefined;
  }

  /** Decides what follows an end that nobody asked for; the answer waits for the pause before the next start. */
  private async closed() {
    this.heartbeat?.dispose();
    if (this.stopping) return { action: CloseAction.DoNotRestart, handled: true };
    this.forked?.kill();
    const how = (await this.forked?.ended) ?? 'ended';
    const reason = this.hung ? `did not answer for ${HEARTBEAT.limit / 1000} s` : how;
    this.lost = reason;
    this.init.report({ kind: 'lost', reason, hung: this.hung });
    const pause = this.restarts.next(systemClock.now());
    if (pause === undefined) {
      this.init.report({ kind: 'failed', reason });
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    await new Promise<void>((resume) => systemClock.after(pause, resume));
    return { action: this.stopping ? CloseAction.DoNotRestart : CloseAction.Restart, handled: true };
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.heartbeat?.dispose();
    const { forked } = this;
    // A server that does not answer makes `stop` reject; its process is ended either way.
    if (this.client.needsStop())
      await this.client.stop(GRACE).catch((error: Error) => this.init.log.info(`language server: ${error.message}`));
    await forked?.endWithin(GRACE / 2);
  }

  async restart(): Promise<void> {
    await this.stop();
    this.restarts.reset();
    this.lost = undefined;
    await this.start();
  }

  setCoverage(facts: CoverageFacts): void {
    this.coverage = facts;
    this.notify(LanguageMethod.coverageFacts, facts);
  }

  setSchema(facts: SchemaFacts): void {
    this.schema = facts;
    this.notify(LanguageMethod.schema, facts);
  }

  setPreferences(preferences: LanguagePreferences): void {
    this.preferences = preferences;
    this.notify(LanguageMethod.preferences, preferences);
  }

  async dialect(uri: string): Promise<DialectFact | null> {
    if (this.client.state !== State.Running) return null;
    return this.client.sendRequest<DialectFact | null>(LanguageMethod.dialect, { uri });
  }

  /** Sends to a running server only: a starting one is told when it runs. */
  private notify(method: string, params: object): void {
    if (this.client.state !== State.Running) return;
    this.client
      .sendNotification(method, params)
      .catch((error: Error) => this.init.log.warn(`${method}: ${error.message}`));
  }

  async blockAt(params: { uri: string; offset: number }): Promise<BlockAtResult | null> {
    if (this.client.state !== State.Running) return null;
    return this.client.sendRequest<BlockAtResult | null>(LanguageMethod.blockAt, params);
  }
}

export function createLanguageClient(init: LanguageClientInit): LanguageClientHandle {
  return new Client(init);
}

export { chooseDialect, createDialectStatus } from '../language/dialectStatus';
