import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { createDataHost } from './host';
import { realEngines } from './real-engines';

/**
 * The data process: forked by the extension host with `serialization: 'advanced'`, it speaks vscode-jsonrpc over Node's IPC
 * channel and ends with it.
 */
const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
createDataHost({ connection, engines: realEngines(), exit: () => process.exit(0) });
// Without the extension host there is nobody to answer: no orphan stays.
process.on('disconnect', () => process.exit(0));
connection.listen();
