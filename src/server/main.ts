import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './server';

/** The language server process: `--stdio` or `--node-ipc`, as the client says. */
startServer(createConnection(ProposedFeatures.all));
