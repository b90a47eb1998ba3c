import { createWorkspaceSchema, type SavedNames, type WorkspaceSchema } from '../detections/workspace-schema';
import type { SchemaFacts } from '../protocol/language';

/** The schema of the moment; whoever owns the connection changes it. */
export interface SchemaProvider {
  /** Built on first use: some 0.3 s CPU with the engine. */
  current(): WorkspaceSchema;
}

export interface MutableSchema extends SchemaProvider {
  /** Takes the connection's tables; queries bind afresh from the next question on. */
  setConnection(facts: SchemaFacts): void;
  /** Takes what the workspace's files declare; false where nothing has changed. */
  setSaved(saved: SavedNames): boolean;
}

export function createSchemaProvider(): MutableSchema {
  let facts: SchemaFacts = { tables: [], problems: [] };
  let saved: SavedNames = { functions: [], watchlists: {} };
  let schema: WorkspaceSchema | undefined;
  return {
    current: () => {
      schema ??= createWorkspaceSchema({ tables: facts.tables, ...saved });
      return schema;
    },
    setConnection: (next) => {
      // Only names and columns matter here: a new row count must not throw every analysis away.
      const shape = (f: SchemaFacts) => JSON.stringify(f.tables.map((t) => [t.name, t.columns]));
      if (shape(next) === shape(facts)) return;
      facts = next;
      schema = undefined;
    },
    setSaved: (next) => {
      const shape = (n: SavedNames) =>
        JSON.stringify([n.watchlists, n.functions.map((f) => [f.name, f.parameters, f.body])]);
      if (shape(next) === shape(saved)) return false;
      saved = next;
      schema = undefined;
      return true;
    },
  };
}
