/**
 * The HTML of the webviews: a skeleton with a strict content security policy, nothing else. Everything visible is made by
 * the page's own script through the DOM, so no log data ever passes through markup.
 */
export interface PageInit {
  /** Fresh for every load: 16 or more random characters of [A-Za-z0-9]. */
  readonly nonce: string;
  /** `webview.cspSource`. */
  readonly cspSource: string;
  /** `webview.asWebviewUri` of the script and of the style sheet, as text. */
  readonly scriptUri: string;
  readonly styleUri: string;
}

/** The timeline's page; script `dist/webview/timeline.js`, style sheet `dist/webview/timeline.css`. */
export function timelinePage(init: PageInit): string {
  return page('Gapline timeline', init);
}

/** The results grid's page; script `dist/webview/results.js`, style sheet `dist/webview/results.css`. */
export function resultsPage(init: PageInit): string {
  return page('Gapline results', init);
}

/** The policy of both pages: own script by nonce, own style sheet, pictures made by the page itself, no network at all. */
export function contentSecurityPolicy(nonce: string, cspSource: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `img-src ${cspSource} data: blob:`,
    `font-src ${cspSource}`,
  ].join('; ');
}

function page(title: string, { nonce, cspSource, scriptUri, styleUri }: PageInit): string {
  const policy = attribute(contentSecurityPolicy(nonce, cspSource));
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${attribute(styleUri)}">
</head>
<body>
<div id="app"></div>
<script nonce="${attribute(nonce)}" src="${attribute(scriptUri)}"></script>
</body>
</html>
`;
}

const attribute = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
