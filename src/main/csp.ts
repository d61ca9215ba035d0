/**
 * What the control room's page may load and run, sent with every response by both hosts. `wasm-unsafe-eval` is for the
 * highlighter and inline styles are for the diff; neither runs script.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "connect-src 'self'",
  "font-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Sent with every response of both hosts, whatever it carries. */
export const safetyHeaders = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;
