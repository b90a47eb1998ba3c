import './activation';
import './language';
import './languageFeatures';
import './languageQueries';
import './languageRules';
import './workspaceLanguage';
import './workspaceDiagnostics';
import './data';
import './languageCoverage';
import './timeline';
import './shutdown';
import { runAll } from './runner';

export async function run(): Promise<void> {
  const { passed, failed } = await runAll(90_000);
  console.log(`in-host: ${passed} passed, ${failed} failed`);
  if (failed > 0) throw new Error(`${failed} failed`);
}
