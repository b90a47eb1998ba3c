import {
  CancellationToken,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { DATA_HOST_FLAGS, DataHostMethod, type ProgressParams } from '../../protocol/datahost';
import type { Cancellation, DataHost, DataHostInit } from '../data/dataHost';
import { forkProcess } from '../process/fork';
import type { Supervised } from '../process/supervisor';

/** Milliseconds that the data host may take to close its database when it is asked to end. */
const GRACE = 1_500;

/** Starts the data host and speaks vscode-jsonrpc with it over Node's IPC channel. */
export async function startDataHost(init: DataHostInit): Promise<Supervised<DataHost>> {
  const forked = forkProcess({
    module: init.module,
    args: [],
    flags: DATA_HOST_FLAGS,
    serialization: 'advanced',
    log: init.log,
  });
  const connection = createMessageConnection(new IPCMessageReader(forked.child), new IPCMessageWriter(forked.child));
  connection.onNotification(DataHostMethod.progress, (p: ProgressParams) => init.progress(p));
  connection.onError(([error]) => init.log(`channel: ${error.message}`));
  connection.listen();
  const ended = forked.ended.then((how) => {
    // Requests in flight reject, instead of waiting for an answer that cannot come.
    connection.dispose();
    return how;
  });
  const ping = async () => connection.sendRequest(DataHostMethod.ping, {});
  // A process that cannot start (no database for this platform) says so before it answers anything.
  await Promise.race([ping(), ended.then((how) => Promise.reject(new Error(`The data host ${how}`)))]);
  return {
    api: dataHost(connection),
    pid: forked.child.pid,
    watch: forked.watch,
    ping,
    ended,
    kill: forked.kill,
    async stop() {
      connection.sendRequest(DataHostMethod.shutdown, {}).catch(() => forked.kill());
      await forked.endWithin(GRACE);
    },
  };
}

function dataHost(connection: MessageConnection): DataHost {
  // Async, so that a connection that is closed already rejects too, instead of throwing at once.
  const ask = async <R>(method: string, params: object, token?: Cancellation): Promise<R> =>
    connection.sendRequest<R>(method, params, (token as CancellationToken | undefined) ?? CancellationToken.None);
  return {
    open: (p, token) => ask(DataHostMethod.open, p, token),
    query: (p, token) => ask(DataHostMethod.query, p, token),
    rows: (p) => ask(DataHostMethod.rows, p),
    columnStatistics: (p) => ask(DataHostMethod.columnStatistics, p),
    overlay: (p) => ask(DataHostMethod.overlay, p),
    exportResult: (p, token) => ask(DataHostMethod.exportResult, p, token),
    writeResult: (p, token) => ask(DataHostMethod.writeResult, p, token),
    releaseResult: (resultId) => ask(DataHostMethod.releaseResult, { resultId }),
    assess: (p, token) => ask(DataHostMethod.assess, p, token),
    series: (p) => ask(DataHostMethod.series, p),
    sample: (p, token) => ask(DataHostMethod.sample, p, token),
    setNow: (now) => ask(DataHostMethod.setNow, { now }),
    mapFile: (p) => ask(DataHostMethod.mapFile, p),
    tableNames: (p) => ask(DataHostMethod.tableNames, p),
    exportSources: () => ask(DataHostMethod.exportSources, {}),
    exportQuery: (p) => ask(DataHostMethod.exportQuery, p),
    deleteImported: () => ask(DataHostMethod.deleteImported, {}),
  };
}
