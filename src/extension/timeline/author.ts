import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { readConfiguration } from '../configuration';

const run = promisify(execFile);

/** Who makes a note: the setting, else the name that git signs commits with, else the system's user name. */
export async function authorName(folder: string): Promise<string> {
  const { author } = readConfiguration();
  return author || (await gitName(folder)) || systemName();
}

async function gitName(folder: string): Promise<string> {
  try {
    const { stdout } = await run('git', ['config', 'user.name'], { cwd: folder, timeout: 2_000 });
    return stdout.trim();
  } catch {
    // No git, or git knows no name: both are answers.
    return '';
  }
}

function systemName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the system's list has no name.
    return 'unknown';
  }
}
