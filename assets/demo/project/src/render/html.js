const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Makes a text safe to put into a page or an attribute. */
export function escapeHtml(text) {
  return String(text).replace(/[&<>"']/g, (character) => entities[character]);
}

/** A whole page around a body that is HTML already. */
export function page(title, body) {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(title)} · Pigeon Post</title><link rel="stylesheet" href="/style.css"></head>
<body><main>${body}</main></body>
</html>
`;
}
