// The HTML of a webview: one script, one style sheet, and a policy that allows nothing else.
import { randomBytes } from 'node:crypto';
import { Uri, type Webview } from 'vscode';

/** The pages that the script knows. */
export type PageName = 'training' | 'timeline' | 'model';

const titles: Record<PageName, string> = {
  training: 'Retrograd Training',
  timeline: 'Retrograd Timeline',
  model: 'Retrograd Model',
};

/** The page that runs `dist/webview/main.js`. */
export function page(webview: Webview, extension: Uri, name: PageName): string {
  const folder = Uri.joinPath(extension, 'dist', 'webview');
  const script = webview.asWebviewUri(Uri.joinPath(folder, 'main.js')).toString();
  const style = webview.asWebviewUri(Uri.joinPath(folder, 'main.css')).toString();
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${titles[name]}</title>
<link rel="stylesheet" href="${style}">
</head>
<body data-page="${name}">
<main id="view"></main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

/** All that a page of ours may load. */
export function pageRoots(extension: Uri): Uri[] {
  return [Uri.joinPath(extension, 'dist', 'webview')];
}
