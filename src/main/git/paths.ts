/** A path inside a repository. Git's paths are bytes; almost all are UTF-8. */
export interface RepoPath {
  /** For people, with forward slashes; bytes that are not UTF-8 show as U+FFFD. */
  readonly path: string;
  /** Base64 of the exact bytes, only when they are not UTF-8. */
  readonly raw?: string;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function repoPath(bytes: Buffer): RepoPath {
  try {
    return { path: utf8.decode(bytes) };
  } catch {
    return { path: bytes.toString(), raw: bytes.toString("base64") };
  }
}

/** The exact bytes that git knows the path by. */
export function pathBytes(path: RepoPath): Buffer {
  return path.raw === undefined ? Buffer.from(path.path) : Buffer.from(path.raw, "base64");
}

/** The NUL-terminated fields of git's `-z` output. */
export function nulFields(bytes: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(0); at !== -1; at = bytes.indexOf(0, from)) {
    fields.push(bytes.subarray(from, at));
    from = at + 1;
  }
  if (from < bytes.length) fields.push(bytes.subarray(from));
  return fields;
}
