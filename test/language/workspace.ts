import { createWorkspaceIndex, type WorkspaceIndex } from '../../src/language/workspace-index';

/** An index of files by their path below the workspace. */
export function workspaceOf(files: Readonly<Record<string, string>>): WorkspaceIndex {
  const index = createWorkspaceIndex();
  for (const [path, text] of Object.entries(files)) index.set(`file:///w/${path}`, text);
  return index;
}
