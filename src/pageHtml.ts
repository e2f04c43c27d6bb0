/** Where the parts of a page are, as URIs that its webview may load. */
export interface PageParts {
  readonly page: string;
  readonly title: string;
  readonly script: string;
  readonly style: string;
  /** Fetched by the page and run as a worker from a blob: a webview cannot start one from another origin. */
  readonly layoutWorker: string;
  /** `webview.cspSource`, or the origin of a stand-alone page. */
  readonly source: string;
  readonly nonce: string;
}

/** The empty text: the toolkit of the controls puts an empty style element into the document to find out whether `:focus-visible` is known. */
const EMPTY = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** The document of a page. Nothing but its own bundle runs or loads in it. */
export function pageHtml({ page, title, script, style, layoutWorker, source, nonce }: PageParts): string {
  const policy = [
    "default-src 'none'", `script-src 'nonce-${nonce}'`, `style-src ${source} ${EMPTY}`, `font-src ${source}`, `img-src ${source} data: blob:`,
    `connect-src ${source}`, 'worker-src blob:', "base-uri 'none'", "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${style}">
</head>
<body data-page="${page}" data-layout-worker="${layoutWorker}">
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
